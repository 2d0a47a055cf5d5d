# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The picture of a training in the terminal: a training is started, and its live view kept in the middle of an epoch.

python -m docs.site.terminal docs/images/training.svg [ARGUMENTS OF tfaip-train]
"""

import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from tfaip.scripts import train
from tfaip.trainer.display.live import LiveView
from tfaip.trainer.display.progress import Progress
from tfaip.trainer.display.view import Rows
from tfaip.trainer.trainer import Trainer

ARGUMENTS = "examples.tutorial.full --model.graph CNN --trainer.samples_per_epoch 20000 --trainer.output_dir models/cnn"
WIDTH = 130
EPOCH, SHARE = 3, 0.4
SHOWN_FACTS = ("scenario", "devices", "precision", "versions")
# fonts from elsewhere are not loaded in pictures
_FONTS = re.compile(r"@font-face \{.*?\}", re.DOTALL)


class PictureTakenError(Exception):
    """Ends the training."""


class PictureView(LiveView):
    """Keeps what a terminal shows at a moment.

    Args:
        console: Records what is printed.
        path: The picture.
    """

    def __init__(self, console: Console, path: Path):
        super().__init__(console)
        self._path = path

    def facts(self, facts: Mapping[str, Any], rows: Rows) -> None:
        """Print some facts: those of the machine say nothing to others."""
        super().facts(facts, [row for row in rows if row[0] in SHOWN_FACTS])

    def _draw(self, progress: Progress, phase: str) -> None:
        if progress.epoch < EPOCH or progress.step < SHARE * progress.steps:
            return
        self._console.print(self._line(progress, phase))
        svg = self._console.export_svg(title="tfaip-train", unique_id="training")
        self._path.write_text("\n".join(line.rstrip() for line in _FONTS.sub("", svg).splitlines()) + "\n")
        raise PictureTakenError


def main(path: str, arguments: Sequence[str]) -> None:
    """Train until the picture is taken."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, highlight=False, emoji=False)
    console.print(Text(f"$ tfaip-train {shlex.join(arguments)}", style="bold"), soft_wrap=True)
    scenario_cls, params = train.parse_args(list(arguments))
    with tempfile.TemporaryDirectory() as folder:
        params.output_dir = os.path.join(folder, "model")
        trainer: Trainer = scenario_cls.create_trainer(params)
        trainer.view = PictureView(console, Path(path))
        with contextlib.suppress(PictureTakenError):
            trainer.train()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:] or shlex.split(ARGUMENTS))
