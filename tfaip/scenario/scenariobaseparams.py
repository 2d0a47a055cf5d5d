# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of a scenario."""

from abc import ABC
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Dict, Generic, List, Optional, Type, TypeVar

from dataclasses_json import LetterCase, config
from paiargparse import pai_dataclass, pai_meta

from tfaip.data.databaseparams import DataBaseParams
from tfaip.evaluator.params import EvaluatorParams
from tfaip.model.modelbaseparams import ModelBaseParams
from tfaip.params.ranges import Range
from tfaip.util.errors import UserValueError
from tfaip.util.generic_meta import ReplaceDefaultDataClassFieldsMeta
from tfaip.util.versioning import get_commit_hash
from tfaip.version import __version__

if TYPE_CHECKING:
    from tfaip.scenario.scenariobase import ScenarioBase

TDataParams = TypeVar("TDataParams", bound=DataBaseParams)
TModelParams = TypeVar("TModelParams", bound=ModelBaseParams)


@pai_dataclass
@dataclass
class ScenarioBaseParams(
    Generic[TDataParams, TModelParams],
    ABC,
    metaclass=ReplaceDefaultDataClassFieldsMeta,
    field_names=["data", "model"],
):
    """What a scenario is made of: the parameters of model, data and evaluator, and what its export looks like."""

    debug_graph_construction: bool = field(
        default=False,
        metadata=pai_meta(help="Before the training, compute graph, losses and metrics of one batch step by step"),
    )
    debug_graph_n_examples: int = field(
        default=1, metadata=pai_meta(help="Has no effect, kept for the files of tfaip 1.2")
    )
    print_eval_limit: int = field(
        default=10, metadata=pai_meta(help="Number of validation samples to print each epoch. -1: all, 0: none")
    )
    tensorboard_logger_history_size: int = field(
        default=5, metadata=pai_meta(help="Has no effect, kept for the files of tfaip 1.2")
    )
    export_serve: bool = field(default=True, metadata=pai_meta(help="Export the model for prediction"))
    model: TModelParams = field(  # type: ignore[assignment]
        default_factory=ModelBaseParams, metadata=pai_meta(mode="flat", help="Parameters of the model")
    )
    data: TDataParams = field(  # type: ignore[assignment]
        default_factory=DataBaseParams, metadata=pai_meta(mode="flat", help="Parameters of the data")
    )
    evaluator: EvaluatorParams = field(
        default_factory=EvaluatorParams, metadata=pai_meta(mode="flat", help="Parameters of the evaluator")
    )
    export_net_config: bool = field(
        default=True, metadata=pai_meta(mode="ignore", help="Write the inputs and outputs of the exported model")
    )
    net_config_filename: str = field(default="net_config.json", metadata=pai_meta(mode="ignore"))
    default_serve_dir: str = field(default="serve", metadata=pai_meta(mode="ignore"))
    additional_serve_dir: str = field(default="additional", metadata=pai_meta(mode="ignore"))
    trainer_params_filename: str = field(default="trainer_params.json", metadata=pai_meta(mode="ignore"))
    scenario_params_filename: str = field(default="scenario_params.json", metadata=pai_meta(mode="ignore"))
    scenario_base_path: Optional[str] = field(default=None, metadata=pai_meta(mode="ignore"))
    scenario_id: Optional[str] = field(default=None, metadata=pai_meta(mode="ignore"))
    id: Optional[str] = field(default=None, metadata=pai_meta(mode="ignore"))
    tfaip_commit_hash: Optional[str] = field(default_factory=get_commit_hash, metadata=pai_meta(mode="ignore"))
    tfaip_version: str = field(default=__version__, metadata=pai_meta(mode="ignore"))
    use_input_gradient_regularization: bool = field(
        default=False, metadata=pai_meta(help="Penalise large gradients of the loss with respect to the input")
    )
    input_gradient_regularization_h: float = field(
        default=0.001,
        metadata={
            **pai_meta(help="Step size of the finite difference of the regularisation"),
            "range": Range(above=0),
        },
    )
    input_gradient_regularization_lambda: float = field(
        default=0.1,
        metadata={**pai_meta(help="Weight of the input gradient regularisation"), "range": Range(minimum=0)},
    )

    @classmethod
    def data_cls(cls) -> Type[DataBaseParams]:
        """Return the class of the data parameters."""
        return cls.__generic_types__["TDataParams"]

    @classmethod
    def model_cls(cls) -> Type[ModelBaseParams]:
        """Return the class of the model parameters."""
        return cls.__generic_types__["TModelParams"]

    def cls(self) -> "Type[ScenarioBase]":
        """Return the scenario class that ``scenario_id`` names.

        Raises:
            UserValueError: If ``scenario_id`` is not set, or names no scenario that may be loaded.
        """
        from tfaip.scenario.importing import import_stored_scenario

        if self.scenario_id is None:
            raise UserValueError(
                "These scenario parameters do not name their scenario.",
                where="scenario.scenario_id",
                expected="'module:Class'",
                got="None",
                hint="create the parameters with the default_params() of the scenario class.",
            )
        return import_stored_scenario(self.scenario_id, "scenario.scenario_id")

    def create(self) -> "ScenarioBase":
        """Create the scenario of these parameters."""
        return self.cls()(self)


@pai_dataclass
@dataclass
class NetConfigNodeSpec:
    """Shape ("?" for unknown sizes), dtype and graph node of one input or output of the exported model."""

    dataclass_json_config = config(letter_case=LetterCase.CAMEL)["dataclasses_json"]

    shape: List[str] = field(default_factory=list)
    dtype: str = ""
    node_serve: str = ""


@pai_dataclass
@dataclass
class NetConfigParamsBase:
    """Description of an exported model for other programs, camel case in its JSON file."""

    dataclass_json_config = config(letter_case=LetterCase.CAMEL)["dataclasses_json"]

    id_model: Optional[str] = None
    id_serve: str = ""
    in_nodes: Dict[str, NetConfigNodeSpec] = field(default_factory=dict)
    out_nodes: Dict[str, NetConfigNodeSpec] = field(default_factory=dict)
    tf_version: str = ""
    tfaip_commit_hash: Optional[str] = None
    tfaip_version: str = __version__
