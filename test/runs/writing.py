# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Run directories for tests, made without training."""

import hashlib
import json
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tfaip.runs.format.code import CodeFile, CodeManifest, write_manifest
from tfaip.runs.format.metrics import Record, Rewind, Values, to_line
from tfaip.runs.format.names import METRICS_FILENAME
from tfaip.runs.format.run import Git, Primary, RunInfo, Session, write_run
from tfaip.runs.format.status import BestValue, State, Status, write_status

# what a PNG file begins with is all that is looked at
PNG = b"\x89PNG\r\n\x1a\nrest"
PARAMS = {
    "tfaip_schema": 2,
    "epochs": 4,
    "current_epoch": 4,
    "output_dir": "run",
    "optimizer": {"beta_1": 0.9, "__cls__": "tfaip.trainer.optimizer.optimizers:AdamOptimizer"},
    "learning_rate": {"lr": 0.001, "__cls__": "tfaip.trainer.scheduler.constant_params:ConstantParams"},
    "scenario": {
        "scenario_id": "pkg.scenario:Scenario",
        "model": {"layers": [16, 16], "__cls__": "pkg.params:ModelParams"},
        "data": {"files": ["a", "b"], "__cls__": "pkg.params:DataParams"},
        "__cls__": "pkg.params:ScenarioParams",
    },
    "early_stopping": {"monitor": "val_acc/mean_epoch", "mode": "max", "current": 0.75},
    "__cls__": "tfaip.trainer.params:TrainerParams",
}


def write_record(folder: Path, state: State = State.FINISHED, acc: float = 0.9, **status: Any) -> Path:
    """Write a run of four epochs with its record, whose values get better from epoch to epoch."""
    folder.mkdir(parents=True, exist_ok=True)
    session = Session(
        started=1000.0, command=["tfaip-train", "pkg"], host="elsewhere", pid=1, git=Git("c0ffee", "main")
    )
    primary = Primary("val_acc", "max")
    info = RunInfo(
        name=folder.name, scenario="pkg.scenario:Scenario", created=1000.0, primary=primary, sessions=[session]
    )
    write_run(str(folder), info)
    values: dict[str, Any] = {
        "t": 1100.0,
        "epoch": 4,
        "epochs": 4,
        "global_step": 40,
        "progress": 1.0,
        "last": {"loss": 0.1, "val_acc": acc},
        "best": BestValue("val_acc", acc, 4),
        "host": "elsewhere",
        "pid": 1,
    }
    write_status(str(folder), Status(state, **{**values, **status}))
    write_metrics(folder, epochs(4, acc))
    write_params(folder)
    (folder / "train.log").write_text("INFO: it began\nINFO: it ended\n")
    return folder


def epochs(count: int, acc: float = 0.9, first: int = 1) -> list[Values]:
    """Return the values of epochs of ten steps."""
    records = []
    for epoch in range(first, first + count):
        t = 1000.0 + 10 * epoch
        records.append(Values(t, 10 * epoch, float(epoch), "train", m={"loss": 1 / epoch}))
        records.append(Values(t + 1, 10 * epoch, float(epoch), "val", m={"acc": acc - 0.1 / epoch}))
    return records


def write_metrics(folder: Path, records: Iterable[Record | Rewind]) -> None:
    """Add lines to the values of a run."""
    with open(folder / METRICS_FILENAME, "a", encoding="utf-8") as file:
        file.writelines(map(to_line, records))


def write_params(folder: Path, **changes: Any) -> None:
    """Write the parameters of a run; changes are values by their path, with __ for the dots."""
    tree = json.loads(json.dumps(PARAMS))
    for path, value in changes.items():
        *parents, name = path.split("__")
        node = tree
        for parent in parents:
            node = node[parent]
        node[name] = value
    (folder / "trainer_params.json").write_text(json.dumps(tree))


def write_code(folder: Path, files: dict[str, str], number: int = 1) -> None:
    """Write a snapshot of code."""
    root = folder / "code" / str(number)
    for name, text in files.items():
        path = root / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    checksums = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
    entries = {name: CodeFile(checksums[name], len(text)) for name, text in files.items()}
    write_manifest(str(root), CodeManifest("/src", entries))


def write_events(path: Path, scalars: Iterable[tuple[str, int, float]], t: float = 500.0) -> None:
    """Write an event file as tf.summary.scalar does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "ab") as file:
        file.write(_record(b"\x09" + struct.pack("<d", t) + _bytes(3, b"brain.Event:2")))
        for tag, step, value in scalars:
            tensor = b"\x08\x01" + _bytes(2, b"") + _bytes(4, struct.pack("<f", value))
            summary = _bytes(1, _bytes(1, tag.encode()) + _bytes(8, tensor))
            file.write(_record(b"\x09" + struct.pack("<d", t + step) + b"\x10" + _varint(step) + _bytes(5, summary)))


def _record(content: bytes) -> bytes:
    return struct.pack("<QI", len(content), 0) + content + struct.pack("<I", 0)


def _bytes(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    digits = []
    while value > 0x7F:
        digits.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*digits, value])
