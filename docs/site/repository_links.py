# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Sphinx extension: links to folders lead to their README, and the site has a first page."""

import re
from pathlib import Path
from typing import Any, Dict, List, Optional

from sphinx.application import Sphinx

_CODE = re.compile(r"(```.*?```)", re.DOTALL)
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https?://)([^)#\s]+)((?:#[^)\s]*)?)\)")
_FIRST_PAGE = '<!doctype html><meta http-equiv="refresh" content="0; url=docs/index.html"><title>tfaip</title>\n'


def to_readme(app: Sphinx, docname: str, source: List[str]) -> None:
    """Let links of a document to folders lead to the README in there; those to folders without one become text."""
    document = app.env.doc2path(docname)
    if not str(document).endswith(".md"):
        return
    folder = Path(document).parent

    def target(match: "re.Match[str]") -> str:
        text, file, anchor = match.groups()
        if not (folder / file).is_dir():
            return match.group(0)
        return f"[{text}]({file.rstrip('/')}/README.md{anchor})" if (folder / file / "README.md").is_file() else text

    parts = _CODE.split(source[0])
    source[0] = "".join(part if part.startswith("```") else _LINK.sub(target, part) for part in parts)


def write_first_page(app: Sphinx, exception: Optional[Exception]) -> None:
    """Write the page that leads to the manual."""
    if exception is None and app.builder.format == "html":
        (Path(app.outdir) / "index.html").write_text(_FIRST_PAGE, encoding="utf-8")


def setup(app: Sphinx) -> Dict[str, Any]:
    """Connect the extension."""
    app.connect("source-read", to_readme)
    app.connect("build-finished", write_first_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
