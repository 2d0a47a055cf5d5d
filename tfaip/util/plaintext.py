# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Text out of files as a terminal may show it."""

import re

# control characters but tab and line break, the marks that turn the direction of writing, other line breaks, and
# surrogates, which no terminal can show
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def without_controls(text: str, line_breaks: bool = True) -> str:
    """Return the text with escapes such as ``\\x1b`` for what a terminal would obey instead of showing it.

    Args:
        text: The text.
        line_breaks: Whether it may have several lines.
    """
    text = _UNSAFE.sub(lambda match: match.group().encode("unicode_escape").decode("ascii"), text)
    return text if line_breaks else text.replace("\n", "\\n")
