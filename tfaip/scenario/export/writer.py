# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Writing a model directory, complete or not at all."""

import os
import tempfile
from typing import TYPE_CHECKING, Any, Dict, Optional

from tfaip.params.codec import params_to_dict, save_json, save_params
from tfaip.scenario.export.graphs import DEFAULT_GRAPH, create_export_models
from tfaip.scenario.export.loader import load_exported_model
from tfaip.scenario.export.savedmodel import write_saved_model
from tfaip.scenario.storedparams import SCENARIO_NAMES
from tfaip.util.errors import UserError
from tfaip.util.file.atomic import TEMPORARY_PREFIX, named_after, new_directory, replace_entry, sync_tree
from tfaip.util.file.inside import check_stays_inside
from tfaip.util.logging import logger

if TYPE_CHECKING:
    from tfaip.scenario.scenariobase import ScenarioBase
    from tfaip.trainer.params import TrainerParams

log = logger(__name__)

RESOURCES_DIR = "resources"


class ModelDirectoryWriter:
    """Writes parameters, SavedModels, description and resources of a scenario.

    Args:
        scenario: The scenario with its trained graph.
        trainer_params: Written as ``trainer_params.json``; without them ``scenario_params.json`` is written.
        export_resources: Copy the resources of the data.
    """

    def __init__(
        self, scenario: "ScenarioBase", trainer_params: "Optional[TrainerParams]" = None, export_resources: bool = True
    ):
        self._scenario = scenario
        self._trainer_params = trainer_params
        self._export_resources = export_resources

    def write(self, path: str) -> None:
        """Write the model directory ``path``.

        It is replaced as a whole, in one step. Only if it holds other files, which are kept, its entries are replaced
        one by one; the parameters, which make it a valid model directory, come last.
        """
        path = os.path.abspath(path)
        for name in SCENARIO_NAMES:
            check_stays_inside(getattr(self._scenario.params, name), f"scenario.{name}")
        if self._holds_other_files(path):
            with named_after(path):
                self._replace_entries(path)
        else:
            with new_directory(path) as folder:
                self._write_files(folder)
        log.info("Exported the model to %s", path)

    def _holds_other_files(self, path: str) -> bool:
        params = self._scenario.params
        own = {
            params.default_serve_dir,
            params.additional_serve_dir,
            params.net_config_filename,
            params.trainer_params_filename,
            params.scenario_params_filename,
            RESOURCES_DIR,
        }
        names = os.listdir(path) if os.path.isdir(path) else []
        return any(name not in own and not name.startswith(TEMPORARY_PREFIX) for name in names)

    def _replace_entries(self, path: str) -> None:
        with tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX, dir=path) as folder:
            params_filename = self._write_files(folder)
            sync_tree(folder)
            entries = sorted(os.listdir(folder), key=lambda name: (name == params_filename, name))
            for name in entries:
                replace_entry(os.path.join(folder, name), os.path.join(path, name))

    def _write_files(self, folder: str) -> str:
        params = self._scenario.params
        if params.export_serve:
            self._write_graphs(folder)
        if params.export_net_config:
            save_json(os.path.join(folder, params.net_config_filename), self._scenario.net_config())
        params_dict = self._params_dict()
        scenario_dict = params_dict.get("scenario", params_dict) if self._trainer_params is not None else params_dict
        data_dict: Dict[str, Any] = scenario_dict["data"]
        if self._export_resources:
            self._scenario.data.dump_resources(folder, data_dict)
        data_dict["resource_base_path"] = "."
        filename = params.scenario_params_filename if self._trainer_params is None else params.trainer_params_filename
        save_params(os.path.join(folder, filename), params_dict)
        return filename

    def _params_dict(self) -> Dict[str, Any]:
        return params_to_dict(self._scenario.params if self._trainer_params is None else self._trainer_params)

    def _write_graphs(self, folder: str) -> None:
        params = self._scenario.params
        for label, model in create_export_models(self._scenario).items():
            sub_dir = (
                params.default_serve_dir if label == DEFAULT_GRAPH else os.path.join(params.additional_serve_dir, label)
            )
            write_saved_model(model, self._scenario.root_graph, os.path.join(folder, sub_dir))


def check_model_can_be_exported(scenario: "ScenarioBase") -> None:
    """Write the default graph to a temporary directory and load it, so that a training cannot end without a model.

    Raises:
        UserError: If it cannot be written or loaded.
    """
    model = create_export_models(scenario)[DEFAULT_GRAPH]
    with tempfile.TemporaryDirectory() as folder:
        try:
            write_saved_model(model, scenario.root_graph, folder)
        except (ValueError, TypeError, AssertionError) as error:
            raise UserError(
                "The prediction graph cannot be exported.",
                where=type(scenario.graph).__name__,
                got=f"{type(error).__name__}: {error}",
                hint="set trainer.skip_model_load_test to True to train all the same.",
            ) from error
        load_exported_model(folder)
