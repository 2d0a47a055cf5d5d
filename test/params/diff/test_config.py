# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A configuration file equals the run that it makes, in whatever spelling, without the classes of the scenario."""

import dataclasses
import enum
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from paiargparse import pai_dataclass

import examples.tutorial.full.params as full
import examples.tutorial.min.params as minimal
import templates.general.params as general
import templates.listfile.params as listfile
from examples.tutorial.full.data.params import NormalizeProcessorParams
from tfaip.params.cli.arguments import Assignments
from tfaip.params.cli.grow import Grower
from tfaip.params.cli.nodes import Leaf, Root, walk
from tfaip.params.codec import encode_field, params_to_dict
from tfaip.params.config.dump import config_text
from tfaip.params.config.writer import RootValue
from tfaip.params.diff import diff_files
from tfaip.params.fieldtypes import Kind, TypeSpec
from tfaip.scenario.listfile.params import ListFileTrainerPipelineParams
from tfaip.scripts.paramscommands.framework import framework
from tfaip.trainer.params import TrainerParams
from tfaip.util.errors import UserError

FRAMEWORK = framework()
Diff = Callable[[Any, Any], list[str]]


class Tree:
    """The parameters of a training of a scenario."""

    def __init__(self, scenario: Any, gen: Any):
        @pai_dataclass
        @dataclasses.dataclass
        class ScenarioTrainerParams(TrainerParams[scenario, gen]):  # type: ignore[valid-type,misc]
            pass

        self.cls: Any = ScenarioTrainerParams
        self.root = Root("trainer", self.cls, self.cls(scenario=scenario(), gen=gen()), (), False)

    def params(self) -> Any:
        return self.cls.from_dict(self.root.default.to_dict())

    def leaves(self) -> Iterator[Leaf]:
        return (node for node in walk([Grower(Assignments([])).grow(self.root)]) if isinstance(node, Leaf))


SCENARIOS: dict[str, Callable[[], Tree]] = {
    "min": lambda: Tree(minimal.TutorialScenarioParams, minimal.TutorialTrainerPipelineParams),
    "full": lambda: Tree(full.TutorialScenarioParams, full.TutorialTrainerPipelineParams),
    "general": lambda: Tree(general.TemplateScenarioParams, general.TemplateTrainerPipelineParams),
    "listfile": lambda: Tree(listfile.TemplateScenarioParams, ListFileTrainerPipelineParams),
}


@pytest.fixture(params=SCENARIOS)
def tree(request: pytest.FixtureRequest) -> Tree:
    return SCENARIOS[request.param]()


@pytest.fixture
def diff(tmp_path: Path) -> Diff:
    def write(name: str, content: Any) -> str:
        if isinstance(content, str):
            (tmp_path / f"{name}.yaml").write_text(content)
            return str(tmp_path / f"{name}.yaml")
        values = params_to_dict(content) if dataclasses.is_dataclass(content) else content
        (tmp_path / f"{name}.json").write_text(json.dumps(values))
        return str(tmp_path / f"{name}.json")

    def paths(a: Any, b: Any) -> list[str]:
        return [d.path for d in diff_files(write("a", a), write("b", b), FRAMEWORK, all_fields=True)]

    return paths


def config_of(tree: Tree, params: Any, only_changes: bool = False) -> str:
    return config_text({"trainer": RootValue(params, tree.root)}, "test", only_changes)


def other_value(spec: TypeSpec, value: Any) -> Any:
    """Return another value of the type in JSON form; of an enum the name."""
    if spec.kind is Kind.ENUM:
        return next(m for m in spec.type if m != value).name
    if spec.kind is Kind.SET:
        return [m.value for m in cast(type[enum.Enum], spec.item.type)][:1]
    if spec.is_sequence:
        return [other_value(spec.item, None), other_value(spec.item, None)]
    if spec.kind is Kind.DICT:
        return {"a-b": other_value(spec.item, None)}
    if isinstance(value, bool) or spec.type is bool:
        return not value
    if spec.type in (int, float):
        return (value or 0) * 2 + 17
    return f"{value}x"


@pytest.mark.parametrize("only_changes", [False, True])
def test_configuration_of_a_training_equals_its_saved_parameters(tree: Tree, diff: Diff, only_changes: bool) -> None:
    params = tree.params()
    config = config_of(tree, params, only_changes)
    assert diff(params, config) == diff(config, params) == diff(config, config) == []
    assert diff(config, config_of(tree, params)) == []


def test_each_flag_is_told_once_by_its_tree_path(diff: Diff) -> None:
    tree = SCENARIOS["listfile"]()
    params = tree.params()
    for leaf in tree.leaves():
        value = other_value(leaf.spec.type, leaf.default)
        assert diff(params, {leaf.place.flag: value}) == [leaf.place.path.removeprefix("trainer.")]


@pytest.mark.parametrize("dash", ["-", "_"])
def test_all_names_of_a_parameter_are_known(tree: Tree, diff: Diff, dash: str) -> None:
    params, leaves = tree.params(), list(tree.leaves())
    paths = sorted(leaf.place.path.removeprefix("trainer.") for leaf in leaves)
    assert len(paths) > 40
    for number in range(max(len(leaf.place.aliases) for leaf in leaves)):
        names = [leaf.place.aliases[number % len(leaf.place.aliases)].replace("_", dash) for leaf in leaves]
        values = [other_value(leaf.spec.type, leaf.default) for leaf in leaves]
        assert sorted(diff(params, dict(zip(names, values, strict=True)))) == paths
        same = [encode_field(leaf.spec, leaf.default) for leaf in leaves]
        assert diff(dict(zip(names, same, strict=True)), params) == []


def test_each_change_of_a_run_is_told_once(diff: Diff) -> None:
    tree = SCENARIOS["full"]()
    params = tree.params()
    for leaf in tree.leaves():
        saved = params_to_dict(params)
        set_value(saved, leaf)
        assert diff(params, saved) == [leaf.place.path.removeprefix("trainer.")]


def test_all_changes_of_a_run_are_told_against_its_configuration(tree: Tree, diff: Diff) -> None:
    saved = params_to_dict(tree.params())
    for leaf in tree.leaves():
        set_value(saved, leaf)
    told = diff(saved, config_of(tree, tree.params()))
    assert sorted(told) == sorted(leaf.place.path.removeprefix("trainer.") for leaf in tree.leaves())


def set_value(saved: dict[str, Any], leaf: Leaf) -> None:
    """Change a parameter in the JSON form of a tree."""
    node: Any = saved
    for name in leaf.place.path.split(".")[1:-1]:
        node = node[name]
    value = other_value(leaf.spec.type, leaf.default)
    node[leaf.spec.name] = value.lower() if leaf.spec.type.kind is Kind.ENUM else value


def test_older_spellings_and_names_of_choices_are_known(diff: Diff) -> None:
    params = SCENARIOS["full"]().params()
    params.scenario.data.pre_proc.processors = [NormalizeProcessorParams()]
    config = {
        "optimizer": "Adam",
        "optimizer.beta1": 0.9,
        "optimizer.clip_global_norm": None,
        "learning-rate": {"__cls__": "exponentialdecay", "decay": 0.99},
        "trainer": {"calc_ema": 0, "device": {"dist-strategy": "DEFAULT"}},
        "train": {"prefech": 32, "batch-size": 16, "sample_errors": "RAISE"},
        "train_val": {"dataset": "mnist"},
        "data.pre_proc": {"__cls__": "Sequential", "processors": {"0": {"modes": ["TRAINING"]}}},
    }
    assert diff(params, config) == ["scenario.data.pre_proc.processors.0.modes"]
    config["optimizer"] = "RMSprop"
    config["train_val"] = {"dataset": "other"}
    assert sorted(diff(config, params)) == [
        "gen.train_val.dataset",
        "optimizer.__cls__",
        "optimizer.rho",
        "scenario.data.pre_proc.processors.0.modes",
    ]


def test_two_configurations_are_compared_in_any_spelling(diff: Diff) -> None:
    a = "train_val.dataset: x\ntrain: {batch_size: 8}\nmodel: {graph: {filters: [1], __cls__: CNN}}\n"
    b = (
        "trainer:\n  gen:\n    train_val: {dataset: y}\n    setup.train.batch-size: 8\n"
        "  scenario.model.graph: {__cls__: CNN, filters: [2]}\n"
    )
    assert sorted(diff(a, b)) == sorted(diff(b, a)) == ["gen.train_val.dataset", "scenario.model.graph.filters"]


def test_names_that_nothing_else_tells_stand_below_the_nearest_place(diff: Diff) -> None:
    params = SCENARIOS["min"]().params()
    config = {"model": {"new": {"x": 1}}, "train_val.new": 2, "unheard": 3, "train": {"new": 4}}
    assert sorted(diff(params, config)) == [
        "gen.setup.train.new",
        "gen.train_val.new",
        "scenario.model.new.x",
        "unheard",
    ]


def test_elements_that_only_one_list_has_are_told(diff: Diff) -> None:
    params = SCENARIOS["full"]().params()
    params.scenario.data.pre_proc.processors = [NormalizeProcessorParams()]
    assert diff(params, {"data": {"pre_proc": {"processors": []}}}) == [
        "scenario.data.pre_proc.processors.0.modes",
        "scenario.data.pre_proc.processors.0.center",
        "scenario.data.pre_proc.processors.0.__cls__",
    ]


def test_fields_of_the_framework_that_an_older_file_lacks_have_their_defaults(diff: Diff) -> None:
    tree = SCENARIOS["listfile"]()
    params = tree.params()
    older = params_to_dict(params)
    del older["optimizer"]["weight_decay"]
    del older["gen"]["setup"]["val"]["max_buffer"]
    assert diff(older, params) == diff(params, older) == []
    del older["scenario"]["data"]["length"]
    told = diff(older, params)
    assert told == diff(params, older) == ["scenario.data.length"]
    params.optimizer.weight_decay = 0.5
    assert diff(older, params) == ["optimizer.weight_decay", "scenario.data.length"]


def test_configurations_of_the_evaluation_are_compared(diff: Diff) -> None:
    a = {"lav": {"silent": True, "batch_size": 5}, "data": {"dataset": "x"}}
    b = {"lav.pipeline": {"batch-size": 6}, "lav": {"silent": False}, "data.dataset": "y"}
    assert sorted(diff(a, b)) == ["data.dataset", "lav.pipeline.batch_size", "lav.silent"]
    assert diff({"prediction.silent": True}, {"predict": {"silent": False}}) == ["predict.silent"]


def test_files_cannot_make_a_class_known(diff: Diff, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hostile.py").write_text(f"open({str(tmp_path / 'executed')!r}, 'w').close()")
    monkeypatch.syspath_prepend(tmp_path)
    params = SCENARIOS["min"]().params()
    config = "optimizer: hostile:Optimizer\ndata: {pre_proc: {processors: [{__cls__: hostile:P}]}}\nmodel: hostile:M\n"
    assert "optimizer.__cls__" in diff(params, config)
    assert not (tmp_path / "executed").exists()


def test_what_is_no_element_of_a_list_is_told(diff: Diff) -> None:
    params = SCENARIOS["full"]().params()
    assert diff(params, {"early_stopping": {}, "trainer.profile_steps": [10, 20], "trainer.profile_steps.x": 1}) == [
        "profile_steps"
    ]


@pytest.mark.parametrize("root", [None, [], [1]])
def test_root_that_is_no_mapping_is_refused(diff: Diff, root: Any) -> None:
    params = SCENARIOS["min"]().params()
    with pytest.raises(UserError, match=r"trainer must be a mapping(.|\n)*b.json"):
        diff(params, {"trainer": root})
