# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Checksums of files."""

import hashlib


def sum_of_file(filename: str) -> str:
    """Return the SHA-256 of a file."""
    with open(filename, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
