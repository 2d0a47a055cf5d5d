# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Settings and fixtures of all tests."""

import os
import signal
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "test" / "fixtures"
MODEL_1_2 = FIXTURES / "model_1_2"

# before TensorFlow is imported anywhere: no GPU, no log of its C++ code
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# a thousand trainings would copy this repository
os.environ.setdefault("TFAIP_RECORD_CODE", "0")

# who runs the tests in the background may have switched Ctrl-C, or the hang-up of the terminal, off, for the programs
# that tests start, too
for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, handler)

# the scenario "waves", written for tfaip 1.2, and the examples, in this process and in those that tests start
for path in (str(MODEL_1_2), str(ROOT)):
    if path not in sys.path:
        sys.path.insert(0, path)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), str(MODEL_1_2), os.environ.get("PYTHONPATH")]))

# not before: it imports tfaip
from test.hostile import hostile, search  # noqa: E402, F401
from tfaip.util import trust  # noqa: E402


@pytest.fixture(autouse=True)
def _trust_nothing_of_other_tests(monkeypatch):
    monkeypatch.setattr(trust, "_trusted", {"tfaip"})
