# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The data of a scenario: which layers they have and which pipelines read them."""

import logging
from abc import ABC, abstractmethod
from typing import Any, Callable, Dict, Generic, List, Optional, Type, TypeVar

import keras
import tensorflow as tf

from tfaip.data.databaseparams import DataBaseParams, DataGeneratorParams, DataPipelineParams
from tfaip.data.pipeline.datapipeline import DataPipeline
from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.data.pipeline.seeding import draw_seed
from tfaip.data.pipeline.specs import check_specs
from tfaip.data.samplepictures import default_pictures
from tfaip.params.postinit import post_init
from tfaip.resource.manager import ResourceManager
from tfaip.util.generic_meta import CollectGenericTypes
from tfaip.util.multiprocessing.workerpools import WorkerPools
from tfaip.util.typing import AnyNumpy

logger = logging.getLogger(__name__)

TDP = TypeVar("TDP", bound=DataBaseParams)

Specs = Dict[str, tf.TensorSpec]


class DataBase(Generic[TDP], ABC, metaclass=CollectGenericTypes):
    """Base of the data of a scenario.

    A subclass announces the layers of the network's inputs and targets, without the batch dimension, and sets the
    processors in :meth:`default_params`.

    Args:
        params: The parameters of the data. Resources in them get their paths.
        kwargs: Nothing; a subclass takes its own arguments out.

    Attributes:
        pipeline_seed: Base of all random choices of the pipelines that are created from now on.
    """

    @classmethod
    def params_cls(cls) -> Type[TDP]:
        """Return the class of the parameters."""
        return cls.__generic_types__["TDP"]

    @classmethod
    def default_params(cls) -> TDP:
        """Return the parameters that a scenario begins with; to be overridden to set the processors."""
        return cls.params_cls()()

    @classmethod
    def data_pipeline_cls(cls) -> Type[DataPipeline]:
        """Return the class of the pipelines."""
        return DataPipeline

    def __init__(self, params: TDP, **kwargs: Any):
        assert not kwargs, f"{type(self).__name__} got unknown arguments: {', '.join(sorted(kwargs))}"
        self._params = params
        post_init(params)
        self.resources = ResourceManager(params.resource_base_path)
        self.resources.register_all(params)
        post_init(params)
        self.worker_pools = WorkerPools()
        self.pipeline_seed = draw_seed()
        self._pipelines: Dict[PipelineMode, Optional[DataPipeline]] = {}

    @property
    def params(self) -> TDP:
        """The parameters of the data."""
        return self._params

    # Layers, to be overridden

    @abstractmethod
    def _input_layer_specs(self) -> Specs:
        """Return the layers of the inputs by their names; a single number has shape ``[1]``."""

    @abstractmethod
    def _target_layer_specs(self) -> Specs:
        """Return the layers of the targets."""

    def _meta_layer_specs(self) -> Specs:
        return {"meta": tf.TensorSpec([1], tf.string)}

    def _padding_values(self) -> Dict[str, AnyNumpy]:
        """Return what to fill shorter arrays up with, by name of the layer; others get 0, False or ``""``."""
        return {}

    def element_length_fn(self) -> Callable[[Dict[str, Any]], Any]:
        """Return the function that tells the length of a sample by its inputs, for ``bucket_boundaries``."""
        raise NotImplementedError(
            f"Buckets need the length of a sample: override element_length_fn() in {type(self).__name__}."
        )

    def input_tensor_key_for_regularization(self) -> Optional[str]:
        """Return the name of the input whose gradient is regularized."""
        return None

    def dataset_input_layer_specs(self) -> Specs:
        """Return what the inputs look like before a custom ``TFDatasetGenerator`` maps them."""
        return self.input_layer_specs()

    def dataset_target_layer_specs(self) -> Specs:
        """Return what the targets look like before a custom ``TFDatasetGenerator`` maps them."""
        return self.target_layer_specs()

    def dataset_meta_layer_specs(self) -> Specs:
        """Return what the meta data look like before a custom ``TFDatasetGenerator`` maps them."""
        return self.meta_layer_specs()

    def _sample_pictures(self, sample: Sample) -> Dict[str, Any]:
        """Return pictures that show a sample, for programs that write some; to be overridden.

        Args:
            sample: An unbatched sample, after the post-processing.

        Returns:
            By name, arrays of height x width, or height x width x channels (1 to 4): unsigned bytes, truth values, or
            other numbers, which are scaled. By default the arrays of inputs, targets and outputs that look like
            pictures.
        """
        return dict(default_pictures(sample))

    # Layers

    def sample_pictures(self, sample: Sample) -> Dict[str, Any]:
        """Return pictures that show a sample, by name; see :meth:`_sample_pictures`."""
        return self._sample_pictures(sample)

    def input_layer_specs(self) -> Specs:
        """Return the checked layers of the inputs.

        Raises:
            ValueError: A layer is a scalar.
        """
        return check_specs(self._input_layer_specs(), f"{type(self).__name__}._input_layer_specs")

    def target_layer_specs(self) -> Specs:
        """Return the checked layers of the targets; see :meth:`input_layer_specs`."""
        return check_specs(self._target_layer_specs(), f"{type(self).__name__}._target_layer_specs")

    def meta_layer_specs(self) -> Specs:
        """Return the checked layers of the meta data; see :meth:`input_layer_specs`."""
        return check_specs(self._meta_layer_specs(), f"{type(self).__name__}._meta_layer_specs")

    def padding_values(self) -> Dict[str, AnyNumpy]:
        """Return what to fill shorter arrays up with, by name of the layer."""
        return self._padding_values()

    def create_input_layers(self) -> Dict[str, Any]:
        """Return a ``keras.Input`` for each layer of the inputs."""
        return _input_layers(self.input_layer_specs())

    def create_target_as_input_layers(self) -> Dict[str, Any]:
        """Return a ``keras.Input`` for each layer of the targets."""
        return _input_layers(self.target_layer_specs())

    def create_meta_as_input_layers(self) -> Dict[str, Any]:
        """Return a ``keras.Input`` for each layer of the meta data."""
        return _input_layers(self.meta_layer_specs())

    # Pipelines

    def create_pipeline(
        self, pipeline_params: DataPipelineParams, generator_params: DataGeneratorParams
    ) -> DataPipeline:
        """Create a pipeline.

        Args:
            pipeline_params: Mode, batches and workers.
            generator_params: Where the samples come from.
        """
        return self.data_pipeline_cls()(pipeline_params, self, generator_params)

    def get_or_create_pipeline(
        self, pipeline_params: DataPipelineParams, generator_params: Optional[DataGeneratorParams]
    ) -> Optional[DataPipeline]:
        """Return the pipeline of this mode; it is created at the first call.

        Args:
            pipeline_params: See :meth:`create_pipeline`.
            generator_params: None if there are no data for this mode, then there is no pipeline either.
        """
        mode = pipeline_params.mode
        if mode not in self._pipelines:
            pipeline = None if generator_params is None else self.create_pipeline(pipeline_params, generator_params)
            self._pipelines[mode] = pipeline
        return self._pipelines[mode]

    def pipeline_by_mode(self, mode: PipelineMode) -> Optional[DataPipeline]:
        """Return the pipeline that was created for a mode.

        Raises:
            KeyError: None was asked for so far.
        """
        return self._pipelines[mode]

    def seed_pipelines(self, seed: int) -> None:
        """Set the base of all random choices of the pipelines.

        Args:
            seed: Together with parameters and data it decides what the pipelines yield.
        """
        self.pipeline_seed = seed
        for pipeline in self._pipelines.values():
            if pipeline is not None:
                pipeline.seed = seed

    def preload(self, progress_bar: bool = True) -> None:
        """Replace all pipelines by such with the samples in memory.

        Args:
            progress_bar: Show the progress.
        """
        for mode, pipeline in self._pipelines.items():
            if pipeline is not None:
                self._pipelines[mode] = pipeline.as_preloaded(progress_bar)

    def join(self) -> None:
        """End the worker processes of all pipelines."""
        for pipeline in self._pipelines.values():
            if pipeline is not None:
                pipeline.join()
        self.worker_pools.close()

    # Export

    def dump_resources(self, root_path: str, data_params_dict: Dict[str, Any]) -> None:
        """Copy all resources into ``<root_path>/resources``.

        Args:
            root_path: The folder of the export.
            data_params_dict: The data parameters as a dictionary; the paths in it are made relative to the export.
        """
        self.resources.dump(root_path, data_params_dict)
        data_params_dict["resource_base_path"] = "."

    def print_params(self) -> None:
        """Log the parameters."""
        logger.info("data_params=%s", self.params.to_json(indent=2))  # type: ignore[attr-defined]


def _input_layers(specs: Specs) -> Dict[str, Any]:
    layers: List[Any] = [
        keras.Input(shape=spec.shape.as_list(), dtype=spec.dtype.name, name=key) for key, spec in specs.items()
    ]
    return dict(zip(specs, layers, strict=True))
