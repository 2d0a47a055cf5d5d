# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What ``--print_config`` writes leads to the same tree again."""

import math
import pathlib
import random
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Set, Tuple, Union

import pytest
from paiargparse import pai_dataclass, pai_meta

from test.params import cli_tree as t
from test.params import tree
from test.params.config.parsing import as_dict, make_parser, parse, printed
from tfaip.params.cli.nodes import Root
from tfaip.params.config.dump import config_text
from tfaip.params.config.writer import RootValue
from tfaip.params.config.yamltext import dump_yaml, read_yaml
from tfaip.util.tfaipargparse import TFAIPArgumentParser

LINES = [
    "",
    "--trainer.epochs 5",
    "--trainer.scale 1e-07 --trainer.pair 2 inf",
    "--trainer.scale nan",
    "--trainer.scale 3 --trainer.save_freq 3",
    "--trainer.output_dir 1e-3 --trainer.save_freq no",
    "--trainer.output_dir null",
    "--trainer.output_dir=null: --trainer.weights a=1 b=2.5 c.d=-inf 5=3",
    "--trainer.mode evaluation --trainer.modes training prediction",
    "--trainer.profile_steps --trainer.extents 1 2 3 --trainer.matrix [[1,2],[3]]",
    "--device.gpus 0 1 --trainer.stop EarlyStopping",
    "--trainer.stop EarlyStopping --trainer.stop.n 4 --optimizer RMSprop --optimizer.rho 0.1",
    "--optimizer Adamax --optimizer.beta1 0.5",
    "--model.graph CNN --model.graph.filters 1 2 --model.kernel 5 7",
    "--model.kernel 5 --model.kernel.y 9 --train.batch_size 3 --train.files a b",
    "--train OtherGeneratorParams --train.seed 3",
    "--data.processors",
    "--data.processors Name Scale --data.processors.0.names a b --data.processors.1.factor 4",
    "--data.processors.0.factor 7 --data.processors.0.modes training",
    "--data.named a b=Scale --data.named.b.factor 7",
    "--optimizer test.params.cli_tree:OptimizerParams --optimizer.clip_norm 2",
]
DEFAULTS = [
    t.TrainerParams(),
    t.TrainerParams(
        epochs=3,
        stop=t.EarlyStopping(7),
        optimizer=t.RMSpropOptimizer(rho=0.1),
        device=t.DeviceParams(gpus=[4]),
        weights={"x": 1.0},
    ),
]


def reloaded(tmp_path, parser, text, *args):
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return parser.parse_args(["--config", str(path), *args])


@pytest.mark.parametrize("default", DEFAULTS, ids=["plain", "changed"])
@pytest.mark.parametrize("mode", [[], ["diff"]], ids=["full", "diff"])
@pytest.mark.parametrize("line", LINES)
def test_the_same_tree_comes_back(tmp_path, line, mode, default):
    parser = make_parser(default)
    wanted = parser.parse_args(line.split()).trainer
    text = printed(parser, [*line.split(), "--print_config", *mode])
    assert repr(as_dict(reloaded(tmp_path, parser, text).trainer)) == repr(as_dict(wanted))
    # a second time it is the same text
    again = printed(parser, ["--config", str(tmp_path / "config.yaml"), "--print_config", *mode])
    assert again == text


@pytest.mark.parametrize("mode", [[], ["diff"]], ids=["full", "diff"])
def test_random_lines_come_back(tmp_path, mode):
    """Several of the lines at once, as far as they do not contradict each other."""
    rng = random.Random(7)
    flags = [part for line in LINES for part in split_flags(line)]
    for _ in range(60):
        chosen = {flag[0].replace("beta1", "beta_1"): flag for flag in rng.sample(flags, 8)}
        args = [word for flag in chosen.values() for word in flag]
        parser = make_parser(DEFAULTS[1])
        try:
            wanted = parser.parse_args(args).trainer
        except Exception:
            continue
        text = printed(parser, [*args, "--print_config", *mode])
        assert repr(as_dict(reloaded(tmp_path, parser, text).trainer)) == repr(as_dict(wanted)), args


def split_flags(line):
    flags = []
    for word in line.replace("=null:", " null:").split():
        if word.startswith("--"):
            flags.append([word])
        else:
            flags[-1].append(word)
    return flags


def test_the_difference_of_the_defaults_is_nothing():
    text = printed(make_parser(DEFAULTS[1]), ["--print_config", "diff"])
    assert text.splitlines()[1:] == ["tfaip_schema: 2"]


def test_the_difference_holds_what_was_changed_only():
    args = ["--trainer.epochs", "5", "--model.graph", "CNN", "--print_config=diff"]
    text = printed(make_parser(), args)
    assert text.splitlines()[1:] == [
        "tfaip_schema: 2",
        "trainer:",
        "  epochs: 5",
        "  scenario:",
        "    model:",
        "      graph:",
        "        __cls__: CNN",
    ]


@pai_dataclass
@dataclass
class Hidden:
    a: int = 1


@pai_dataclass
@dataclass
class Everything:
    text: str = "t"
    texts: List[str] = field(default_factory=list)
    real: float = 1.0
    whole: int = 0
    path: Optional[pathlib.Path] = None
    either: Union[str, int, float, None] = None
    table: Dict[str, Any] = field(default_factory=dict)
    by_number: Dict[int, float] = field(default_factory=dict)
    anything: Any = None
    numbers: Set[int] = field(default_factory=set)
    sloppy: str = None
    hidden: Hidden = field(default_factory=Hidden, metadata=pai_meta(mode="ignore"))
    hidden_text: Optional[str] = field(default="h", metadata=pai_meta(mode="ignore"))
    hidden_list: List[Hidden] = field(default_factory=list, metadata=pai_meta(mode="ignore"))
    nested: List[List[Hidden]] = field(default_factory=list)
    two: Tuple[Hidden, Hidden] = field(default_factory=lambda: (Hidden(1), Hidden(2)))
    variadic: Tuple[Hidden, ...] = ()


TEXTS = [
    *["", " ", "1", "1.0", "1e-3", "-.5", "0x1F", "0o7", "1_000", "12:30:45", "2001-01-01", ".inf", "nan", "NaN"],
    *["null", "~", "Null", "true", "True", "yes", "no", "on", "OFF", "y", "<<", "=", "*a", "&a", "!a", "- a", "a: b"],
    *[
        "#",
        "a #b",
        "{",
        "}",
        "[",
        "'",
        '"',
        "`",
        "@",
        "%",
        "|",
        ">",
        "?",
        "---",
        "...",
        "a\nb",
        "\n",
        "a\n\n b\n",
        "\t",
    ],
    *["tab\tin", " lead", "trail ", "ünïcödé", "日本", "\U0001f600", "\u2028", "\x85", "\x00", "\x7f", "\ufeff", "\\"],
    *["x" * 300, "word " * 80, "a: " * 70, "\xa0", "none", "Infinity"],
]


@pytest.mark.parametrize("text", TEXTS)
def test_every_text_survives(tmp_path, text):
    value = Everything(text=text, texts=[text, "b", text], either=text, table={text: text}, anything={"k": [text]})
    check_survival(tmp_path, value)


def test_random_texts_survive():
    rng = random.Random(3)
    alphabet = "ab 1.:-#'\"\\\n\t{}[],&*!|>%@`?é\u2028\U0001f600\x85~<=_e+"
    for _ in range(3000):
        text = "".join(rng.choice(alphabet) for _ in range(rng.randrange(0, 200 if rng.random() < 0.1 else 12)))
        written = dump_yaml({"a": {text or "k": [text, {"t": text}]}})
        mistakes = []
        assert read_yaml(written, "f", mistakes).plain() == {"a": {text or "k": [text, {"t": text}]}}, written
        assert not mistakes


@pytest.mark.parametrize(
    "values",
    [
        {"real": 1e-07},
        {"real": 1e22},
        {"real": -math.inf},
        {"real": 5},
        {"real": 0.1 + 0.2},
        {"whole": 10**30},
        {"path": pathlib.Path("a/b c")},
        {"either": 5},
        {"either": 0.5},
        {"either": "5"},
        {"table": {"a": None, "b": [1, {"c": 1e-9}], "1": True}},
        {"anything": [1, 2.0, None, "x", {"y": False}]},
        {"by_number": {1: 2.0, -3: 4.0}},
        {"numbers": {3, 1, 2}},
        {"sloppy": None},
        {"hidden": Hidden(5)},
        {"hidden_text": None},
        {"hidden_list": [Hidden(4), Hidden()]},
        {"nested": [[Hidden(3)], []]},
        {"two": (Hidden(3), Hidden(4))},
        {"variadic": (Hidden(3), Hidden(4))},
    ],
    ids=str,
)
def test_every_value_survives(tmp_path, values):
    check_survival(tmp_path, Everything(**values))


def check_survival(tmp_path, value):
    """The value is written against the defaults of its class, and read with them."""
    default = Everything()
    for diff in (False, True):
        root = RootValue(value, Root("trainer", Everything, default, (), False))
        text = config_text({"trainer": root}, "tfaip-train", diff)
        found = reloaded(tmp_path, make_parser(default), text).trainer
        assert found == value
        assert repr(as_dict(found)) == repr(as_dict(value))


def test_a_default_of_another_type_than_declared_survives(tmp_path):
    parser = make_parser(Everything(sloppy=7))
    text = printed(parser, ["--print_config"])
    assert "sloppy: 7" in text
    assert reloaded(tmp_path, parser, text).trainer.sloppy == 7


TREES = [
    tree.Tree(),
    tree.Tree(
        maybe=3,
        either=7,
        resource=tree.Path("p"),
        processors=[tree.ScaleProcessorParams(factor=2.0), tree.PlainProcessor(label="x"), tree.JsonProcessor(depth=4)],
        groups=[[tree.Processor()], [tree.ScaleProcessorParams()]],
        named={"a": tree.Base(3), "b.c": tree.Special(b=2.0)},
        generic=tree.Special(b=1.5),
        optional=tree.Base(a=9),
        free=tree.NodeSpec(node_name="q", shape=["1"]),
        by_number={1: "a"},
        anything={"x": [1]},
        hidden="z",
    ),
    tree.SpecialTree(generic=tree.Special(a=4, b=2.0)),
]


@pytest.mark.parametrize("value", TREES, ids=["default", "full", "special"])
def test_trees_of_every_kind_of_field_come_back(tmp_path, value):
    for diff in (False, True):
        root = RootValue(value, Root("trainer", type(value), type(value)(), (), False))
        text = config_text({"trainer": root}, "tfaip-train", diff)
        reader = make_parser(type(value)())
        assert as_dict(reloaded(tmp_path, reader, text).trainer) == as_dict(value)
    text = printed(make_parser(value), ["--print_config"])
    assert as_dict(reloaded(tmp_path, make_parser(value), text).trainer) == as_dict(value)


def test_several_roots_come_back(tmp_path):
    def make():
        parser = TFAIPArgumentParser(prog="tfaip-lav")
        parser.add_root_argument("data", t.GeneratorParams, t.GeneratorParams(files=["f"]))
        parser.add_root_argument("lav", t.LAVParams, t.LAVParams(t.PipelineParams(3)))
        parser.add_root_argument("model", t.ModelParams, flat=True)
        parser.add_root_argument("predictor", t.LAVParams, ignore=["pipeline", "predictor.silent"])
        parser.add_spelling("lav.batch_size", "pipeline.batch_size")
        return parser

    args = ["--data", "test.params.cli_tree:OtherGeneratorParams", "--data.seed", "4", "--lav.batch_size", "9"]
    args += ["--graph", "CNN", "--lav.silent", "1"]
    wanted = make().parse_args(args)
    for mode in ([], ["diff"]):
        text = printed(make(), [*args, "--print_config", *mode])
        assert "predictor" not in text or not mode
        assert vars(reloaded(tmp_path, make(), text)) == vars(wanted)


def test_a_file_of_all_parameters_stands_against_one_before_it(tmp_path):
    (tmp_path / "before.yaml").write_text("optimizer: {__cls__: RMSprop, rho: 0.3}\nmodel: {graph: CNN}\n")
    text = printed(make_parser(), ["--trainer.epochs", "3", "--print_config"])
    (tmp_path / "full.yaml").write_text(text)
    both = parse(["--config", str(tmp_path / "before.yaml"), str(tmp_path / "full.yaml")])
    assert both == t.TrainerParams(epochs=3)
