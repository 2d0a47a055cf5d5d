# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Making a model directory, or an archive of one, of a checkpoint or of another model directory."""

import os
import tempfile
from typing import TYPE_CHECKING, Any, Dict, Optional

from tfaip.device.precision import computing_with
from tfaip.params.codec import params_to_dict
from tfaip.params.postinit import post_init
from tfaip.scenario.archive.packing import pack_model_directory
from tfaip.scenario.export.graphs import DEFAULT_GRAPH, create_export_models
from tfaip.scenario.export.loader import ExportedModel, load_exported_model
from tfaip.scenario.export.weights import restore_weights
from tfaip.scenario.export.writer import ModelDirectoryWriter
from tfaip.scenario.paramsfile import ARCHIVE_ENDINGS
from tfaip.trainer.modelexport.comparison import check_same_outputs
from tfaip.trainer.modelexport.source import ExportSource
from tfaip.trainer.warmstart.storedweights import weights_of_generation
from tfaip.trainer.warmstart.warmstart_params import WarmStartParams
from tfaip.util.file.atomic import TEMPORARY_PREFIX, named_after
from tfaip.util.logging import logger

if TYPE_CHECKING:
    from tfaip.scenario.scenariobase import ScenarioBase
    from tfaip.scenario.scenariobaseparams import ScenarioBaseParams

log = logger(__name__)


class ModelExporter:
    """Makes a new model directory.

    Args:
        source: What it is made of.
        params: The parameters of the scenario, which may differ from the stored ones.
        rebuild: Build the graph anew also where the stored one could be copied.
        check: Load the new model and compare what it computes before it takes its place.
    """

    def __init__(self, source: ExportSource, params: "ScenarioBaseParams", rebuild: bool = False, check: bool = True):
        self._source = source
        self._params = params
        self._rebuild = rebuild
        self._check = check
        self._exported: Optional[ExportedModel] = None
        self._same_model = params_to_dict(params.model) == source.model

    def export(self, output: str) -> None:
        """Write the model directory ``output``, or an archive if its name is that of one; as a whole or not at all.

        Raises:
            UserError: The weights do not fit the parameters, or the new model does not compute what the old one does.
        """
        trainer_params = self._source.trainer_params
        with computing_with(trainer_params.precision if trainer_params is not None else None):
            writer = self._create_writer()
            if output.lower().endswith(ARCHIVE_ENDINGS):
                self._write_archive(writer, output)
            else:
                writer.write(output, self._check_model if self._check else None)

    def _write_archive(self, writer: ModelDirectoryWriter, output: str) -> None:
        parent = os.path.dirname(os.path.abspath(output))
        with named_after(output), tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX, dir=parent) as folder:
            writer.write_into(folder)
            if self._check:
                self._check_model(folder)
            pack_model_directory(folder, output)
        log.info("Exported the model to %s", output)

    # ------------------------------------------------------------------ graph
    def _create_writer(self) -> ModelDirectoryWriter:
        source = self._source
        post_init(self._params)
        self._scenario = scenario = source.scenario_cls(self._params)
        if source.trainer_params is not None:
            source.trainer_params.scenario = self._params
        graphs_of = None
        if source.is_checkpoint:
            restore_weights(scenario, weights_of_generation(source.weights), source.weights)
        else:
            self._exported = load_exported_model(source.weights)
            if self._exported.variables is not None:
                restore_weights(scenario, self._exported.variables, source.path)
            elif self._rebuild or not self._same_model or not _has_inputs_of(scenario, self._exported):
                log.info("The weights of tfaip 1.2 are found by the names of layers")
                warm_start = WarmStartParams(model=source.weights)
                warm_start.create().warmstart(scenario.keras_predict_model)
            else:
                graphs_of = source.model_directory
        return ModelDirectoryWriter(scenario, source.trainer_params, graphs_of=graphs_of)

    # ------------------------------------------------------------------ check
    def _check_model(self, folder: str) -> None:
        """Check that a new model directory can be loaded and computes what it should."""
        if not self._params.export_serve:
            return
        exported = load_exported_model(os.path.join(folder, self._params.default_serve_dir))
        if self._exported is not None and self._same_model:
            reference: Any = self._exported
        else:
            model = create_export_models(self._scenario)[DEFAULT_GRAPH]

            def reference(inputs: Dict[str, Any]) -> Any:
                outputs = model(inputs, training=False)
                return outputs if isinstance(outputs, dict) else {"output": outputs}

        check_same_outputs(reference, exported, exported.input_specs, self._source.path)
        self._source.scenario_cls.params_from_path(os.path.join(folder, self._params_filename))

    @property
    def _params_filename(self) -> str:
        params = self._params
        has_training = self._source.trainer_params is not None
        return params.trainer_params_filename if has_training else params.scenario_params_filename


def _has_inputs_of(scenario: "ScenarioBase", exported: ExportedModel) -> bool:
    """Tell whether an exported graph takes what the data of a scenario give."""
    specs = scenario.data.input_layer_specs()
    return all(
        name in specs and specs[name].dtype == spec.dtype and spec.shape[1:].is_compatible_with(specs[name].shape)
        for name, spec in exported.input_specs.items()
    )
