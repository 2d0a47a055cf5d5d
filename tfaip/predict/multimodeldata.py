# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The data of several models: which of them share their pre-processing, and one pipeline for those that do not."""

import filecmp
import json
import os
from collections.abc import Callable, Sequence
from typing import Any, Dict, List, NamedTuple, Tuple

import tensorflow as tf

from tfaip.data.data import DataBase
from tfaip.data.databaseparams import DataBaseParams, DataGeneratorParams, DataPipelineParams
from tfaip.data.pipeline.datagenerator import DataGenerator
from tfaip.data.pipeline.datapipeline import DataPipeline
from tfaip.data.pipeline.definitions import PipelineMode
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams
from tfaip.predict.multimodelpreprocessor import MultiModelPreProcessorParams, joined_names, split_names
from tfaip.predict.rawinputs import create_raw_pipeline
from tfaip.util.errors import UserError

Specs = Dict[str, tf.TensorSpec]

# parameters of the data that no input depends on
_OF_NO_INPUT = ("post_proc", "resource_base_path")


class PreProcessingGroups(NamedTuple):
    """Which models have the same pre-processing.

    Attributes:
        datas: The data of the first model of each group.
        numbers: The group of each model.
    """

    datas: List[DataBase]
    numbers: List[int]

    @staticmethod
    def of(datas: Sequence[DataBase]) -> "PreProcessingGroups":
        """Compare the inputs, and the parameters and resources of the data but for those of the post-processing.

        Processors see all of the parameters.
        """
        found: List[Tuple[str, DataBase]] = []
        numbers: List[int] = []
        for data in datas:
            key = _key(data)
            equal = (n for n, (other_key, other) in enumerate(found) if key == other_key and _same_files(data, other))
            number = next(equal, len(found))
            if number == len(found):
                found.append((key, data))
            numbers.append(number)
        return PreProcessingGroups([data for _, data in found], numbers)


def _key(data: DataBase) -> str:
    from tfaip.params.codec import params_to_dict

    specs = {name: [spec.dtype.name, str(spec.shape)] for name, spec in data.input_layer_specs().items()}
    params = {name: value for name, value in params_to_dict(data.params).items() if name not in _OF_NO_INPUT}
    return json.dumps([params, specs], sort_keys=True, default=str)


def _same_files(first: DataBase, second: DataBase) -> bool:
    """Return whether all resources but those of the post-processing have the same content, whatever their paths."""
    return all(
        resource.abs_path == (other := second.resources.get(r_id).abs_path) or _same_content(resource.abs_path, other)
        for r_id, resource in first.resources.items()
        if not r_id.startswith("post_proc") and r_id in second.resources
    )


def _same_content(first: str, second: str) -> bool:
    if os.path.isfile(first) and os.path.isfile(second):
        return filecmp.cmp(first, second, shallow=False)
    if not (os.path.isdir(first) and os.path.isdir(second)):
        return False
    names = sorted(os.listdir(first))
    return names == sorted(os.listdir(second)) and all(
        _same_content(os.path.join(first, name), os.path.join(second, name)) for name in names
    )


def _check_no_tensorflow(datas: Sequence[DataBase]) -> None:
    for data in datas:
        pipeline = create_raw_pipeline(data, DataPipelineParams(mode=PipelineMode.PREDICTION), [])
        if pipeline._create_tf_dataset_generator().is_custom():
            raise UserError(
                "Models that differ in their pre-processing cannot vote if TensorFlow is a part of it.",
                where=f"{data.data_pipeline_cls().__name__}._create_tf_dataset_generator",
                expected="processors, or the same pre-processing for all models",
                hint="predict with each model alone",
            )


class MultiModelData(DataBase[DataBaseParams]):
    """Several kinds of pre-processing as one: a sample has the inputs of all of them, the targets of the first.

    Args:
        datas: The data with each kind.

    Raises:
        UserError: TensorFlow shall map the samples of one of the models.
    """

    def __init__(self, datas: Sequence[DataBase]):
        super().__init__(DataBaseParams())
        _check_no_tensorflow(datas)
        self._datas = list(datas)
        stages = [stage for data in datas for stage in data.params.pre_proc.as_composed().pipelines]
        # set after the base class has looked for resources: those in here belong to their own data
        self._params.pre_proc = SequentialProcessorPipelineParams(
            run_parallel=any(stage.run_parallel for stage in stages),
            processors=[MultiModelPreProcessorParams(datas=[data.params for data in datas])],
        )

    def _input_layer_specs(self) -> Specs:
        specs = joined_names([data.input_layer_specs() for data in self._datas])
        return {name: tf.TensorSpec(spec.shape, spec.dtype) for name, spec in specs.items()}

    def _target_layer_specs(self) -> Specs:
        return self._datas[0].target_layer_specs()

    def _padding_values(self) -> Dict[str, Any]:
        values = joined_names([data.padding_values() for data in self._datas])
        return {**self._datas[0].padding_values(), **values}

    def element_length_fn(self) -> Callable[[Dict[str, Any]], Any]:
        """Return the function of the first data."""
        length_of = self._datas[0].element_length_fn()
        return lambda inputs: length_of(split_names(inputs)[0])

    def create_pipeline(
        self, pipeline_params: DataPipelineParams, generator_params: DataGeneratorParams
    ) -> DataPipeline:
        """Create a pipeline that reads from the generator that the first data creates."""
        first = self._datas[0].create_pipeline(pipeline_params, generator_params)
        return _MultiModelPipeline(first, pipeline_params, self, generator_params)


class _MultiModelPipeline(DataPipeline[MultiModelData]):
    def __init__(self, first: DataPipeline, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._first = first

    def create_data_generator(self) -> DataGenerator:
        return self._first.create_data_generator()
