# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Seeds that depend on nothing but the sample, so that results do not depend on which worker gets it.

They are applied in workers only: where a pipeline runs in the main process, its global generators are left alone.
"""

import hashlib
import random
import struct

import numpy as np


def sample_seed(seed: int, epoch: int, index: int) -> int:
    """Return a seed of 64 bits for one sample in one pass over the data."""
    content = struct.pack("<QQQ", seed & 0xFFFFFFFFFFFFFFFF, epoch, index)
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "little")


def seed_globals(seed: int) -> None:
    """Seed ``random`` and ``numpy.random``; for worker processes only, where nobody else uses them."""
    random.seed(seed)
    np.random.seed(seed & 0xFFFFFFFF)


def draw_seed() -> int:
    """Return a new seed from Python's global generator: the same in each run if the user seeded that one."""
    return random.getrandbits(63)
