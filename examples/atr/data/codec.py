# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The codec: which number stands for which character.

    python -m examples.atr.data.codec my_codec.txt lines/*.gt.txt

writes the codec of all characters that occur in some transcriptions, for ``--data.codec my_codec.txt``.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from tfaip.util.errors import UserValueError
from tfaip.util.file.textlines import read_text_lines

_DESCRIPTION = ("codec", "a text file with one character a line")


class Codec:
    """Numbers the characters of a model in the order of a file; the number behind the last is the blank of CTC.

    Args:
        characters: The characters, each once.
    """

    def __init__(self, characters: Sequence[str]):
        self.characters = list(characters)
        self._numbers = {character: number for number, character in enumerate(self.characters)}

    @classmethod
    def read(cls, path: str) -> "Codec":
        """Read a file with one character a line.

        Raises:
            UserError: If there is no such file, or it holds something else.
        """
        lines = read_text_lines(path, *_DESCRIPTION, "--data.codec")
        wrong = [line for line in lines if len(line) != 1] or [line for line in lines if lines.count(line) > 1]
        if wrong or not lines:
            raise UserValueError(
                "The file is no codec.",
                where=path,
                expected="one character a line, each once",
                got=repr(wrong[0]) if wrong else "nothing",
            )
        return cls(lines)

    def __len__(self) -> int:
        return len(self.characters)

    @property
    def blank(self) -> int:
        """The number of the blank."""
        return len(self)

    def unknown(self, text: str) -> str:
        """Return the characters of a text that the codec does not have, each once."""
        return "".join(sorted(set(text) - self._numbers.keys()))

    def encode(self, text: str) -> list[int]:
        """Return the numbers of the characters of a text; unknown ones are left out."""
        return [self._numbers[character] for character in text if character in self._numbers]

    def decode(self, numbers: Iterable[int]) -> str:
        """Return the text of some numbers."""
        return "".join(self.characters[number] for number in numbers)


def main(args: Sequence[str]) -> None:
    """Write the codec of some transcriptions.

    Args:
        args: The file to write, then the files with transcriptions.
    """
    output, *transcriptions = args
    texts = (line for path in transcriptions for line in read_text_lines(path, "transcription", "a line of text"))
    characters = sorted({character for text in texts for character in text})
    Path(output).write_text("".join(f"{character}\n" for character in characters), encoding="utf-8")
    print(f"{output}: {len(characters)} characters: {''.join(characters)}")


if __name__ == "__main__":
    main(sys.argv[1:])
