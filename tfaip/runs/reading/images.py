# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The pictures of a run: ``images/<tag>/<step>.png``."""

from typing import Dict, List, Optional

from tfaip.runs.format.names import IMAGES_DIR
from tfaip.runs.reading.inside import list_inside, read_inside

MAX_IMAGE_BYTES = 32 << 20
_ENDING = ".png"
_MAX_DEPTH = 4
_MAX_TAGS = 1000
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def image_steps(run: str) -> Dict[str, List[int]]:
    """Return the steps of the pictures of a run by their tags."""
    found: Dict[str, List[int]] = {}
    pending = [("", 0)]
    while pending and len(found) < _MAX_TAGS:
        tag, depth = pending.pop()
        folders, files = list_inside(run, f"{IMAGES_DIR}/{tag}" if tag else IMAGES_DIR)
        steps = [_step(name) for name in files] if tag else []
        if any(step is not None for step in steps):
            found[tag] = sorted(step for step in steps if step is not None)
        if depth < _MAX_DEPTH:
            pending += [(f"{tag}/{name}" if tag else name, depth + 1) for name in reversed(folders)]
    return found


def read_image(run: str, tag: str, step: int) -> Optional[bytes]:
    """Return a picture as the bytes of a PNG file, None if there is none."""
    try:
        content = read_inside(run, f"{IMAGES_DIR}/{tag}/{step}{_ENDING}", MAX_IMAGE_BYTES)
    except OSError:
        return None
    return content if content.startswith(_SIGNATURE) else None


def _step(name: str) -> Optional[int]:
    stem = name.removesuffix(_ENDING)
    return int(stem) if stem != name and stem.isdecimal() and stem.isascii() and str(int(stem)) == stem else None
