# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Model directories: writing and loading them."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tfaip.scenario.export.loader import ExportedModel, load_exported_model

__all__ = ["ExportedModel", "load_exported_model"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from tfaip.scenario.export import loader

    return getattr(loader, name)
