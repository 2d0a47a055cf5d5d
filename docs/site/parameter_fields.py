# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Sphinx extension: the reference of a dataclass lists its fields with type, default and help."""

import dataclasses
import os
from enum import Enum
from typing import Any, Dict, List, Optional, Tuple

from sphinx.application import Sphinx


def list_fields(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: List[str]) -> None:
    """Append the fields of a dataclass of parameters to its docstring."""
    if not _is_params(obj):
        return
    lines.append("")
    for field in dataclasses.fields(obj):
        about = field.metadata.get("help") or ""
        lines.append(f"* **{field.name}**: ``{_type_of(field)}``{_default_of(field)}{'. ' if about else ''}{about}")
    lines.append("")


def shorten_signature(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, signature: Optional[str], returned: Optional[str]
) -> Optional[Tuple[str, None]]:
    """Leave the arguments of such a class to the list of its fields."""
    return ("", None) if _is_params(obj) else None


def _is_params(obj: Any) -> bool:
    return isinstance(obj, type) and dataclasses.is_dataclass(obj) and hasattr(obj, "to_dict")


def _type_of(field: "dataclasses.Field[Any]") -> str:
    return field.type.__name__ if isinstance(field.type, type) else str(field.type).replace("typing.", "")


def _default_of(field: "dataclasses.Field[Any]") -> str:
    value = field.default
    # of a path the default is the working directory of the build
    if value is dataclasses.MISSING or (isinstance(value, str) and os.path.isabs(value)):
        return ""
    return f" = ``{value.value if isinstance(value, Enum) else value!r}``"


def setup(app: Sphinx) -> Dict[str, Any]:
    """Connect the extension."""
    app.connect("autodoc-process-docstring", list_fields)
    app.connect("autodoc-process-signature", shorten_signature)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
