# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Configuration of Sphinx. The source directory is the root of the repository: links lead where they lead there."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from tfaip.version import __version__  # noqa: E402

project = "tfaip"
author = "The tfaip authors"
copyright = "2026 The tfaip authors"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
extensions += ["parameter_fields", "repository_links"]
root_doc = "docs/site/contents"
include_patterns = [
    "CHANGELOG.md",
    "SECURITY.md",
    "docs/*.md",
    "docs/site/contents.md",
    "docs/api/*.rst",
    "examples/README.md",
    "examples/**/README.md",
    "templates/README.md",
    "templates/**/README.md",
]
# a link to the templates
exclude_patterns = ["examples/template", ".*", "build", "models", "test"]

myst_heading_anchors = 4
# JSON with an ellipsis, and output of programs
suppress_warnings = ["misc.highlighting_failure"]

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_default_options = {"members": True, "show-inheritance": True}
add_module_names = False
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False

html_theme = "furo"
html_title = f"tfaip {__version__}"
html_copy_source = False
