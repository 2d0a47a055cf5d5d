# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Plain data tell the same flags as the parser."""

import json

import pytest

from test.params import cli_tree as t
from test.params.config.test_config_round_trip import DEFAULTS, LINES
from tfaip.params.cli.arguments import Assignments, split
from tfaip.params.cli.grow import Grower
from tfaip.params.cli.nodes import Root, flags_of, walk
from tfaip.params.codec import params_to_dict
from tfaip.params.completion.flags import PresentFlags
from tfaip.params.completion.plaintree import plain_tree
from tfaip.params.config.apply import ConfigApplier
from tfaip.params.config.values import ConfigValues
from tfaip.params.config.yamltext import read_yaml

# these choose a class that is not among the choices, which the data do not know
OTHER = "--optimizer test.params.cli_tree:OptimizerParams"


def root_of(default):
    return Root("trainer", type(default), default, (), False)


# what configuration files choose decides which flags there are
FILES = [
    ["optimizer: RMSprop"],
    ["trainer: {optimizer: {__cls__: RMSprop, rho: 3}}"],
    ["trainer.optimizer.__cls__: adamax"],
    ["model: {graph: CNN}"],
    ["data: {processors: [Name, {__cls__: Scale, factor: 3}]}"],
    ["data: {processors: {0: Name}}"],
    ["data: {processors.0: {__cls__: Name}}"],
    ["data: {processors: []}"],
    ["data: {named: {a: Scale}}"],
    ["trainer: {stop: {n: 3}}"],
    ["trainer: {stop: EarlyStopping}"],
    ["model: {graph: CNN}", "model: {graph: MLP}"],
    ["data: {processors: [Name, Name]}", "data: {processors: [Scale]}"],
    ["data: {processors: [Scale, Scale]}", "data: {processors: {1: Name}}"],
    ["train: OtherGeneratorParams"],
]
FLAGS = ["", "--optimizer Adam", "--model.graph CNN", "--data.processors Scale", "--trainer.stop none"]


def entries_of(texts):
    return [read_yaml(text, f"{number}.yaml", []) for number, text in enumerate(texts)]


def plain_flags(default, line="", stored=None, files=()):
    tree = json.loads(json.dumps(plain_tree([root_of(default)])))
    given = {assignment.key: assignment.values for assignment in split(line.split())[1]}
    return {flag.names[0]: flag for flag in PresentFlags(tree, given, stored, entries_of(files)).flags()}


def parsed_flags(default, line, files=()):
    config = ConfigApplier(ConfigValues(entries_of(files)))
    branch = Grower(Assignments(split(line.split())[1]), config).grow(root_of(default))
    return [node.place.flag for node in walk([branch]) if flags_of(node)]


@pytest.mark.parametrize("default", DEFAULTS, ids=["plain", "changed"])
@pytest.mark.parametrize("line", [line for line in LINES if not line.startswith(OTHER)])
def test_the_flags_are_those_that_the_parser_accepts(line, default):
    tuple_like = {"model.kernel"}  # takes values, not a class
    assert set(plain_flags(default, line)) | tuple_like == set(parsed_flags(default, line)) | tuple_like


@pytest.mark.parametrize("line", FLAGS)
@pytest.mark.parametrize("files", FILES, ids=" + ".join)
def test_the_flags_follow_the_choices_of_configuration_files(files, line):
    default, tuple_like = DEFAULTS[1], {"model.kernel"}
    found = plain_flags(default, line, files=files)
    assert set(found) | tuple_like == set(parsed_flags(default, line, files)) | tuple_like


def test_values_are_those_of_choices_enumerations_and_booleans():
    flags = plain_flags(t.TrainerParams())
    assert flags["model.graph"].values == ["MLP", "CNN"]
    assert flags["model.graph.activation"].values == ["relu", "tanh"]
    assert flags["trainer.mode"].values == ["training", "evaluation", "prediction"]
    assert flags["trainer.force_eager"].values == ["true", "false"]
    assert flags["trainer.stop"].values == ["EarlyStopping", "none"]
    assert flags["data.processors"].values == ["Scale", "Name"]
    assert flags["data.processors"].several and flags["trainer.modes"].several
    assert flags["trainer.output_dir"].is_text and not flags["trainer.epochs"].is_text
    assert flags["trainer.epochs"].help == "Number of epochs"


def test_flags_have_the_names_of_the_tree_and_older_spellings():
    names = plain_flags(t.TrainerParams())["optimizer.beta_1"].names
    assert {"optimizer.beta_1", "optimizer.beta1", "trainer.optimizer.beta_1"} <= set(names)


def test_choices_of_a_stored_run_are_the_defaults():
    stored = t.TrainerParams(optimizer=t.RMSpropOptimizer(), scenario=t.ScenarioParams())
    stored.scenario.model.graph = t.ConvGraphParams()
    stored.scenario.data.processors = [t.NameProcessorParams(), t.ScaleProcessorParams()]
    flags = plain_flags(t.TrainerParams(), stored={"trainer": params_to_dict(stored)})
    assert "optimizer.rho" in flags and "optimizer.beta_1" not in flags
    assert "model.graph.filters" in flags
    assert "data.processors.1.factor" in flags and "data.processors.0.names" in flags
    chosen = plain_flags(t.TrainerParams(), "--optimizer Adam", stored={"trainer": params_to_dict(stored)})
    assert "optimizer.beta_1" in chosen
