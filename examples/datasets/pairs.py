# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Pairs of sentences that say the same, or do not, and their files: columns separated by tabs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tfaip.util.errors import UserFileNotFoundError, UserValueError

PARTS = ("train", "val", "test")
_MRPC_HEADER = "Quality"
_VAL_SHARE = 10


@dataclass(frozen=True)
class SentencePair:
    """Two sentences.

    Args:
        first: The one.
        second: The other.
        same: Whether they mean the same; None if nobody knows.
        name: Where the pair comes from.
    """

    first: str
    second: str
    same: bool | None
    name: str


@dataclass(frozen=True)
class PairData:
    """A data set of pairs.

    Args:
        train: Pairs to learn from.
        val: Pairs that tell the best model.
        test: Pairs that nothing was chosen by.
        source: Where they come from, for logs and reports.
    """

    train: list[SentencePair]
    val: list[SentencePair]
    test: list[SentencePair]
    source: str


def read_pairs(path: Path, labelled: bool = True) -> list[SentencePair]:
    """Read a file with a pair a line: ``1 or 0, first, second``, without the number if they are not labelled.

    Files of the Microsoft Research Paraphrase Corpus, which have a line of headings and five columns, are read, too.

    Raises:
        UserError: If the file is missing or has a line of another form.
    """
    if not path.is_file():
        raise UserFileNotFoundError("The file of sentence pairs does not exist.", where=str(path))
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise UserValueError("The file of sentence pairs is no UTF-8.", where=str(path), got=str(error)) from error
    return list(_parse(path, enumerate(lines, start=1), labelled))


def _parse(path: Path, lines: Iterable[tuple[int, str]], labelled: bool) -> Iterator[SentencePair]:
    is_mrpc = False
    for number, line in lines:
        columns = line.split("\t")
        if number == 1 and columns[0] == _MRPC_HEADER:
            is_mrpc = True
        elif line.strip():
            fits = len(columns) == (5 if is_mrpc else 3 if labelled else 2)
            if not fits or ((labelled or is_mrpc) and columns[0] not in ("0", "1")):
                expected = "1 or 0, " if labelled else ""
                raise UserValueError(
                    "This line is no pair of sentences.",
                    where=f"{path}, line {number}",
                    expected=f"{expected}two sentences, separated by tabs",
                    got=line[:80],
                )
            same = columns[0] == "1" if labelled else None
            yield SentencePair(columns[-2], columns[-1], same, f"{path.name}:{number}")


def write_pairs(path: Path, pairs: Iterable[SentencePair]) -> None:
    """Write labelled pairs, a line each."""
    lines = (f"{int(bool(pair.same))}\t{pair.first}\t{pair.second}\n" for pair in pairs)
    path.write_text("".join(lines), encoding="utf-8", newline="")


def read_pair_folder(folder: Path, source: str | None = None) -> PairData:
    """Read ``train.tsv``, ``test.tsv`` and ``val.tsv``, or the two files of the Microsoft Research Paraphrase Corpus.

    Without ``val.tsv`` each tenth pair of the training is taken for the validation.

    Raises:
        UserError: If they are missing or have another form.
    """
    names = [("train.tsv", "test.tsv"), ("msr_paraphrase_train.txt", "msr_paraphrase_test.txt")]
    present = [pair for pair in names if all((folder / name).is_file() for name in pair)]
    if not present:
        found = ", ".join(sorted(path.name for path in folder.iterdir())[:10]) if folder.is_dir() else "no such folder"
        raise UserFileNotFoundError(
            "The folder does not hold sentence pairs.",
            where=str(folder),
            expected="; or ".join(" and ".join(pair) for pair in names),
            got=found or "nothing",
        )
    train, test = (read_pairs(folder / name) for name in present[0])
    if (folder / "val.tsv").is_file():
        val = read_pairs(folder / "val.tsv")
    else:
        val = train[::_VAL_SHARE]
        train = [pair for index, pair in enumerate(train) if index % _VAL_SHARE]
    return PairData(train, val, test, source or str(folder))
