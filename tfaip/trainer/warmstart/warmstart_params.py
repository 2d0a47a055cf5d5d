# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of a warm start."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, List, Optional, Type

from paiargparse import pai_dataclass, pai_meta

if TYPE_CHECKING:
    from tfaip.trainer.warmstart.warmstarter import WarmStarter


@pai_dataclass
@dataclass
class WarmStartParams:
    """Where a training takes its first weights from, and how their names are matched."""

    model: Optional[str] = field(
        default=None,
        metadata=pai_meta(
            help="Model directory, SavedModel, run, checkpoint, .npz or .safetensors file to take weights from"
        ),
    )
    allow_partial: bool = field(
        default=False,
        metadata=pai_meta(
            help="Keep the weights of the new model that are not found in the file or have another shape"
        ),
    )
    trim_graph_name: bool = field(
        default=True, metadata=pai_meta(help="Ignore the outermost names that all weights share when names are matched")
    )
    rename: List[str] = field(
        default_factory=list,
        metadata=pai_meta(help="Rules FROM->TO that replace text in the names of the loaded weights"),
    )
    add_suffix: str = field(default="", metadata=pai_meta(help="Suffix that is added to the loaded names"))
    rename_targets: List[str] = field(
        default_factory=list,
        metadata=pai_meta(help="Rules FROM->TO that replace text in the names of the weights of the new model"),
    )
    exclude: Optional[str] = field(
        default=None,
        metadata=pai_meta(help="Regular expression (of the whole name) of the weights that are not loaded"),
    )
    include: Optional[str] = field(
        default=None,
        metadata=pai_meta(help="Regular expression (of the whole name) of the only weights that are loaded"),
    )
    auto_remove_numbers_for: List[str] = field(
        default_factory=lambda: ["lstm_cell"],
        metadata=pai_meta(help="Names whose running number (lstm_cell_3) is ignored when names are matched"),
    )

    @staticmethod
    def cls() -> Type["WarmStarter"]:
        """Return the class that these parameters configure."""
        from tfaip.trainer.warmstart.warmstarter import WarmStarter

        return WarmStarter

    def create(self, **kwargs: Any) -> "WarmStarter":
        """Create the warm starter; ``kwargs`` go to its constructor."""
        return self.cls()(self, **kwargs)
