# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What names a run in addresses."""

import hashlib


def key_of(path: str) -> str:
    """Return what names a run in addresses: it depends on its path alone, so links last; copies are other runs."""
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:12]
