# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The data class announces checked layers, caches its pipelines and exports its resources."""

import json
from dataclasses import dataclass, field
from typing import List, Optional

import keras
import pytest
import tensorflow as tf
from paiargparse import pai_dataclass

from test.data.processors import NumbersParams, TinyDataParams
from test.data.tinydata import TinyData
from tfaip.data.data import DataBase
from tfaip.data.databaseparams import DataBaseParams, DataPipelineParams
from tfaip.data.pipeline.datapipeline import RawDataPipeline
from tfaip.data.pipeline.definitions import PipelineMode
from tfaip.resource.resource import Resource, resource_field


def test_the_params_class_comes_from_the_generic_argument():
    assert TinyData.params_cls() is TinyDataParams
    assert type(TinyData.default_params()) is TinyDataParams
    data = TinyDataParams(scale=3).create()
    assert isinstance(data, TinyData)
    assert data.params.scale == 3
    with pytest.raises(AssertionError, match="wrong"):
        TinyData(TinyDataParams(), wrong=1)


def test_layers_are_checked():
    class Wrong(TinyData):
        def _input_layer_specs(self):
            return {"n": tf.TensorSpec([], "int32")}

        def _target_layer_specs(self):
            return [1]

    data = Wrong(TinyDataParams())
    with pytest.raises(ValueError, match=r"use shape \[1\]"):
        data.input_layer_specs()
    with pytest.raises(TypeError, match="without the batch dimension"):
        data.target_layer_specs()


def test_keras_inputs_are_named_by_their_keys():
    data = TinyData(TinyDataParams())
    layers = {
        **data.create_input_layers(),
        **data.create_target_as_input_layers(),
        **data.create_meta_as_input_layers(),
    }
    assert {key: (layer.name, layer.shape, layer.dtype) for key, layer in layers.items()} == {
        "x": ("x", (None, None), "int32"),
        "len": ("len", (None, 1), "int32"),
        "y": ("y", (None, 1), "int64"),
        "meta": ("meta", (None, 1), "string"),
    }
    assert all(isinstance(layer, keras.KerasTensor) for layer in layers.values())


def test_pipelines_are_cached_by_mode():
    data = TinyData(TinyDataParams())
    train, val = DataPipelineParams(), DataPipelineParams(mode=PipelineMode.EVALUATION)
    with pytest.raises(KeyError):
        data.pipeline_by_mode(PipelineMode.TRAINING)
    pipeline = data.get_or_create_pipeline(train, NumbersParams())
    assert data.get_or_create_pipeline(train, NumbersParams()) is pipeline
    assert data.pipeline_by_mode(PipelineMode.TRAINING) is pipeline
    assert data.create_pipeline(train, NumbersParams()) is not pipeline
    assert data.get_or_create_pipeline(val, None) is None
    assert data.pipeline_by_mode(PipelineMode.EVALUATION) is None
    data.preload(progress_bar=False)
    assert isinstance(data.pipeline_by_mode(PipelineMode.TRAINING), RawDataPipeline)
    assert data.pipeline_by_mode(PipelineMode.EVALUATION) is None


def test_buckets_need_a_length():
    class NoLength(DataBase[DataBaseParams]):
        _input_layer_specs = TinyData._input_layer_specs
        _target_layer_specs = TinyData._target_layer_specs

    with pytest.raises(NotImplementedError, match="NoLength"):
        NoLength(DataBaseParams()).element_length_fn()


@pai_dataclass
@dataclass
class ModelFilesParams:
    weights: Optional[Resource] = resource_field()  # noqa: RUF009


@pai_dataclass
@dataclass
class ResourceDataParams(TinyDataParams):
    charmap: Optional[Resource] = resource_field(resource_id="chars")  # noqa: RUF009
    parts: List[ModelFilesParams] = field(default_factory=list)


class ResourceData(TinyData, DataBase[ResourceDataParams]):
    pass


def test_resources_are_copied_with_the_export_and_found_again_from_there(tmp_path):
    source, export = tmp_path / "source", tmp_path / "export"
    (source / "b").mkdir(parents=True)
    (source / "chars.txt").write_text("abc")
    (source / "b" / "chars.txt").write_text("second")
    params = ResourceDataParams(resource_base_path=str(source), charmap=Resource("chars.txt"))
    params.parts = [ModelFilesParams(weights=Resource(str(source / "b")))]
    data = ResourceData(params)
    assert data.resources.get("chars").abs_path == str(source / "chars.txt")
    assert str(params.charmap) == str(source / "chars.txt")

    params_dict = params.to_dict()
    data.dump_resources(str(export), params_dict)
    assert params_dict["resource_base_path"] == "."
    text = json.dumps(params_dict)
    assert str(tmp_path) not in text

    restored = ResourceDataParams.from_dict(json.loads(text))
    restored.resource_base_path = str(export)
    data = ResourceData(restored)
    with open(data.params.charmap.abs_path) as file:
        assert file.read() == "abc"
    assert data.params.charmap.abs_path.startswith(str(export / "resources"))
    weights = data.params.parts[0].weights
    assert (tmp_path / weights.abs_path / "chars.txt").read_text() == "second"
