# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Small runs of the tiny scenario for the tests of the programs."""

import hashlib
from pathlib import Path

from tfaip.scripts import train

SCENARIO = "test.tinyscenario.scenario:TinyScenario"
SMALL = ["--train.n", "8", "--train.batch_size", "4", "--val.n", "4", "--trainer.progress_bar_mode", "0"]
FAST = ["--trainer.skip_model_load_test", "True"]


def create_run(output_dir: Path, *args: str, export_final: bool = False) -> Path:
    args = (*SMALL, *FAST, "--trainer.export_final", str(export_final), *args)
    assert train.run_args([SCENARIO, "--trainer.output_dir", str(output_dir), *args]) == 0
    return output_dir


def tree_hash(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file, and the time of its last change."""
    return {
        str(path.relative_to(folder)): f"{path.stat().st_mtime_ns} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
