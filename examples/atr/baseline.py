# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a reader reaches that does not look at the letters.

    python -m examples.atr.baseline [test]

prints the character error rates of two answers on the default lines: no text at all, and the most frequent character as
often as fits into the width of the line. Both are taken from the training lines.
"""

import sys
from collections import Counter
from collections.abc import Sequence

from examples.atr.alignment import edit_distance
from examples.atr.data.loading import read_transcription
from examples.atr.data.params import AtrGeneratorParams
from examples.atr.data.sources import default_lines
from examples.datasets.pillow import read_image


def error_rate(texts: Sequence[str], answers: Sequence[str]) -> float:
    """Return the number of wrong characters by the number of characters."""
    errors = sum(edit_distance(answer, text) for text, answer in zip(texts, answers, strict=True))
    return errors / max(sum(map(len, texts)), 1)


def constant_answers(train: Sequence[str], paths: Sequence[str]) -> list[str]:
    """Return for each image the most frequent character, as often as the widths of the training lines tell.

    Args:
        train: Images for the training.
        paths: Images to answer.
    """
    texts = [read_transcription(path) for path in train]
    (character, _), *_ = Counter("".join(texts)).most_common(1)
    per_width = sum(map(len, texts)) / sum(map(_relative_width, train))
    return [character * round(per_width * _relative_width(path)) for path in paths]


def _relative_width(path: str) -> float:
    image = read_image(path)
    return image.width / image.height


def main(args: Sequence[str]) -> None:
    """Print both rates.

    Args:
        args: The part of the lines, by default test.
    """
    part, *_ = [*args, "test"]
    n_rendered = AtrGeneratorParams().n_rendered
    train, paths = default_lines("train", n_rendered), default_lines(part, n_rendered)
    texts = [read_transcription(path) for path in paths]
    print(f"no text: {error_rate(texts, [''] * len(texts)):.1%}")
    print(f"the most frequent character: {error_rate(texts, constant_answers(train[:1000], paths)):.1%}")


if __name__ == "__main__":
    main(sys.argv[1:])
