# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Directories of runs as trainings leave them."""

import json
import os
import shutil
import struct
import time
import zlib
from pathlib import Path
from typing import Any, Optional

from tfaip.runs.format.code import CodeFile, CodeManifest, write_manifest
from tfaip.runs.format.metrics import Level, Rewind, Values, to_line
from tfaip.runs.format.process import host_name, process_start
from tfaip.runs.format.run import Git, Primary, RunInfo, Session, write_run
from tfaip.runs.format.status import BestValue, Phase, RunError, State, Status, write_status

GONE_PID = 2**22 - 3
EPOCHS = 10
STEPS = 20


def png(width: int = 8, height: int = 8, colour: tuple = (200, 80, 40)) -> bytes:
    rows = b"".join(b"\0" + bytes(colour) * width for _ in range(height))
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    parts = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


class RunDirectory:
    """A run that can be changed as a training would.

    Args:
        path: Its directory.
        state: What its record says.
        pid: Its process: this one unless another one is named.
        params: Parameters beside the usual ones.
    """

    def __init__(
        self, path: Path, state: State = State.FINISHED, epochs: int = EPOCHS, pid: Optional[int] = None, **params: Any
    ):
        self.path = path
        path.mkdir(parents=True)
        self.pid = pid or os.getpid()
        self.created = time.time() - 3600
        self.status = Status(state=state, epochs=EPOCHS, steps=STEPS, pid=self.pid, host=host_name())
        self.status.pid_start = process_start(self.pid) or self.created
        self.info = RunInfo(
            name=path.name,
            scenario="some.package:Scenario",
            created=self.created,
            primary=Primary("val_acc", "max"),
            sessions=[self._session()],
        )
        write_run(str(path), self.info)
        (path / "trainer_params.json").write_text(json.dumps({"epochs": EPOCHS, "output_dir": str(path), **params}))
        (path / "train.log").write_text("INFO     begins\n")
        for _ in range(epochs):
            self.train()
        self.write()

    def _session(self) -> Session:
        return Session(
            started=self.created,
            command=["tfaip-train", "some.package"],
            host=host_name(),
            pid=self.pid,
            pid_start=self.status.pid_start,
            user="anna",
            git=Git("0123456789abcdef", "main", True, "/work"),
            code="code/1",
        )

    def train(self, acc: Optional[float] = None, **values: float) -> None:
        """Add an epoch."""
        self.status.epoch += 1
        epoch = self.status.epoch
        acc = 1 - 0.5 / epoch if acc is None else acc
        values = {"loss": 2 / epoch, "acc": acc, **values}
        self.add(Values(self.created + epoch, epoch * STEPS, epoch, "train", Level.EPOCH, {"loss": 1.5 / epoch}))
        self.add(Values(self.created + epoch, epoch * STEPS, epoch, "val", Level.EPOCH, values))
        self.status.last = {f"val_{name}": value for name, value in values.items()}
        if self.status.best is None or acc > self.status.best.value:
            self.status.best = BestValue("val_acc", acc, epoch)
        self.status.global_step = epoch * STEPS
        with open(self.path / "train.log", "a") as file:
            file.write(f"INFO     epoch {epoch}\n")

    def add(self, record: "Values | Rewind") -> None:
        with open(self.path / "metrics.jsonl", "a") as file:
            file.write(to_line(record))

    def write(self) -> None:
        """Write how far it is."""
        self.status.progress = self.status.epoch / self.status.epochs
        self.status.t = time.time()
        is_running = self.status.state is State.RUNNING
        self.status.phase = Phase.TRAINING if is_running else None
        self.status.eta_s = 60.0 * (self.status.epochs - self.status.epoch) if is_running else None
        write_status(str(self.path), self.status)

    def end(self, state: State, error: Optional[str] = None) -> None:
        self.status.state = state
        self.status.error = RunError(error) if error else None
        self.write()

    def add_image(self, tag: str, step: int, content: Optional[bytes] = None) -> None:
        path = self.path / "images" / tag / f"{step}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png() if content is None else content)

    def add_code(self, files: dict, patch: str = "") -> None:
        folder = self.path / "code" / "1"
        for name, text in files.items():
            path = folder / "files" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        write_manifest(
            str(folder),
            CodeManifest(
                "/work", {name: CodeFile("0" * 64, len(text)) for name, text in files.items()}, {"data": "too large"}
            ),
        )
        (folder / "packages.txt").write_text("keras==3.15.0\n")
        if patch:
            (folder / "diff.patch").write_text(patch)


def add_runs(folder: Path, count: int) -> None:
    """Add many runs, quickly."""
    first = RunDirectory(folder / "run-000", epochs=2, learning_rate=0.5)
    for index in range(1, count):
        path = folder / f"run-{index:03d}"
        shutil.copytree(first.path, path)
        (path / "run.json").write_text((path / "run.json").read_text().replace("run-000", path.name))
        (path / "trainer_params.json").write_text(json.dumps({"epochs": EPOCHS, "learning_rate": 0.5 / (1 + index)}))
