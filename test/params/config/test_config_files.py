# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Configuration files set parameters in every form that the manual names."""

import json
import math
import sys
from dataclasses import dataclass, field
from typing import Dict, List, Optional

import pytest
from paiargparse import pai_dataclass, pai_meta

from test.params import cli_tree as t
from test.params.config.parsing import make_parser, mistakes, parse, printed
from tfaip.util.tfaipargparse import TFAIPArgumentParser


@pytest.fixture
def write(tmp_path):
    def write_file(text, name="a.yaml"):
        path = tmp_path / name
        path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
        return str(path)

    return write_file


def at(params, path):
    for name in path.split("."):
        params = params[int(name)] if name.isdigit() else getattr(params, name)
    return params


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("trainer: {epochs: 5}", "epochs", 5),
        ("trainer.epochs: 5", "epochs", 5),
        ("trainer: {scale: 1e-3}", "scale", 0.001),
        ("trainer: {scale: .inf}", "scale", math.inf),
        ("trainer: {scale: 3}", "scale", 3),
        ("trainer: {force-eager: true}", "force_eager", True),
        ("trainer: {output_dir: no}", "output_dir", "no"),
        ("trainer: {output_dir: 12:30:45}", "output_dir", "12:30:45"),
        ("trainer: {output_dir: 2001-01-01}", "output_dir", "2001-01-01"),
        ("trainer: {output_dir: !!str 5}", "output_dir", "5"),
        ("trainer: {output_dir: null}", "output_dir", None),
        ("trainer: {mode: EVALUATION}", "mode", t.Mode.EVALUATION),
        ("trainer: {modes: [training, prediction]}", "modes", {t.Mode.TRAINING, t.Mode.PREDICTION}),
        ("trainer: {profile_steps: [1, 0x1F, 0o17]}", "profile_steps", [1, 31, 15]),
        ("trainer: {profile_steps: []}", "profile_steps", []),
        ("trainer: {pair: [2, 0.5]}", "pair", (2, 0.5)),
        ("trainer: {extents: [1, 2]}", "extents", (1, 2)),
        ("trainer: {save_freq: 3}", "save_freq", 3),
        ("trainer: {weights: {a: 1, b.c: 2.5, 3: 4}}", "weights", {"a": 1, "b.c": 2.5, "3": 4}),
        ("trainer: {matrix: [[1, 2], [3]]}", "matrix", [[1, 2], [3]]),
        ("device: {gpus: [0, 1]}", "device.gpus", [0, 1]),
        ("trainer: {device: {gpus: null}}", "device.gpus", None),
        ("optimizer: RMSprop", "optimizer", t.RMSpropOptimizer()),
        ("trainer: {optimizer: {__cls__: RMSprop, rho: 0.5}}", "optimizer", t.RMSpropOptimizer(rho=0.5)),
        ("optimizer: RMSprop\noptimizer.rho: 0.5", "optimizer", t.RMSpropOptimizer(rho=0.5)),
        ("optimizer.__cls__: RMSprop\ntrainer: {optimizer: {rho: 0.5}}", "optimizer", t.RMSpropOptimizer(rho=0.5)),
        ("optimizer: {beta1: 0.5}", "optimizer", t.AdamOptimizer(beta_1=0.5)),
        ("optimizer: {__cls__: test.params.cli_tree:AdamaxOptimizer}", "optimizer", t.AdamaxOptimizer()),
        ("model: {graph: {__cls__: CNN, filters: [1]}}", "scenario.model.graph", t.ConvGraphParams(filters=[1])),
        ("scenario: {model: {n_classes: 3}}", "scenario.model.n_classes", 3),
        ("trainer: {scenario.model.n_classes: 3}", "scenario.model.n_classes", 3),
        ("model: {kernel: {x: 5, y: 7}}", "scenario.model.kernel", t.IntVec(5, 7)),
        ("model: {kernel: [5, 7]}", "scenario.model.kernel", t.IntVec(5, 7)),
        ("model: {kernel: [5]}", "scenario.model.kernel", t.IntVec(5, 3)),
        ("train: {batch_size: 3, files: [a, b]}", "gen.setup.train.batch_size", 3),
        ("train: {batch_size: 3, files: [a, b]}", "gen.train.files", ["a", "b"]),
        ("train: {__cls__: OtherGeneratorParams, batch_size: 3, seed: 4}", "gen.train.seed", 4),
        ("train: {__cls__: OtherGeneratorParams, batch_size: 3, seed: 4}", "gen.setup.train.batch_size", 3),
        ("trainer: {stop: EarlyStopping}", "stop", t.EarlyStopping()),
        ("trainer: {stop: {n: 4}}", "stop", t.EarlyStopping(4)),
        ("trainer: {stop: null}", "stop", None),
        ("data: {processors: []}", "scenario.data.processors", []),
        (
            "data: {processors: [{__cls__: Name, names: [a]}, Scale]}",
            "scenario.data.processors",
            [t.NameProcessorParams(names=["a"]), t.ScaleProcessorParams()],
        ),
        ("data: {processors: {0: {factor: 7}}}", "scenario.data.processors", [t.ScaleProcessorParams(factor=7)]),
        ("data.processors.0.factor: 7", "scenario.data.processors", [t.ScaleProcessorParams(factor=7)]),
        ("data: {processors: {0: Name}}", "scenario.data.processors", [t.NameProcessorParams()]),
        (
            "data: {named: {a: {}, b: Scale}}",
            "scenario.data.named",
            {"a": t.Processor(), "b": t.ScaleProcessorParams()},
        ),
        ("data: {charmap: f.txt}", "scenario.data.charmap.path", "f.txt"),
        ("scenario: {version: '7'}", "scenario.version", "7"),
        ("train: {mode: evaluation}", "gen.setup.train.mode", t.Mode.EVALUATION),
        ("trainer: {scenario: {__cls__: test.params.cli_tree:ScenarioParams}}", "scenario", t.ScenarioParams()),
        (
            "a: &a {n_classes: 4}\nmodel: *a".replace("a: &a", "scenario.model: &a").split("\n")[0],
            "scenario.model.n_classes",
            4,
        ),
    ],
)
def test_a_file_sets_parameters(write, text, path, value):
    found = at(parse(["--config", write(text)]), path)
    assert found == value
    assert type(found) is type(value)


def test_json_is_read_as_python_writes_it(write):
    file = write({"trainer": {"scale": math.inf, "pair": [1, math.nan], "output_dir": "ü\U0001f600\u2028"}}, "a.json")
    found = parse(["--config", file])
    assert (found.scale, found.output_dir) == (math.inf, "ü\U0001f600\u2028")
    assert math.isnan(found.pair[1])
    assert parse(["--config", write('{\n\t"trainer": {\n\t\t"epochs": 4\n\t}\n}', "b.json")]).epochs == 4


def test_the_json_form_of_parameters_is_understood(write):
    stored = t.TrainerParams(epochs=4, optimizer=t.RMSpropOptimizer(rho=0.5))
    stored.scenario.data.named = {"x": t.ScaleProcessorParams(factor=3.0)}
    from tfaip.params.codec import params_to_dict

    assert parse(["--config", write({"trainer": params_to_dict(stored)}, "a.json")]) == stored


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n", "{}", "null", "tfaip_schema: 2", "\ufeff"])
@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_an_empty_file_changes_nothing(write, text, name):
    if name == "a.json" and text.startswith(("#", "-", "t")):
        return
    assert parse(["--config", write(text, name)]) == t.TrainerParams()


def test_later_files_win_and_the_line_wins_over_all(write):
    a = write("trainer: {epochs: 1, scale: 1.5, profile_steps: [1]}\nmodel.n_classes: 3", "a.yaml")
    b = write("trainer: {epochs: 2, scale: 2.5}", "b.json".replace("json", "yaml"))
    c = write({"trainer": {"epochs": 3}}, "c.json")
    for line in (["--config", a, b, c], ["--config", a, "--trainer.pair", "1", "0.5", "--config", b, c]):
        found = parse([*line, "--trainer.profile_steps", "9"])
        assert (found.epochs, found.scale, found.profile_steps, found.scenario.model.n_classes) == (3, 2.5, [9], 3)


def test_a_file_wins_over_the_scenario(write):
    default = t.TrainerParams(epochs=3, optimizer=t.AdamOptimizer(clip_norm=1.0))
    found = parse(["--config", write("trainer: {epochs: 9}\noptimizer: {beta_1: 0.1}")], default)
    assert (found.epochs, found.optimizer) == (9, t.AdamOptimizer(clip_norm=1.0, beta_1=0.1))
    assert default.epochs == 3


def test_a_class_of_the_line_drops_the_fields_of_another_one(write):
    file = write("optimizer: {__cls__: Adam, beta_1: 0.5, clip_norm: 3.0}")
    assert parse(["--config", file]).optimizer == t.AdamOptimizer(clip_norm=3.0, beta_1=0.5)
    assert parse(["--config", file, "--optimizer", "RMSprop"]).optimizer == t.RMSpropOptimizer()
    # a subclass keeps them
    assert parse(["--config", file, "--optimizer", "Adamax"]).optimizer == t.AdamaxOptimizer(clip_norm=3.0, beta_1=0.5)


def test_a_class_of_a_later_file_drops_the_fields_of_another_one(write):
    a = write("optimizer: {__cls__: Adam, beta_1: 0.5, clip_norm: 3.0}", "a.yaml")
    b = write("optimizer: {__cls__: RMSprop, rho: 0.5}", "b.yaml")
    c = write("optimizer: {rho: 0.7}", "c.yaml")
    assert parse(["--config", a, b]).optimizer == t.RMSpropOptimizer(rho=0.5)
    assert parse(["--config", a, b, c]).optimizer == t.RMSpropOptimizer(rho=0.7)
    assert parse(["--config", b, c, a]).optimizer == t.AdamOptimizer(clip_norm=3.0, beta_1=0.5)
    assert parse(["--config", b, c, "--optimizer", "Adam"]).optimizer == t.AdamOptimizer()


def test_fields_for_the_class_of_the_scenario_give_way_to_another_class(write):
    file = write("model: {graph: {nodes: [3], activation: tanh}}")
    assert parse(["--config", file]).scenario.model.graph == t.MLPGraphParams("tanh", [3])
    found = parse(["--config", file, "--model.graph", "CNN"]).scenario.model.graph
    assert found == t.ConvGraphParams("tanh")


def test_a_list_of_the_line_replaces_that_of_a_file(write):
    file = write("data: {processors: [{__cls__: Scale, factor: 5}, Name]}")
    assert parse(["--config", file]).scenario.data.processors[0].factor == 5
    found = parse(["--config", file, "--data.processors", "Scale"]).scenario.data.processors
    assert found == [t.ScaleProcessorParams()]
    found = parse(["--config", file, "--data.processors.0.factor", "6"]).scenario.data.processors
    assert found == [t.ScaleProcessorParams(factor=6.0), t.NameProcessorParams()]


def test_a_later_file_changes_elements_of_an_earlier_one(write):
    a = write("data: {processors: [{__cls__: Scale, factor: 5}, Name]}", "a.yaml")
    b = write("data: {processors: {1: {names: [x]}}}", "b.yaml")
    found = parse(["--config", a, b]).scenario.data.processors
    assert found == [t.ScaleProcessorParams(factor=5), t.NameProcessorParams(names=["x"])]
    assert parse(["--config", b.replace("b.yaml", "a.yaml"), a]).scenario.data.processors[1] == t.NameProcessorParams()


def test_values_in_order_of_the_line_win_over_a_file(write):
    file = write("model: {kernel: {x: 1, y: 9}}")
    assert parse(["--config", file, "--model.kernel", "5"]).scenario.model.kernel == t.IntVec(5, 9)
    assert parse(["--config", file, "--model.kernel.y", "5"]).scenario.model.kernel == t.IntVec(1, 5)


def test_files_give_what_is_required(write):
    found = parse(["--config", write("trainer: {output_dir: d}")], cls=t.TrainerParams)
    assert found.output_dir == "d"

    @pai_dataclass
    @dataclass
    class Must:
        n: int
        graph: t.GraphParams = field(metadata=pai_meta(choices=[t.MLPGraphParams, t.ConvGraphParams]))
        vec: t.IntVec = field(metadata=pai_meta(fix_dc=True))
        base: t.EarlyStopping = field(metadata=pai_meta(help="h"))
        many: List[t.EarlyStopping] = field(metadata=pai_meta(help="h"))

    file = write("trainer: {n: 1, graph: {__cls__: CNN}, vec: {x: 7}, base: {n: 3}, many: [{n: 4}]}")
    found = parse(["--config", file], cls=Must)
    assert found == Must(1, t.ConvGraphParams(), t.IntVec(7, 3), t.EarlyStopping(3), [t.EarlyStopping(4)])


def test_hidden_dataclasses_are_set_by_files_only(write):
    @pai_dataclass
    @dataclass
    class Inner:
        a: int = 1
        b: int = 2

    @pai_dataclass
    @dataclass
    class Outer:
        hidden: Inner = field(default_factory=lambda: Inner(5), metadata=pai_meta(mode="ignore"))
        nested: List[List[t.EarlyStopping]] = field(default_factory=list)
        maybe: Optional[Inner] = field(default=None, metadata=pai_meta(mode="ignore"))
        table: Dict[str, t.EarlyStopping] = field(default_factory=dict, metadata=pai_meta(mode="ignore"))

    text = "trainer: {hidden: {b: 7}, nested: [[{n: 3}]], maybe: {a: 3}, table: {x: {n: 2}}}"
    found = parse(["--config", write(text)], Outer())
    assert found == Outer(Inner(5, 7), [[t.EarlyStopping(3)]], Inner(3), {"x": t.EarlyStopping(2)})
    assert mistakes(make_parser(Outer()), ["--trainer.hidden.b", "7"])


def test_unknown_keys_within_a_value_are_mistakes(write):
    @pai_dataclass
    @dataclass
    class Nested:
        nested: List[List[t.EarlyStopping]] = field(default_factory=list)

    file = write("trainer:\n  nested:\n    - [{n: 3}]\n    - - n: 1\n      - m: 3\n")
    (found,) = mistakes(make_parser(Nested()), ["--config", file])
    assert found.where == f"{file}:5, trainer.nested.1.1.m"
    assert found.expected == "a field of EarlyStopping"


def test_spellings_and_flat_roots_hold_in_files(write):
    parser = TFAIPArgumentParser()
    parser.add_root_argument("lav", t.LAVParams)
    parser.add_root_argument("model", t.ModelParams, flat=True)
    parser.add_spelling("lav.batch_size", "pipeline.batch_size")
    found = parser.parse_args(["--config", write("lav: {batch_size: 4, silent: true}\nn_classes: 3\ngraph: CNN")])
    assert found.lav == t.LAVParams(t.PipelineParams(4), silent=True)
    assert (found.model.n_classes, found.model.graph) == (3, t.ConvGraphParams())
    assert parser.parse_args(["--config", write("model: {n_classes: 4}")]).model.n_classes == 4


def test_anchors_and_merge_keys_work(write):
    file = write(
        "trainer:\n  gen:\n    setup:\n      train: &p {batch_size: 4, limit: 9}\n      val: {<<: *p, batch_size: 5}\n"
    )
    setup = parse(["--config", file]).gen.setup
    assert (setup.train, setup.val) == (t.PipelineParams(4, 9), t.PipelineParams(5, 9))


def test_only_constructors_run_post_init(write):
    calls = []

    @dataclass
    class Counting:
        n: int = 1

        def __post_init__(self):
            calls.append(self.n)

    parser = make_parser(Counting(2))
    file = write("trainer: {n: 5}")
    calls.clear()
    parser.parse_args(["--config", file])
    assert calls == [5]


def test_help_shows_the_values_and_choices_of_files(write):
    file = write("model: {graph: {__cls__: CNN, filters: [7, 8]}}\ntrainer: {epochs: 5}")
    text = printed(make_parser(t.TrainerParams(epochs=9)), ["--config", file, "--help"])
    assert "--model.graph.filters" in text
    assert "--model.graph.nodes" not in text
    assert "(config: 5; default: 9)" in text
    assert "--config FILE [FILE ...]" in text


def test_a_line_without_file_needs_no_yaml():
    code = (
        "import sys; from test.params.config.parsing import parse; parse('--trainer.epochs 3');"
        "assert 'yaml' not in sys.modules and 'tfaip.params.config' not in sys.modules"
    )
    import subprocess

    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_parser_without_roots_or_without_config_has_no_such_flag():
    parser = TFAIPArgumentParser()
    assert "Unknown flag --config." in [m.what for m in mistakes(parser, ["--config", "a"])]
    parser = make_parser(add_config=False)
    assert "Unknown flag --config." in [m.what for m in mistakes(parser, ["--config", "a"])]
    assert "--config" not in parser.format_help()
