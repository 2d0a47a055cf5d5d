# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Every ``tfaip-*`` command line and every flag that the manual of tfaip 1.2 shows works as it is written there.

Placeholders are filled, pictures are small files, limits make the runs short.
"""

import os
import shlex
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import pytest
from paiargparse import pai_dataclass

from test.conftest import ROOT
from tfaip.scripts import benchmark_input_pipeline, experimenter, lav, lav_multi, predict, resume_training, train
from tfaip.trainer.warmstart.warmstart_params import WarmStartParams
from tfaip.util.benchmark import BenchmarkResults
from tfaip.util.errors import UserError

FULL = "examples.tutorial.full"
LISTS = "templates.listfile"
SHORT = (
    "--trainer.epochs 1 --trainer.samples_per_epoch 8 --train.batch_size 2 --val.limit 8 --trainer.progress_bar_mode 0"
)

# command line -> values in the tree of the trainer's parameters. A class stands for an instance of it.
TRAIN = {
    # readmes
    "examples.atr --trainer.output_dir atr_model --device.gpus 0": {
        "output_dir": "atr_model",
        "device.gpus": [0],
    },
    "examples.text.finetuningbert --trainer.output_dir ftbert_model": {
        "output_dir": "ftbert_model",
        "warmstart": "BertWarmStartParams",
        "warmstart.model": "pretrained",
    },
    f"{FULL} --model.graph MLP --model.graph.nodes 200 100 50 --model.graph.activation relu": {
        "scenario.model.graph": "MLPGraphParams",
        "scenario.model.graph.nodes": [200, 100, 50],
        "scenario.model.graph.activation": "relu",
    },
    f"{FULL} --model.graph MLP --model.graph.nodes 200 100 50 --model.graph.activation tanh": {
        "scenario.model.graph.activation": "tanh"
    },
    f"{FULL} --model.graph CNN --model.graph.filters 40 20 --model.graph.dense 100": {
        "scenario.model.graph": "ConvGraphParams",
        "scenario.model.graph.filters": [40, 20],
        "scenario.model.graph.dense": [100],
    },
    f"{FULL} --trainer.optimizer RMSprop --trainer.optimizer.beta1 0.01 --trainer.optimizer.clip_global_norm 1": {
        "optimizer": "RMSpropOptimizer",
        "optimizer.rho": 0.01,
        "optimizer.global_clip_norm": 1.0,
    },
    FULL: {"scenario.scenario_id": "examples.tutorial.full.scenario:TutorialScenario"},
    f"{FULL} --device.gpus 0": {"device.gpus": [0]},
    # tutorials
    "tutorial.min": {"scenario.scenario_id": "examples.tutorial.min.scenario:TutorialScenario"},
    "tutorial.full": {"scenario.scenario_id": "examples.tutorial.full.scenario:TutorialScenario"},
    # debugging
    f"{FULL} --trainer.force_eager True": {"force_eager": True},
    f"{FULL} --trainer.force_eager": {"force_eager": True},
    f"{FULL} --scenario.debug_graph_construction": {"scenario.debug_graph_construction": True},
    f"{FULL} --trainer.profile True": {"profile": True},
    f"{FULL} --train.num_processes 16": {"gen.setup.train.num_processes": 16},
    f"{FULL} --train.prefech 128": {"gen.setup.train.prefetch": 128},
    f"{FULL} --train.batch_size 32": {"gen.setup.train.batch_size": 32},
    f"{FULL} --data.pre_proc.run_parallel True": {"scenario.data.pre_proc.run_parallel": True},
    # training
    "tfaip.scenario.tutorial.full.scenario:TutorialScenario": {
        "scenario.scenario_id": "examples.tutorial.full.scenario:TutorialScenario"
    },
    "tfaip.scenario.tutorial.full.scenario": {
        "scenario.scenario_id": "examples.tutorial.full.scenario:TutorialScenario"
    },
    "tfaip.scenario.tutorial.full": {"scenario.scenario_id": "examples.tutorial.full.scenario:TutorialScenario"},
    "tfaip.scenario.tutorial.full --trainer.output_dir model_output": {"output_dir": "model_output"},
    f"{LISTS} --train.lists a.lst b.lst --val.lists c.lst": {
        "gen.train.lists": ["a.lst", "b.lst"],
        "gen.val.lists": ["c.lst"],
    },
    f"{LISTS} --val.lists c.lst --lav.lists d.lst": {"gen.val.lists": ["c.lst"], "gen.lav.lists": ["d.lst"]},
    f"{FULL} --trainer.val_every_n 2": {"val_every_n": 2},
    f"{FULL} --trainer.lav_every_n=1": {"lav_every_n": 1},
    f"{FULL} --trainer.output_dir MY_OUTPUT_DIR": {"output_dir": "MY_OUTPUT_DIR"},
    f"{FULL} --learning_rate.lr 0.001": {"learning_rate.lr": 0.001},
    f"{FULL} --learning_rate ExponentialDecay": {"learning_rate": "ExponentialDecayParams"},
    f"{FULL} --learning_rate.decay 0.95": {"learning_rate.lr_decay_rate": 0.95},
    f"{FULL} --optimizer Adam": {"optimizer": "AdamOptimizer"},
    f"{FULL} --optimizer Adamax": {"optimizer": "AdamaxOptimizer"},
    f"{FULL} --optimizer AdaBelief": {"optimizer": "AdaBeliefOptimizer"},
    f"{FULL} --optimizer RMSprop": {"optimizer": "RMSpropOptimizer"},
    f"{FULL} --optimizer SGD": {"optimizer": "SGDOptimizer"},
    f"{FULL} --optimizer.epsilon 1e-7": {"optimizer.epsilon": 1e-7},
    f"{FULL} --optimizer.clip_value 5": {"optimizer.clip_value": 5.0},
    f"{FULL} --optimizer.clip_norm 5": {"optimizer.clip_norm": 5.0},
    f"{FULL} --optimizer.clip_global_norm 5": {"optimizer.global_clip_norm": 5.0},
    f"{FULL} --optimizer.weight_decay 0.00002": {"optimizer.weight_decay": 0.00002},
    f"{FULL} --trainer.calc_ema 0.99": {"ema_decay": 0.99},
    f"{FULL} --trainer.calc_ema -1": {"ema_decay": -1.0},
    f"{FULL} --trainer.no_train_scope '.*conv.*'": {"no_train_scope": ".*conv.*"},
    f"{FULL} --warmstart.model PATH_TO_WARMSTART_MODEL": {"warmstart.model": "PATH_TO_WARMSTART_MODEL"},
    f"{FULL} --warmstart test.scripts.test_seed_commands:MyWarmstarter": {"warmstart": "MyWarmstarter"},
    f"{FULL} --device.gpus 0 1": {"device.gpus": [0, 1]},
    f"{FULL} --early_stopping.n_to_go 5 --early_stopping.frequency 2": {
        "early_stopping.n_to_go": 5,
        "early_stopping.frequency": 2,
    },
    f"{FULL} --early_stopping.lower_threshold 0.5 --early_stopping.upper_threshold 0.99": {
        "early_stopping.lower_threshold": 0.5,
        "early_stopping.upper_threshold": 0.99,
    },
    # devices
    f"{FULL} --trainer.device.gpus 0 2": {"device.gpus": [0, 2]},
    f"{FULL} --device.dist_strategy mirror": {"device.dist_strategy": "mirror"},
    f"{FULL} --device.dist_strategy central_storage": {"device.dist_strategy": "central_storage"},
}

# command line of tfaip-lav and tfaip-multi-lav -> values of the parsed line
LAV = {
    "--lav.batch_size 5": {"lav.pipeline.batch_size": 5},
    "--lav.num_processes 32": {"lav.pipeline.num_processes": 32},
    "--lav.batch_size 5 --lav.num_processes 32": {"lav.pipeline.batch_size": 5, "lav.pipeline.num_processes": 32},
    "--lav.device.gpus 0": {"lav.device.gpus": [0]},
    "--data.lists OTHER_VAL_LIST": {"data.lists": ["OTHER_VAL_LIST"]},
    "--lav.run_eagerly True": {"run_eagerly": True},
    "--run-eagerly": {"run_eagerly": True},
    "--dump dump.pkl": {"dump": "dump.pkl"},
}

# command line of tfaip-predict -> values of the parsed line
PREDICT = {
    "--data.image_files a.png --predict.silent True --pipeline.batch_size 3": {
        "data.image_files": ["a.png"],
        "predict.silent": True,
        "predict.pipeline.batch_size": 3,
    },
    "--prediction.silent True": {"predict.silent": True},
    "--prediction PredictorParams --prediction.run_eagerly": {"predict.run_eagerly": True},
    "--pipeline.num_processes 7": {"predict.pipeline.num_processes": 7},
}


@pai_dataclass
@dataclass
class MyWarmstarter(WarmStartParams):
    pass


def value_at(tree, path):
    return reduce(getattr, path.split("."), tree)


def check(tree, expected):
    for path, value in expected.items():
        found = value_at(tree, path)
        if isinstance(value, str) and hasattr(found, "__dataclass_fields__"):
            assert type(found).__name__ == value
        else:
            assert found == value, path


@pytest.mark.parametrize("line", TRAIN)
def test_flags_of_a_training_mean_what_the_manual_says(line):
    _, params = train.parse_args(shlex.split(line))
    check(params, TRAIN[line])


@pytest.mark.parametrize("line", [FULL, "tfaip.scenario.tutorial.full --train.prefech 128"])
def test_the_benchmark_takes_the_command_of_a_training(line, monkeypatch):
    measured = []
    monkeypatch.setattr(
        benchmark_input_pipeline,
        "benchmark",
        lambda *args: measured.append(args) or BenchmarkResults(),
    )
    assert benchmark_input_pipeline.main(shlex.split(line)) == 0
    scenario_cls, params, time_limit, _ = measured[0]
    assert scenario_cls.__module__ == "examples.tutorial.full.scenario"
    assert params.gen.setup.train.prefetch in (128, 32)
    assert time_limit == -1


@pytest.mark.parametrize("program", [lav, lav_multi])
@pytest.mark.parametrize("line", LAV)
def test_flags_of_an_evaluation_mean_what_the_manual_says(program, line, monkeypatch, tmp_path):
    from templates.listfile.scenario import TemplateScenario

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(program, "check_model_directory", lambda path: {})
    monkeypatch.setattr(program, "load_scenario", lambda path: (TemplateScenario, None))
    monkeypatch.setattr(program, "evaluate", lambda args, *_: check(args, LAV[line]))
    program.main(["--export_dir" if program is lav else "--export_dirs", "PATH_TO_SAVED_MODEL", *shlex.split(line)])


@pytest.mark.parametrize("line", PREDICT)
def test_flags_of_a_prediction_mean_what_the_manual_says(line, monkeypatch):
    from examples.tutorial.full.scenario import TutorialScenario

    monkeypatch.setattr(predict, "check_model_directory", lambda path: {})
    monkeypatch.setattr(predict, "load_scenario", lambda path: (TutorialScenario, None))
    monkeypatch.setattr(predict, "predict", lambda args, *_: check(args, PREDICT[line]))
    predict.main(["--export_dir", "PATH_TO_EXPORTED_MODEL", *shlex.split(line)])


@pytest.mark.parametrize(
    "line", ["--xlsx demo.xlsx --gpus 1 3", "--xlsx demo.xlsx --cpus 0", "--xlsx F --no_use_tsp --dry_run --update"]
)
def test_flags_of_the_experimenter_are_those_of_the_manual(line):
    options = experimenter.create_parser().parse_args(shlex.split(line))
    assert (options.gpus, options.cpus) in ((["1", "3"], None), (None, ["0"]), (None, None))


def test_programs_are_installed():
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert {"tfaip-train", "tfaip-resume-training", "tfaip-lav", "tfaip-predict", "tfaip-experimenter"} <= set(scripts)
    assert "tfaip-benchmark-input-pipeline" in scripts


def run(command, cwd, **env):
    """Run a program in a new process and return its output; it must succeed."""
    env = {**os.environ, "CUDA_VISIBLE_DEVICES": "", **env}
    words = shlex.split(command)
    words[0] = {"train.py": f"{ROOT}/tfaip/scripts/train.py"}.get(words[0], words[0])
    words = ["-m", f"tfaip.scripts.{words[0]}", *words[1:]] if not words[0].endswith(".py") else words
    result = subprocess.run(
        [sys.executable, *words], cwd=cwd, env=env, capture_output=True, text=True, timeout=600, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout + result.stderr


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A directory in which the full tutorial was trained for an epoch, as ``model_output``."""
    folder = tmp_path_factory.mktemp("trained")
    run(f"train tfaip.scenario.tutorial.full --trainer.output_dir model_output {SHORT}", folder)
    return folder


@pytest.fixture
def digit(tmp_path):
    from examples.datasets.mnist import load_mnist
    from examples.tutorial.full.data.image_files import write_digit

    file = tmp_path / "digit.png"
    write_digit(str(file), load_mnist().x_test[0])
    return file


@pytest.mark.slow
def test_a_training_is_resumed(trained, capfd):
    out = run("resume_training model_output --trainer.epochs 2", trained)
    assert "Continue after epoch 1" in out
    assert (trained / "model_output" / "checkpoint" / "epoch_0002").is_dir()
    assert resume_training.main([str(trained / "model_output")]) == 0  # as written: nothing is left to do


@pytest.mark.slow
def test_a_trained_model_is_evaluated(trained, tmp_path):
    out = run("lav --export_dir model_output/best --pipeline.limit 8 --lav.batch_size 5 --lav.num_processes 2", trained)
    assert '"eval_acc"' in out
    run(f"lav --export_dir model_output/best --pipeline.limit 4 --run-eagerly --dump {tmp_path}/d.pkl", trained)
    assert (tmp_path / "d.pkl").stat().st_size > 0


@pytest.mark.slow
def test_a_trained_model_predicts(trained, digit):
    line = f"predict --export_dir model_output/best --data.image_files {digit} --pipeline.batch_size 1"
    assert str(digit) in run(f"{line} --predict.progress_bar False", trained)
    assert str(digit) in run(f"{line} --prediction.progress_bar False", trained)


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [
        f"{FULL} --model.graph MLP --model.graph.nodes 200 100 50 --model.graph.activation tanh",
        f"{FULL} --model.graph CNN --model.graph.filters 40 20 --model.graph.dense 100",
        f"{FULL} --trainer.optimizer RMSprop --trainer.optimizer.beta1 0.01 --trainer.optimizer.clip_global_norm 1",
        f"{FULL} --learning_rate ExponentialDecay --learning_rate.decay 0.95 --learning_rate.lr 0.001",
        f"{FULL} --optimizer Adamax --optimizer.epsilon 1e-7 --optimizer.clip_global_norm 5",
        f"{FULL} --optimizer.weight_decay 0.00002 --trainer.lav_every_n=1",
        f"{FULL} --trainer.force_eager True",
        f"{FULL} --scenario.debug_graph_construction",
        f"{FULL} --train.num_processes 2 --train.prefech 128 --data.pre_proc.run_parallel True",
        "tutorial.min",
    ],
)
def test_trainings_of_the_manual_run(line):
    assert train.run_args([*shlex.split(line), *SHORT.split()]) == 0


@pytest.mark.slow
def test_a_gpu_that_is_not_there_is_a_message(tmp_path):
    """The manual's ``--device.gpus 0`` needs a GPU; without one it must end with an explanation."""
    import tensorflow as tf

    if tf.config.list_physical_devices("GPU"):
        pytest.skip("this machine has a GPU")
    with pytest.raises(UserError, match="GPU"):
        train.run_args([*shlex.split(f"{FULL} --device.gpus 0"), *SHORT.split()])


@pytest.mark.slow
def test_the_program_file_can_be_run_itself_and_logs_as_the_environment_says(tmp_path: Path):
    out = run(f"train.py {FULL} {SHORT}", tmp_path, TFAIP_LOG_LEVEL="debug")
    assert "DEBUG" in out
    out = run(f"benchmark_input_pipeline {FULL} --time_limit 1", tmp_path)
    assert "samples" in out
