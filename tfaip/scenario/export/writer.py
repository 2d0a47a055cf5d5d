# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Writing a model directory, complete or not at all."""

import os
import platform
import shutil
import tempfile
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Set

import keras
import numpy as np
import tensorflow as tf

from tfaip.params.codec import params_to_dict, save_json, save_params
from tfaip.scenario.export.graphs import DEFAULT_GRAPH, create_export_models
from tfaip.scenario.export.loader import load_exported_model
from tfaip.scenario.export.manifest import RESOURCES_DIR, has_other_manifest, write_manifest
from tfaip.scenario.export.savedmodel import write_saved_model
from tfaip.scenario.paramsfile import MANIFEST_FILENAME, PARAMS_FILENAMES
from tfaip.scenario.storedparams import SCENARIO_NAMES
from tfaip.util.errors import UserError, UserValueError
from tfaip.util.file.atomic import TEMPORARY_PREFIX, named_after, new_directory, replace_entry, sync_tree
from tfaip.util.file.inside import check_stays_inside
from tfaip.util.logging import logger
from tfaip.version import __version__

if TYPE_CHECKING:
    from tfaip.scenario.scenariobase import ScenarioBase
    from tfaip.trainer.params import TrainerParams

log = logger(__name__)

# of a run, which is no model
CHECKPOINT_DIR = "checkpoint"


class ModelDirectoryWriter:
    """Writes parameters, SavedModels, description and resources of a scenario.

    Args:
        scenario: The scenario with its trained graph.
        trainer_params: Written as ``trainer_params.json``; without them ``scenario_params.json`` is written.
        export_resources: Copy the resources of the data.
        graphs_of: A model directory whose graphs and description are copied instead of those of the scenario.
    """

    def __init__(
        self,
        scenario: "ScenarioBase",
        trainer_params: "Optional[TrainerParams]" = None,
        export_resources: bool = True,
        graphs_of: Optional[str] = None,
    ):
        self._scenario = scenario
        self._trainer_params = trainer_params
        self._export_resources = export_resources
        self._graphs_of = graphs_of

    def write(self, path: str, check: Optional[Callable[[str], None]] = None) -> None:
        """Write the model directory ``path``.

        It is replaced as a whole, in one step. Only if it holds other files, which are kept, its entries are replaced
        one by one; the parameters, which make it a valid model directory, and the manifest come last.

        Args:
            path: The model directory.
            check: Called with the new directory before it takes its place; raises an error to keep the old one.

        Raises:
            UserValueError: It has no name, or it is the working directory and empty.
        """
        if not path:
            raise UserValueError("The name of the model directory is empty.", expected="a path", got="''")
        path = os.path.abspath(path)
        for name in SCENARIO_NAMES:
            check_stays_inside(getattr(self._scenario.params, name), f"scenario.{name}")
        if self._holds_other_files(path):
            with named_after(path):
                self._replace_entries(path, check)
        else:
            with new_directory(path) as folder:
                self.write_into(folder)
                if check is not None:
                    check(folder)
        log.info("Exported the model to %s", path)

    def _own_names(self) -> Set[str]:
        params = self._scenario.params
        return {
            params.default_serve_dir,
            params.additional_serve_dir,
            params.net_config_filename,
            params.trainer_params_filename,
            params.scenario_params_filename,
            RESOURCES_DIR,
            MANIFEST_FILENAME,
        }

    def _holds_other_files(self, path: str) -> bool:
        names = os.listdir(path) if os.path.isdir(path) else []
        own = self._own_names()
        return any(name not in own and not name.startswith(TEMPORARY_PREFIX) for name in names)

    def _stale_names(self, path: str, folder: str) -> List[str]:
        """Return what an earlier export wrote into ``path`` and this one does not write."""
        kept = {MANIFEST_FILENAME} if has_other_manifest(path) else set()
        if os.path.isdir(os.path.join(path, CHECKPOINT_DIR)):  # of a run, which these parameters belong to
            kept |= set(PARAMS_FILENAMES) | {self._scenario.params.trainer_params_filename}
        stale = self._own_names() - set(os.listdir(folder)) - kept
        return sorted(name for name in stale if os.path.lexists(os.path.join(path, name)))

    def _replace_entries(self, path: str, check: Optional[Callable[[str], None]]) -> None:
        with tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX, dir=path) as folder:
            params_filename = self.write_into(folder)
            if check is not None:
                check(folder)
            sync_tree(folder)
            last = [params_filename, MANIFEST_FILENAME]
            if has_other_manifest(path):
                last.remove(MANIFEST_FILENAME)
            stale = self._stale_names(path, folder)
            for name in sorted(set(os.listdir(folder)) - {params_filename, MANIFEST_FILENAME}):
                replace_entry(os.path.join(folder, name), os.path.join(path, name))
            for name in stale:
                # at first out of the way, in one step
                os.replace(os.path.join(path, name), os.path.join(folder, f"{TEMPORARY_PREFIX}{name}"))
            for name in last:
                replace_entry(os.path.join(folder, name), os.path.join(path, name))

    def write_into(self, folder: str) -> str:
        """Write all files into an empty folder and return the name of the parameter file."""
        params = self._scenario.params
        if self._graphs_of is not None:
            graphs = self._copy_graphs(self._graphs_of, folder)
        else:
            graphs = self._write_graphs(folder) if params.export_serve else {}
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
        write_manifest(folder, graphs, library_versions(), filename)
        return filename

    def _params_dict(self) -> Dict[str, Any]:
        return params_to_dict(self._scenario.params if self._trainer_params is None else self._trainer_params)

    def _write_graphs(self, folder: str) -> Dict[str, str]:
        params = self._scenario.params
        graphs: Dict[str, str] = {}
        for label, model in create_export_models(self._scenario).items():
            sub_dir = (
                params.default_serve_dir if label == DEFAULT_GRAPH else os.path.join(params.additional_serve_dir, label)
            )
            write_saved_model(model, self._scenario.root_graph, os.path.join(folder, sub_dir))
            graphs[label] = sub_dir
        return graphs

    def _copy_graphs(self, source: str, folder: str) -> Dict[str, str]:
        params = self._scenario.params
        graphs = {
            DEFAULT_GRAPH: params.default_serve_dir,
            **_additional_graphs(source, params.additional_serve_dir),
        }
        for sub_dir in graphs.values():
            shutil.copytree(os.path.join(source, sub_dir), os.path.join(folder, sub_dir))
        description = os.path.join(source, params.net_config_filename)
        if os.path.isfile(description):
            shutil.copy(description, os.path.join(folder, params.net_config_filename))
        return graphs


def _additional_graphs(folder: str, sub_dir: str) -> Dict[str, str]:
    """Return the further graphs of a model directory by their labels."""
    root = os.path.join(folder, sub_dir)
    return {label: os.path.join(sub_dir, label) for label in (sorted(os.listdir(root)) if os.path.isdir(root) else [])}


def library_versions() -> Dict[str, str]:
    """Return the versions of what an exported model depends on."""
    return {
        "tfaip": __version__,
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
    }


def check_model_can_be_exported(scenario: "ScenarioBase") -> None:
    """Write the graphs to a temporary directory and load them, so that a training cannot end without a model.

    Raises:
        UserError: If it cannot be written or loaded.
    """
    for label, model in create_export_models(scenario).items():
        with tempfile.TemporaryDirectory() as folder:
            try:
                write_saved_model(model, scenario.root_graph, folder)
            except (ValueError, TypeError, AssertionError) as error:
                what = "prediction graph" if label == DEFAULT_GRAPH else f"graph {label!r}"
                raise UserError(
                    f"The {what} cannot be exported.",
                    where=type(scenario.graph).__name__,
                    got=f"{type(error).__name__}: {error}",
                    hint="set trainer.skip_model_load_test to True to train all the same.",
                ) from error
            load_exported_model(folder)
