# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Trials that are short programs: they write the files of a training without one."""

import json
import sys

from tfaip.experiments.sweeps.objective import Objective
from tfaip.experiments.sweeps.spec import Mode

ACC = Objective("val_acc", Mode.MAX)
CODE = r"""
import json, os, signal, sys, time
from tfaip.runs.format.metrics import Values, to_line
from tfaip.runs.format.status import State, Status, write_status

folder, mode, config = sys.argv[1:4]
options = json.loads(sys.argv[4])
os.makedirs(folder, exist_ok=True)
number = int(folder[-4:])

def log(text):
    with open(os.path.join(folder, "log"), "a") as file:
        file.write(text + "\n")

def end(*_):
    log("ended in order")
    write_status(folder, Status(state=State.STOPPED, t=time.time()))
    os._exit(143)

signal.signal(signal.SIGTERM, signal.SIG_IGN if number in options.get("deaf", []) else end)
content = " ".join(open(config).read().splitlines()[1:]) if mode == "start" else ""
log(" ".join([mode, os.environ["TFAIP_TRIAL"], content]).strip())
open(os.path.join(folder, "trainer_params.json"), "w").write("{}")
if number in options.get("crash", []) and mode == "start":
    os._exit(1)
curve = options.get("curves", {}).get(str(number), [0.1, 0.5 + number / 100, 0.2])
metrics = os.path.join(folder, "metrics.jsonl")
first = len(open(metrics).readlines()) if os.path.exists(metrics) else 0
for epoch, value in list(enumerate(curve, 1))[first:]:
    line = to_line(Values(time.time(), epoch * 10, epoch, "val", m={options.get("name", "acc"): value}))
    with open(metrics, "a") as file:
        file.write(line)
if number in options.get("wait", []):
    # a test that fails must not leave it for ever
    time.sleep(300)
    os._exit(1)
write_status(folder, Status(state=State.FINISHED, t=time.time()))
"""


class FakeCommands:
    """Starts such programs.

    Options: ``crash`` and ``wait`` name the trials that crash at their first start, or that do not end by themselves,
    ``deaf`` those that SIGTERM does not end; ``curves`` the values of their epochs; ``name`` the name of the value.
    """

    def __init__(self, **options):
        self._options = json.dumps(options)

    def start(self, config, output_dir):
        return (sys.executable, "-c", CODE, output_dir, "start", config, self._options)

    def resume(self, output_dir):
        return (sys.executable, "-c", CODE, output_dir, "resume", "", self._options)


def log_of(folder, number):
    """What a trial did, a line for each start and for each end by a signal."""
    path = folder / "out" / f"trial_{number:04d}" / "log"
    return path.read_text().splitlines() if path.exists() else []
