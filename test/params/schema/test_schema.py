# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The schema says of a configuration file what the programs say of it."""

import json
from dataclasses import dataclass, field
from typing import List, Optional

import jsonschema
import pytest
from paiargparse import pai_dataclass

from test.params import cli_tree as t
from test.params import tree
from test.params.config.parsing import make_parser, printed
from test.params.config.test_config_round_trip import DEFAULTS, LINES, TREES, Everything
from test.params.schema.validation import all_sites, as_json, messages, schema_of, values_of
from tfaip.params.config.yamltext import read_yaml
from tfaip.util.tfaipargparse import ParameterErrors, TFAIPArgumentParser

ACCEPTED = [
    "",
    "null",
    "# only a comment",
    "tfaip_schema: 2",
    "tfaip_schema: 2.0",
    "trainer: {epochs: 3}",
    "trainer: {epochs: 3.0, scale: 2}",
    "trainer: {output_dir: null, mode: evaluation, modes: [TRAINING, prediction]}",
    "trainer: {pair: [1, 2.5], extents: [1, 2, 3], save_freq: 7, matrix: [[1], []], weights: {a: 1}}",
    "trainer.epochs: 3",
    "trainer: {scenario.model.graph.nodes: [3]}",
    "trainer: {scenario: {model: {graph: {__cls__: CNN, filters: [1]}}}}",
    "trainer.scenario.model.graph: {__cls__: ConvGraphParams, dense: 4}",
    "model: {graph: CNN}",
    "model: {graph: {__cls__: cnn}}",
    "model: {graph: {__cls__: 'test.params.cli_tree:ConvGraphParams', filters: [2]}}",
    "model: {graph: {nodes: [1, 2], activation: tanh}, kernel: {x: 4}}",
    "model.graph.__cls__: CNN\nmodel.graph.filters: [3]",
    "optimizer: RMSprop",
    "optimizer: {__cls__: RMSprop, rho: 0.5}",
    "optimizer: {beta_1: 0.5}",
    "optimizer: {beta1: 0.5}",
    "optimizer: {__cls__: Adamax, clip_norm: 3}",
    "train: {batch_size: 8, files: [a]}",
    "train: OtherGeneratorParams",
    "train: {__cls__: OtherGeneratorParams, seed: 3, limit: 4}",
    "train: {batch_size: 8, mode: evaluation}",
    "val: {limit: 3}",
    "device: {gpus: [0]}",
    "trainer: {stop: EarlyStopping}",
    "trainer: {stop: {n: 4}}",
    "trainer: {stop: null}",
    "trainer: {gen: {train: {files: [x]}, setup: {val: {batch_size: 2}}}}",
    "data: {processors: []}",
    "data: {processors: [Scale, {__cls__: Name, names: [a]}]}",
    "data: {processors: [{modes: [training]}]}",
    "data: {processors: {0: {factor: 3}}}",
    "data.processors.0.factor: 4",
    "data: {processors.0: {factor: 4}}",
    "data.processors.0: {factor: 4}",
    "data.processors.0: Name",
    "data: {processors.0: {__cls__: Name, names: [a]}}",
    "data: {processors: [Scale, Scale], processors.1: {factor: 3}}",
    "data: {processors: {'0': Name}}",
    "trainer: {modes: [training, training]}",
    "trainer: {modes: [training, TRAINING, prediction]}",
    "data: {processors: {0: {__cls__: Name, names: []}}}",
    "data: {named: {a: Scale, b: {factor: 2, __cls__: ScaleProcessorParams}}}",
    "data: {charmap: some/file}",
    "scenario: {version: '2'}",
    "model: {kernel: [1, 2]}",
    "model.kernel: [3]",
    "model: {kernel: []}",
    "trainer: {stop: {__cls__: null}}",
    "trainer: {stop: {__cls__: none}}",
    "trainer: {scenario: {version: '3'}}",
]
WRONG = [
    "trainer: {epoch: 3}",
    "trainers: {epochs: 3}",
    "epochs: 3",
    "trainer: {epochs: three}",
    "trainer: {epochs: 1.5}",
    "trainer: {epochs: null}",
    "trainer: {epochs: [3]}",
    "trainer: {force_eager: 'yes'}",
    "trainer: {output_dir: 3}",
    "trainer: {mode: evaluating}",
    "trainer: {modes: [trainin]}",
    "trainer: {pair: [1]}",
    "trainer: {pair: [1, 2, 3]}",
    "trainer: {pair: [a, 2]}",
    "trainer: {extents: [a]}",
    "trainer: {save_freq: [1]}",
    "trainer: {weights: {a: b}}",
    "trainer: {matrix: [1]}",
    "trainer.epoch: 3",
    "trainer.epochs: three",
    "trainer: {scenario.model.graph.nodse: [3]}",
    "trainer: {scenario.model.graph.nodes: [a]}",
    "model: {graph: RNN}",
    "model: {graph: null}",
    "model: {graph: 3}",
    "model: {graph: {filters: [3]}}",
    "model: {graph: {__cls__: CNN, nodes: [3]}}",
    "model: {graph: {__cls__: RNN}}",
    "model: {graph: {activation: sigmoid}}",
    "model.graph.__cls__: RNN",
    "optimizer: {rho: 0.5}",
    "optimizer: {__cls__: RMSprop, beta_1: 0.5}",
    "optimizer: {__cls__: RMSprop, beta1: 0.5}",
    "train: {batchsize: 8}",
    "train: {seed: 8}",
    "val: {files: [a]}",
    "trainer: {stop: {m: 4}}",
    "data: {processors: [Scales]}",
    "data: {processors: [{__cls__: Scale, factors: 3}]}",
    "data: {processors: [{factor: 3}]}",
    "data: {processors: {a: {factor: 3}}}",
    "data: {processors: {0: {factors: 3}}}",
    "data: {named: [Scale]}",
    "data: {named: {a: {__cls__: Scale, names: []}}}",
    "data.processors.0.factors: 4",
    "data: {processors.0: {factors: 4}}",
    "data: {processors.0: {names: [a]}}",
    "data: {processors.00: {factor: 4}}",
    "data: {processors.0: 3}",
    "data: {processors.0: null}",
    "trainer: null",
    "trainer: {stop: {n: true}}",
    "model: {kernel: [1, 2, 3]}",
    "model: {kernel: [x]}",
    "model: {graph: {__cls__: null}}",
    "model: {graph: {__cls__: 3}}",
    "optimizer.__cls__: null",
    "optimizer.__cls__: [Adam]",
    "val: {__cls__: null}",
    "data: {processors: [{__cls__: null}]}",
    "data: {charmap: 3}",
    "data: {charmap: [a]}",
    "--trainer.epochs: 3",
    "trainer: {--epochs: 3}",
    "data: null",
    "[]",
    "text",
    "tfaip_schema: null",
    "tfaip_schema: 0",
    "tfaip_schema: 2.5",
    "tfaip_schema: true",
    "tfaip_schema: two",
    "- trainer",
]


@pai_dataclass
@dataclass
class Nested:
    size: int = 1
    inner: "Optional[Nested]" = None


@pai_dataclass
@dataclass
class Element:
    name: str
    size: int = 1


@pai_dataclass
@dataclass
class WithElements:
    elements: List[Element] = field(default_factory=list)


@pytest.fixture(scope="module")
def schema():
    return schema_of(make_parser())


@pytest.fixture(scope="module")
def schemas_of_defaults():
    return [schema_of(make_parser(default)) for default in DEFAULTS]


def config(tmp_path, text):
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_the_programs_accept_is_valid(tmp_path, schema, text):
    path = config(tmp_path, text)
    make_parser(ignore_required=True).parse_args(["--config", str(path)])
    mistakes = []
    assert messages(schema, as_json(read_yaml(text, "file", mistakes).plain())) == []
    assert not mistakes


@pytest.mark.parametrize("text", WRONG)
def test_what_the_programs_refuse_is_not_valid(tmp_path, schema, text):
    path = config(tmp_path, text)
    with pytest.raises(ParameterErrors):
        make_parser(ignore_required=True).parse_args(["--config", str(path)])
    mistakes = []
    assert messages(schema, as_json(read_yaml(text, "file", mistakes).plain()))
    assert not mistakes


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("default", DEFAULTS, ids=["plain", "changed"])
def test_printed_configurations_are_valid(tmp_path, schemas_of_defaults, line, default):
    for mode in ([], ["diff"]):
        text = printed(make_parser(default), [*line.split(), "--print_config", *mode])
        assert messages(schemas_of_defaults[DEFAULTS.index(default)], values_of(config(tmp_path, text))) == []


@pytest.mark.parametrize(
    "value",
    [*TREES, Everything(), t.TrainerParams(), t.ScenarioParams(), t.LAVParams()],
    ids=lambda v: type(v).__name__,
)
def test_schemas_of_all_kinds_of_fields_are_valid_and_hold_for_what_is_printed(tmp_path, value):
    schema = schema_of(make_parser(value))
    text = printed(make_parser(value, ignore_required=True), ["--print_config"])
    assert messages(schema, values_of(config(tmp_path, text))) == []


@pytest.mark.parametrize("value", [*TREES, *DEFAULTS, Everything()], ids=lambda v: type(v).__name__)
def test_every_default_is_valid_at_its_place(value):
    document = schema_of(make_parser(value))
    sites = list(all_sites(document))
    assert len(sites) > 10
    for at, site in sites:
        errors = list(
            jsonschema.Draft202012Validator({**site, "$defs": document["$defs"]}).iter_errors(site["default"])
        )
        assert not errors, (at, errors)


def definition(document, reference):
    found = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[int(part)] if isinstance(found, list) else found[part]
    return definition(document, found["$ref"]) if "$ref" in found else found


def test_defaults_are_those_of_the_scenario():
    default = t.TrainerParams(epochs=7, optimizer=t.RMSpropOptimizer(rho=0.25, clip_norm=2.0))
    default.scenario.data.processors = [t.NameProcessorParams(names=["a"])]
    document = schema_of(make_parser(default))
    trainer = definition(document, "#/$defs/TrainerParams/properties/epochs")
    assert (trainer["default"], trainer["description"]) == (7, "Number of epochs")
    optimizer = definition(document, "#/properties/optimizer")
    assert (optimizer["default"], optimizer["description"]) == ("RMSprop", "The optimizer")
    present = optimizer["allOf"][-1]["then"]["$ref"]
    assert definition(document, f"{present}/properties/rho")["default"] == 0.25
    processors = definition(document, "#/$defs/DataParams/properties/processors")
    assert processors["default"] == ["Name"]
    element = processors["properties"]["0"]["allOf"][-1]["then"]["$ref"]
    assert definition(document, f"{element}/properties/names")["default"] == ["a"]


def test_an_editor_offers_the_names_of_the_choices(schema):
    graph = definition(schema, "#/$defs/ModelParams/properties/graph")
    names = graph["allOf"][0]["then"]["anyOf"][0]["enum"]
    assert names[:2] == ["MLP", "MLPGraphParams"]
    assert {"CNN", "ConvGraphParams", "test.params.cli_tree:ConvGraphParams"} <= set(names)
    assert graph["allOf"][1]["then"]["properties"]["__cls__"]["anyOf"][0]["enum"] == names


def test_the_message_is_about_the_chosen_class(schema):
    (message,) = messages(schema, {"model": {"graph": {"__cls__": "CNN", "filter": [1]}}})
    assert "'filter' was unexpected" in message or "'filter' does not match" in message
    (message,) = messages(schema, {"optimizer": {"beta_1": "x"}})
    assert message == "'x' is not of type 'number'"


def test_other_classes_of_the_same_kind_are_accepted_by_reference(schema):
    other = {"__cls__": "other_package.module:Own", "own": 1}
    assert messages(schema, {"optimizer": other}) == []
    assert messages(schema, {"optimizer": {"__cls__": "Own"}})


def test_a_class_below_itself_has_one_definition(tmp_path):
    document = schema_of(make_parser(cls=Nested))
    assert list(document["$defs"]) == ["Nested"]
    assert messages(document, {"trainer": {"inner": {"inner": {"__cls__": "Nested", "size": 3}}}}) == []
    assert messages(document, {"trainer": {"inner": {"inner": {"inner": {"siz": 3}}}}})
    assert messages(document, {"trainer.inner.inner.size": 3}) == []
    assert messages(document, {"trainer.inner.siz": 3})


def test_roots_of_several_names_and_other_spellings():
    parser = TFAIPArgumentParser(prog="tfaip-lav")
    parser.add_root_argument("data", t.GeneratorParams, t.GeneratorParams(files=["f"]))
    parser.add_root_argument("lav", t.LAVParams)
    parser.add_root_argument("model", t.ModelParams, flat=True)
    parser.add_root_argument("predictor", t.LAVParams, ignore=["pipeline", "predictor.silent"])
    parser.add_spelling("lav.batch_size", "pipeline.batch_size")
    schema = schema_of(parser)
    for values in [
        {"data": {"files": ["a"]}, "lav": {"silent": True}},
        {"pipeline": {"batch_size": 3}},
        {"lav": {"batch_size": 3}},
        {"lav.pipeline.batch_size": 3},
        {"graph": "CNN", "n_classes": 3},
        {"graph": {"__cls__": "CNN", "filters": [3]}},
    ]:
        assert messages(schema, values) == [], values
    for values in [
        {"lav": {"batch_sizes": 3}},
        {"predictor": {"silent": True}},
        {"pipeline": {"silent": True}},
        {"filters": [1]},
    ]:
        assert messages(schema, values), values


def test_a_new_element_needs_what_is_required():
    schema = schema_of(make_parser(cls=WithElements))
    assert messages(schema, {"trainer": {"elements": [{"name": "a"}]}}) == []
    assert messages(schema, {"trainer": {"elements": [{"size": 1}]}})
    assert messages(schema, {"trainer": {"elements": {"0": {"name": "x"}}}}) == []


def test_the_schema_is_json(schema):
    assert json.loads(json.dumps(schema, allow_nan=False)) == schema
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_trees_of_every_kind_have_a_definition_for_each_class():
    document = schema_of(make_parser(tree.Tree()))
    assert {"Tree", "Base", "Special", "Processor", "ScaleProcessorParams", "NodeSpec"} <= set(document["$defs"])
