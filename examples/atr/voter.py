# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Voting of several models that read the same line, perhaps texts of different lengths."""

from dataclasses import dataclass

import numpy as np

from examples.atr.alignment import align
from tfaip import Sample
from tfaip.predict.multimodelvoter import MultiModelVoter

# a model does not tell how sure it is that there is nothing
_NOTHING = ("", 0.5)


@dataclass
class Column:
    """What the models read at one place of a line: for each model its character (or nothing) and its confidence."""

    votes: list[tuple[str, float]]

    def has(self, character: str) -> bool:
        """Return whether a model read this character here."""
        return any(vote == character for vote, _ in self.votes)

    def winner(self) -> tuple[str, float]:
        """Return the character with the most confidence of all models together, and this as a share of all votes."""
        sums: dict[str, float] = {}
        for character, confidence in self.votes:
            sums[character] = sums.get(character, 0.0) + confidence
        character = max(sums, key=lambda vote: sums[vote])
        return character, sums[character] / len(self.votes)


class SequenceVoter(MultiModelVoter):
    """Aligns the texts, so that each place of the line is decided on its own by the confidences of the characters."""

    def vote(self, sample: Sample) -> Sample:
        columns: list[Column] = []
        for n_before, outputs in enumerate(sample.outputs):
            columns = add_text(columns, outputs["text"], outputs["char_confidences"], n_before)
        winners = [winner for winner in (column.winner() for column in columns) if winner[0]]
        confidences = np.asarray([confidence for _, confidence in winners], dtype="float32")
        outputs = {
            "text": "".join(character for character, _ in winners),
            "char_confidences": confidences,
            "confidence": float(confidences.mean()) if winners else 1.0,
            "texts": [outputs["text"] for outputs in sample.outputs],
        }
        return sample.new_outputs(outputs)


def add_text(columns: list[Column], text: str, confidences: np.ndarray, n_before: int) -> list[Column]:
    """Return the columns with the votes of one more model.

    Args:
        columns: The votes of those before.
        text: What the model read.
        confidences: The confidence of each character.
        n_before: The number of models before.
    """
    _, pairs = align(columns, text, lambda column, character: column.has(character))
    added = []
    for place, position in pairs:
        column = Column([_NOTHING] * n_before) if place is None else columns[place]
        if position is None:
            column.votes.append(_NOTHING)
        else:
            column.votes.append((text[position], float(confidences[position])))
        added.append(column)
    return added
