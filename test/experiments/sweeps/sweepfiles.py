# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Sweep files of the tests."""

from tfaip.experiments.sweeps.kinds import with_kinds
from tfaip.experiments.sweeps.reader import read_sweep

HEAD = {"scenario": "some.scenario", "metric": "val_acc"}


def write_sweep(folder, body, method="grid", **keys):
    """Write a sweep file; its trials are below the same folder. Keys that are None are left out."""
    path = folder / "sweep.yaml"
    values = {**HEAD, "method": method, "output_dir": folder / "out", **keys}
    if values["metric"] is not None:
        values["mode"] = "max"
    lines = [f"{key}: {value}\n" for key, value in values.items() if value is not None]
    path.write_text("".join(lines) + body)
    return path


def sweep_of(folder, body, method="grid", **keys):
    """Return the sweep of such a file, with the numbers as the file has them."""
    sweep, mistakes = with_kinds(read_sweep(str(write_sweep(folder, body, method, **keys))), {})
    assert not mistakes
    return sweep
