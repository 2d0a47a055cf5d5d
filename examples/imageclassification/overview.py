# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Draws what was predicted: all pictures of a folder of results on one sheet, each with its class.

tfaip-predict --export_dir ic_model/best --data.image_files *.jpg --output results
python -m examples.imageclassification.overview results overview.png
"""

import argparse
import json
import math
from pathlib import Path
from typing import Any

from examples.datasets.pillow import pillow_image
from tfaip.scripts.common import run_program
from tfaip.util.errors import UserFileNotFoundError

CELL = 144
TEXT_HEIGHT = 30
MARGIN = 6
RIGHT, WRONG, UNKNOWN = (0, 130, 60), (190, 30, 30), (40, 40, 40)


def draw_overview(folder: Path, target: Path, columns: int = 6) -> int:
    """Draw the results of a prediction.

    Args:
        folder: What ``tfaip-predict --output`` wrote.
        target: The picture; the ending of its name tells the format.
        columns: Pictures in a row.

    Returns:
        The number of pictures.

    Raises:
        UserFileNotFoundError: If the folder is no such folder, or is empty.
    """
    from PIL import ImageDraw, ImageFont

    image_module = pillow_image()
    rows = _read_rows(folder)
    columns = min(columns, len(rows))
    step_x, step_y = CELL + MARGIN, CELL + TEXT_HEIGHT + MARGIN
    size = (columns * step_x + MARGIN, math.ceil(len(rows) / columns) * step_y + MARGIN)
    sheet = image_module.new("RGB", size, (255, 255, 255))
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for i, row in enumerate(rows):
        x, y = MARGIN + i % columns * step_x, MARGIN + i // columns * step_y
        with image_module.open(folder / row["pictures"]["img"]) as picture:
            sheet.paste(picture.convert("RGB").resize((CELL, CELL)), (x, y))
        lines, colour = _caption(row)
        draw.rectangle((x, y, x + CELL - 1, y + CELL - 1), outline=colour, width=3)
        draw.multiline_text((x, y + CELL + 1), lines, fill=colour, font=font, spacing=1)
    sheet.save(target)
    return len(rows)


def _read_rows(folder: Path) -> list[dict[str, Any]]:
    file = folder / "results.jsonl"
    if not file.is_file():
        raise UserFileNotFoundError(
            "There are no results to draw.", where=str(file), hint="tfaip-predict ... --output FOLDER writes them"
        )
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    if not rows:
        raise UserFileNotFoundError("The file of results is empty.", where=str(file))
    return rows


def _caption(row: dict[str, Any]) -> tuple[str, tuple[int, int, int]]:
    name, truth = row["outputs"]["name"], row["meta"].get("class")
    text = f"{name} {max(row['outputs']['pred']):.0%}"
    if truth is None:
        return text, UNKNOWN
    return (text, RIGHT) if name == truth else (f"{text}\nit is: {truth}", WRONG)


def main(args: list[str] | None = None) -> None:
    """Run the program with the command line ``args``."""
    parser = argparse.ArgumentParser(description="Draw the results of a prediction on one sheet.")
    parser.add_argument("results", type=Path, help="the folder that tfaip-predict --output wrote")
    parser.add_argument("picture", type=Path, help="the picture to write")
    parser.add_argument("--columns", type=int, default=6, help="pictures in a row")
    parsed = parser.parse_args(args)
    n = draw_overview(parsed.results, parsed.picture, parsed.columns)
    print(f"{parsed.picture}: {n} pictures")


if __name__ == "__main__":
    run_program(main)
