# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What can be reached without a network: always the same answer, and the share of common words.

python -m examples.text.finetuningbert.baseline --dataset verses
"""

import argparse
import logging

import numpy as np

from examples.datasets.pairs import SentencePair
from examples.datasets.paraphrases import DATASETS, load_paraphrases
from examples.datasets.verses import overlap


def answers_of(pairs: list[SentencePair]) -> np.ndarray:
    """Return which pairs mean the same."""
    return np.array([bool(pair.same) for pair in pairs])


def overlaps_of(pairs: list[SentencePair]) -> np.ndarray:
    """Return the share of common words of each pair."""
    return np.array([overlap(pair.first, pair.second) for pair in pairs])


def best_threshold(overlaps: np.ndarray, answers: np.ndarray) -> float:
    """Return the share from which on "the same" is right most often."""
    candidates = np.unique(overlaps)
    right = [np.mean((overlaps >= threshold) == answers) for threshold in candidates]
    return float(candidates[int(np.argmax(right))])


def baselines(train: list[SentencePair], test: list[SentencePair]) -> dict[str, float]:
    """Return the share of right answers on the test pairs; everything is chosen by the training pairs."""
    threshold = best_threshold(overlaps_of(train), answers_of(train))
    majority = answers_of(train).mean() >= 0.5
    answers = answers_of(test)
    return {
        "always the same answer": float(np.mean(answers == majority)),
        f"words in common >= {threshold:.3f}": float(np.mean((overlaps_of(test) >= threshold) == answers)),
    }


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dataset", choices=DATASETS, default="auto")
    parser.add_argument("--data_dir", help="folder with train.tsv and test.tsv, instead of a data set")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    data = load_paraphrases(args.dataset, args.data_dir)
    for name, share in baselines(data.train, data.test).items():
        print(f"{name}: {share:.3f}")


if __name__ == "__main__":
    main()
