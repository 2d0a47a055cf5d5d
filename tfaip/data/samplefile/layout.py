# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Names and limits that writer and reader of sample files share."""

FORMAT = "tfaip samples"
VERSION = 1

MANIFEST = "manifest.json"
ATTRIBUTES = "attributes"
TREES = ".jsonl"
BYTES = ".bin"

# key of what JSON does not know by itself
TAG = "$"
# parts of a sample, in the order of its record
PARTS = ("inputs", "targets", "outputs", "meta")

# levels of nesting in a sample, well below those that a JSON parser takes
MAX_DEPTH = 100
# larger integers are written in hexadecimal: not every JSON parser reads them
MAX_JSON_INT = 2**53
# a chunk ends with the sample that reaches one of these
MAX_CHUNK_BYTES = 4 * 2**20
MAX_CHUNK_SAMPLES = 1024


def chunk_name(index: int) -> str:
    """Return the name of a chunk, without the ending."""
    return f"samples/{index:06d}"
