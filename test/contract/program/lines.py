# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Tiny pictures of lines of text: each letter is a fixed pattern of 8 x 6 pixels."""

from pathlib import Path

import numpy as np

LETTERS = "abc"
HEIGHT, WIDTH = 8, 6


def glyph(letter: str) -> np.ndarray:
    return np.random.default_rng(ord(letter)).integers(0, 2, (HEIGHT, WIDTH)).astype("uint8") * 255


def draw(text: str) -> np.ndarray:
    blank = np.zeros((HEIGHT, 2), "uint8")
    return np.concatenate([blank, *(part for letter in text for part in (glyph(letter), blank))], axis=1)


def texts(n: int, seed: int = 0) -> list[str]:
    rng = np.random.default_rng(seed)
    return ["".join(rng.choice(list(LETTERS), rng.integers(2, 5))) for _ in range(n)]


def write_files(folder: Path, n: int, seed: int = 0) -> list[str]:
    """Write pictures with their texts beside them, and return the paths of the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, text in enumerate(texts(n, seed)):
        path = folder / f"{number:04d}.npy"
        np.save(path, draw(text))
        path.with_suffix(".gt.txt").write_text(text + "\n")
        paths.append(str(path))
    return paths


def write_pack(path: Path, n: int, seed: int = 0) -> str:
    """Write one file that holds all pictures and texts."""
    contents = texts(n, seed)
    np.savez(path, texts=np.array(contents), **{f"line_{i}": draw(text) for i, text in enumerate(contents)})
    return str(path)
