# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Writing the worst samples: pictures, texts, a page that shows them, and a file for programs."""

import html
import os
from typing import TYPE_CHECKING, Any, List

import numpy as np

from tfaip.data.pipeline.definitions import describe
from tfaip.data.samplefile import SampleFileWriter
from tfaip.data.samplepictures import write_pictures
from tfaip.lav.worst.ranking import Criterion, WorstSample
from tfaip.util.errors import UserError
from tfaip.util.file.atomic import new_directory, write_text_atomically

if TYPE_CHECKING:
    from tfaip.data.data import DataBase
    from tfaip.model.modelbase import ModelBase

SAMPLES_FILE = "worst.samples"
PAGE_FILE = "index.html"
TEXT_FILE = "sample.txt"
# of an array in a text; larger ones are described
MAX_ELEMENTS = 64

_PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font-family: sans-serif; margin: 2em; }} pre {{ background: #f4f4f4; padding: 0.5em; overflow-x: auto; }}
figure {{ display: inline-block; margin: 0.5em; }}
img {{ min-width: 6em; max-width: 100%; image-rendering: pixelated; }}
</style></head><body><h1>{title}</h1>
{body}
</body></html>
"""


def title_of(criterion: Criterion) -> str:
    """Return what a list of worst samples shows."""
    return f"worst samples by {criterion.name} ({'highest' if criterion.highest else 'lowest'} first)"


def headline(rank: int, entry: WorstSample) -> str:
    """Return a line about one of the worst samples."""
    values = ", ".join(f"{name} {value:.6g}" for name, value in entry.values.items())
    return f"#{rank} sample {entry.index}: {values}"


def printed_lines(entry: WorstSample, model: "ModelBase", data: "DataBase") -> List[str]:
    """Return what the model prints of a sample."""
    lines: List[str] = []
    model.print_evaluate(entry.sample, data, lambda text: lines.extend(str(text).splitlines()))
    return lines


def check_new_folder(folder: str) -> None:
    """Check that writing a folder replaces nothing.

    Raises:
        UserError: There is something.
    """
    if os.path.isdir(folder) and not os.listdir(folder):
        return
    if os.path.lexists(folder):
        raise UserError(
            "The worst samples would replace something.",
            where="--worst_dir",
            expected="a folder that does not exist yet, or an empty one",
            got=folder,
        )


def write_worst(
    folder: str, worst: List[WorstSample], criterion: Criterion, model: "ModelBase", data: "DataBase"
) -> None:
    """Write the worst samples into a new folder, complete or not at all.

    It gets a folder for each sample, called by its rank, with its pictures (see ``DataBase._sample_pictures``) and a
    text (with what the model prints of it); ``index.html``, which shows them; and ``worst.samples``, a file of samples.

    Args:
        folder: The folder; it does not exist or is empty.
        worst: The samples, the worst first.
        criterion: By what.
        model: Says how a sample is printed.
        data: Says which pictures show a sample.

    Raises:
        OSError: It cannot be written.
        UserError: The folder is not empty, or a picture or a sample cannot be written.
    """
    check_new_folder(folder)
    with new_directory(folder) as temporary:
        sections = []
        for rank, entry in enumerate(worst, 1):
            name = f"{rank:03d}"
            os.mkdir(os.path.join(temporary, name))
            text = "\n".join([headline(rank, entry), *printed_lines(entry, model, data), *_described(entry)])
            write_text_atomically(os.path.join(temporary, name, TEXT_FILE), text + "\n")
            pictures = write_pictures(os.path.join(temporary, name), data.sample_pictures(entry.sample))
            sections.append(_section(text, {label: f"{name}/{file}" for label, file in pictures.items()}))
        page = _PAGE.format(title=html.escape(title_of(criterion)), body="\n".join(sections))
        write_text_atomically(os.path.join(temporary, PAGE_FILE), page)
        values = [{"sample": entry.index, "values": entry.values} for entry in worst]
        with SampleFileWriter(os.path.join(temporary, SAMPLES_FILE), {"by": criterion.name, "worst": values}) as file:
            for entry in worst:
                file.write(entry.sample)


def _section(text: str, pictures: "dict[str, str]") -> str:
    first, _, rest = text.partition("\n")
    figures = "".join(
        f'<figure><img src="{html.escape(file)}"><figcaption>{html.escape(label)}</figcaption></figure>'
        for label, file in pictures.items()
    )
    return f"<h2>{html.escape(first)}</h2>{figures}<pre>{html.escape(rest)}</pre>"


def _described(entry: WorstSample) -> List[str]:
    lines = [f"meta: {_text(entry.sample.meta)}"]
    for part in ("inputs", "targets", "outputs"):
        values: Any = getattr(entry.sample, part)
        if isinstance(values, dict):
            lines += [f"{part} {name}: {_text(value)}" for name, value in values.items()]
        elif values is not None:
            lines.append(f"{part}: {_text(values)}")
    return lines


def _text(value: Any) -> str:
    """Return texts in full, small arrays with their values, and anything else described."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", errors="backslashreplace")
    if isinstance(value, str):
        return value
    if isinstance(value, np.ndarray) and value.size <= MAX_ELEMENTS:
        return " ".join(np.array2string(value).split())
    return describe(value, 2000)
