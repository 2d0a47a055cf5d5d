# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters, data and processors of a program written for tfaip 1.2."""

import json
from pathlib import Path

import numpy as np
import pytest

from test.contract.conftest import data_flags
from test.contract.program import lines
from test.contract.program.dataset.codec import Codec
from test.contract.program.dataset.data import Data
from test.contract.program.dataset.params import DataParams
from test.contract.program.dataset.postprocessors import processors_of
from test.contract.program.dataset.processors import AugmentationParams, CheckLineParams, NormalizeTextParams
from test.contract.program.dataset.readers.file import FileReaderParams
from test.contract.program.dataset.readers.pack import PackReaderParams
from test.contract.program.model.layers import Activation, ConvLayerParams, DropoutLayerParams, PoolLayerParams
from test.contract.program.model.params import EnsembleModelParams, ModelParams
from test.contract.program.scenario import LineScenario
from test.contract.program.scenario_params import EnsembleScenarioParams, LineScenarioParams
from test.contract.program.scripts.train import parse_args
from test.contract.program.training.params import TrainerParams
from test.contract.program.training.pipeline_params import (
    LinePipelineParams,
    SplitPipelineParams,
    TrainOnlyPipelineParams,
)
from tfaip import PipelineMode, Sample
from tfaip.data.databaseparams import DataPipelineParams
from tfaip.data.pipeline.datapipeline import RawDataPipeline
from tfaip.util.tfaipargparse import TFAIPArgumentParser, post_init


def test_own_type_variables_choose_the_classes() -> None:
    assert type(LineScenarioParams().model) is ModelParams
    assert type(EnsembleScenarioParams().model) is EnsembleModelParams
    assert type(EnsembleScenarioParams().data) is DataParams
    params = TrainerParams()
    assert type(params.scenario) is LineScenarioParams
    assert type(params.gen) is LinePipelineParams
    params.scenario.model.layers = [PoolLayerParams(), PoolLayerParams()]
    post_init(params)
    assert params.scenario.data.downscale_factor == 4
    assert [layer.name for layer in params.scenario.model.layers] == ["pool_0", "pool_1"]


def test_parameters_of_a_scenario_give_a_training() -> None:
    scenario = LineScenario.default_params()
    scenario.model.layers[0].activation = Activation.TANH
    params = TrainerParams.from_dict({"scenario": scenario.to_dict()})
    assert params.version == 6
    assert params.scenario.model.layers[0].activation is Activation.TANH
    assert params.scenario.cls() is LineScenario
    again = TrainerParams.from_dict(json.loads(params.to_json(indent=2)))
    # the dictionaries of paiargparse hold sets in any order
    assert again == params


def test_data_may_be_split_or_lack_a_validation(tmp_path: Path) -> None:
    images = lines.write_files(tmp_path / "files", 10)
    split = SplitPipelineParams(train=FileReaderParams(images=images), validation_split_ratio=0.3)
    assert (len(split.train_gen()), len(split.val_gen())) == (7, 3)
    split.__post_init__()
    assert (len(split.train_gen()), len(split.val_gen())) == (7, 3)
    data = Data(Data.default_params())
    alone = TrainOnlyPipelineParams(train=FileReaderParams(images=images))
    assert alone.val_data(data) is None
    assert list(alone.lav_gen()) == []
    assert len(alone.train_data(data).create_data_generator()) == 10


def test_processors_are_found_removed_and_replaced() -> None:
    pre_proc = Data.default_params().pre_proc
    assert [type(p) for p in pre_proc.processors_of_type(AugmentationParams)] == [AugmentationParams]
    pre_proc.replace_all(CheckLineParams, CheckLineParams(line_height=3))
    assert pre_proc.processors[0].line_height == 3
    pre_proc.erase_all(AugmentationParams)
    assert not pre_proc.processors_of_type(AugmentationParams)
    pre_proc.run_parallel = False
    data_params = Data.default_params()
    data_params.pre_proc = pre_proc
    data_params.codec = Codec(["", "a", "b", "c"])
    pipeline = pre_proc.create(DataPipelineParams(mode=PipelineMode.PREDICTION), data_params)
    assert pipeline.apply_on_sample(Sample(inputs=lines.draw("ab"))).inputs["img"].shape == (18, 8, 1)
    # a wrong height: the sample is marked as invalid
    assert pipeline.apply_on_sample(Sample(inputs=np.zeros((3, 3), "uint8"))) is None


def test_processors_are_created_and_called_without_data() -> None:
    processor = NormalizeTextParams().create(None, PipelineMode.TARGETS)
    assert processor(Sample(targets=" AbC\n")).targets == "abc"
    samples = processor.apply_on_samples([Sample(targets="X"), Sample(targets="y ")])
    assert [sample.targets for sample in samples] == ["x", "y"]
    with pytest.raises(ValueError, match="mode"):
        NormalizeTextParams(modes={PipelineMode.TRAINING}).create(None, PipelineMode.TARGETS)


def test_a_pipeline_of_processors_gives_its_processors() -> None:
    params = Data.default_params()
    pipeline = params.post_proc.create(DataPipelineParams(mode=PipelineMode.PREDICTION), params)
    assert [type(p).__name__ for p in processors_of(pipeline)] == ["ReshapeOutputs", "Decode"]


@pytest.fixture
def data() -> Data:
    params = Data.default_params()
    params.codec = Codec(["", "a", "b", "c"])
    post_init(params)
    return Data(params)


def test_pipelines_are_changed_and_written_into_the_data(data: Data, tmp_path: Path) -> None:
    pack = PackReaderParams(file=lines.write_pack(tmp_path / "lines.npz", 6))
    setup = LinePipelineParams(train=pack, val=pack).setup
    setup.train.num_processes = setup.val.num_processes = 1
    pipeline = data.get_or_create_pipeline(setup.train, pack)
    assert pipeline is data.get_or_create_pipeline(setup.train, pack) is data._pipelines[PipelineMode.TRAINING]
    assert (pipeline.mode, pipeline.generator_params) == (PipelineMode.TRAINING, pack)
    assert data.params.post_proc.run_parallel is False
    assert pipeline._input_processors is data._params.pre_proc
    assert pipeline._output_processors is data._params.post_proc
    assert len(list(pipeline.reader().generate())) == len(pipeline.create_data_generator()) == 6

    targets = pipeline.to_mode(PipelineMode.TARGETS)
    context = targets.generate_input_samples(auto_repeat=False)
    assert len(context) == 6
    with context as samples:
        assert len(samples) == 6
        assert [sample.targets for sample in samples] == lines.texts(6)

    validation = data.create_pipeline(setup.val, pack)
    data._pipelines[PipelineMode.EVALUATION] = validation.as_preloaded(progress_bar=False)
    raw = data.pipeline_by_mode(PipelineMode.EVALUATION)
    assert isinstance(raw, RawDataPipeline)
    raw.samples = raw.samples[:4]
    with raw.generate_input_samples() as samples:
        assert len(list(samples)) == 4
    data.preload(progress_bar=False)
    assert len(data._pipelines[PipelineMode.EVALUATION].samples) == 4
    inputs, targets_of_batch, _ = next(iter(raw.input_dataset()))
    assert inputs["img"].shape[0] == 4 and inputs["img"].dtype == "uint8"
    assert set(targets_of_batch) == {"gt", "gt_len", "fold_id"}
    assert {name: layer.name for name, layer in data.create_input_layers().items()} == {n: n for n in inputs}


def test_an_empty_reader_is_a_reader(data: Data) -> None:
    # __len__ of the parameters is 0, so they count as False
    pipeline = data.get_or_create_pipeline(LinePipelineParams().setup.val, FileReaderParams())
    assert pipeline is not None
    assert pipeline.input_dataset() is None


def test_layers_are_chosen_by_flags_or_in_short(tmp_path: Path) -> None:
    flags = data_flags(tmp_path)
    in_short = parse_args([*flags, "--network", "cnn=4:3x3,pool=4x4,lstm=10,dropout=0.5"])
    post_init(in_short)
    kinds = [type(layer).__name__ for layer in in_short.scenario.model.layers]
    assert kinds == ["ConvLayerParams", "PoolLayerParams", "LstmLayerParams", "DropoutLayerParams"]
    assert in_short.scenario.data.downscale_factor == 4
    long = ["--model.layers", "Conv", "Dropout", "--model.layers.0.filters", "7", "--model.layers.0.activation", "tanh"]
    for layers in (
        parse_args([*flags, *long]).scenario.model.layers,
        _parsed_by_the_framework([*flags, *long]).scenario.model.layers,
    ):
        assert [type(layer) for layer in layers] == [ConvLayerParams, DropoutLayerParams]
        assert (layers[0].filters, layers[0].activation) == (7, Activation.TANH)


def _parsed_by_the_framework(flags: list[str]) -> TrainerParams:
    parser = TFAIPArgumentParser()
    default = LineScenario.default_trainer_params()
    parser.add_root_argument("trainer", type(default), default=default)
    return parser.parse_args(flags).trainer


def test_readers_are_chosen_by_flags(tmp_path: Path) -> None:
    file = lines.write_pack(tmp_path / "lines.npz", 3)
    flags = ["--train", "Pack", "--train.file", file, "--val", "Pack", "--val.file", file, "--device.gpus", "0"]
    for params in (parse_args(flags), _parsed_by_the_framework(flags)):
        assert isinstance(params.gen.train, PackReaderParams)
        assert len(params.gen.val) == 3
        assert params.device.gpus == [0]


def test_the_help_of_programs_shows_all_flags(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_args(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    for flag in ("--trainer.epochs", "--train.images", "--warmstart.model", "--early_stopping.n_to_go", "--network"):
        assert flag in shown
