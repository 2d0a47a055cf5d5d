# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Every block of Python in the documents runs as it stands there, with what its text takes for granted."""

import ast
import dataclasses
import importlib
import itertools
import json
import sys
import textwrap
import typing
from contextlib import closing
from pathlib import Path
from types import ModuleType

import keras
import numpy as np
import paiargparse
import pytest
import tensorflow as tf

import tfaip.imports
from examples.tutorial.full.data.image_files import write_digit
from examples.tutorial.full.data.params import (
    NormalizeProcessorParams,
    TutorialDataParams,
    TutorialPredictionGeneratorParams,
    TutorialTrainingGeneratorParams,
)
from examples.tutorial.full.graphs.params import MLPGraphParams
from examples.tutorial.full.params import TutorialModelParams, TutorialScenarioParams, TutorialTrainerPipelineParams
from examples.tutorial.full.scenario import TutorialScenario
from test.conftest import ROOT
from test.docs.pages import blocks_of
from test.runs.writing import write_record

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "examples").rglob("README.md")])
# run elsewhere: as files of their own
ELSEWHERE = {"docs/first-hour.md", "docs/one-file.md"}
TRAINING = ("evaluation.md", "scenario.md")
WITH_PYTHON = [
    page
    for page in PAGES
    if "template" not in page.parts and str(page.relative_to(ROOT)) not in ELSEWHERE and blocks_of(page, "python")
]


def exports(*modules):
    """Return what modules export."""
    return {name: value for module in modules for name, value in vars(module).items() if not name.startswith("_")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A working directory with models, a data set of a few made-up digits, and image files."""
    folder = tmp_path_factory.mktemp("docs")
    rng = np.random.default_rng(1)
    arrays = {}
    for part, size in (("train", 64), ("test", 32)):
        arrays[f"x_{part}"] = rng.integers(0, 255, (size, 28, 28)).astype("uint8")
        arrays[f"y_{part}"] = np.arange(size).astype("uint8") % 10
    np.savez(folder / "mnist.npz", **arrays)
    (folder / "digits").mkdir()
    write_digit(str(folder / "digits" / "1.png"), arrays["x_test"][0])
    for name in "ab":
        params = TutorialScenario.default_trainer_params()
        params.scenario.model.graph = MLPGraphParams(nodes=[8])
        scenario = TutorialScenario(params.scenario)
        assert scenario.keras_train_model is not None
        scenario.export(str(folder / "models" / name / "best"), params)
    return folder


def framework():
    """Return what the documents take for imported."""
    from tfaip.data.generators import batchedmultilists, csvgenerator
    from tfaip.data.pipeline import datagenerator, position
    from tfaip.data.pipeline.processor import dataprocessor
    from tfaip.lav.callbacks import dump_samples
    from tfaip.model import layerbase, tensorboardwriter
    from tfaip.predict import results
    from tfaip.serve import adapter

    libraries = exports(typing, dataclasses, paiargparse)
    data = exports(batchedmultilists, csvgenerator, datagenerator, position, dataprocessor)
    model = exports(layerbase, tensorboardwriter, dump_samples, results, adapter)
    return {
        **libraries,
        **data,
        **model,
        **exports(tfaip.imports),
        "np": np,
        "tf": tf,
        "keras": keras,
        "json": json,
        "itertools": itertools,
        "closing": closing,
        "Path": Path,
        "SpeechParams": batchedmultilists.BatchedMultiListDataGeneratorParams,
    }


def scenario_of_the_reader():
    """Return what the documents call MyScenario, its parts, and data for it."""
    trainer_params = TutorialScenario.default_trainer_params()
    trainer_params.gen.setup.train.num_processes = 0
    data = TutorialScenario(trainer_params.scenario).create_data()
    image = np.zeros([28, 28], "uint8")
    return {
        "MyScenario": TutorialScenario,
        "MyScenarioParams": TutorialScenarioParams,
        "MyTrainerPipelineParams": TutorialTrainerPipelineParams,
        "MyDataParams": TutorialDataParams,
        "MyModelParams": TutorialModelParams,
        "MyGeneratorParams": TutorialTrainingGeneratorParams,
        **dict.fromkeys(["LoadParams", "NoiseParams", "PairsParams"], NormalizeProcessorParams),
        "pipeline": trainer_params.gen.train_data(data),
        "lists": [TutorialTrainingGeneratorParams()],
        "read": lambda path: np.zeros(3),
        "distance": lambda first, second: 0.0,
        "images": np.zeros([2, 28, 28], "float32"),
        "first": image,
        "second": image,
        "params": TutorialPredictionGeneratorParams(image_files=["digits/1.png"]),
    }


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, marks=pytest.mark.slow if page.name in TRAINING else ()) for page in WITH_PYTHON],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_the_python_of_a_page_runs(page, folder, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "digits").symlink_to(folder / "digits")
    write_record(tmp_path / "runs" / "first")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    if page.name != "scenario.md":
        (tmp_path / "models").symlink_to(folder / "models")
    monkeypatch.setenv("TFAIP_MNIST_DIR", str(folder))
    module = ModuleType("page")
    module.__file__ = str(page)
    monkeypatch.setitem(sys.modules, "page", module)
    names = {**framework(), **scenario_of_the_reader(), "__name__": "page"}
    if page.name in ("formats.md", "prediction.md"):
        names["predictor"] = TutorialScenario.create_predictor("models/a/best", tfaip.PredictorParams(silent=True))
    for block in blocks_of(page, "python"):
        if not block.mark.startswith("test: "):
            exec(compile(textwrap.dedent(block.code), str(block), "exec"), names)


def test_every_class_that_documents_import_is_there():
    """Also in blocks that run elsewhere."""
    for block in itertools.chain.from_iterable(blocks_of(page, "python") for page in PAGES):
        for node in ast.walk(ast.parse(textwrap.dedent(block.code))):
            if isinstance(node, ast.ImportFrom) and not node.level and node.module.startswith(("tfaip", "examples")):
                module = importlib.import_module(node.module)
                assert [alias.name for alias in node.names if not hasattr(module, alias.name)] == [], block
