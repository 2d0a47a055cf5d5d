# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The messages of the command line and its help are frozen: change `snapshots/*.txt` only on purpose.

Run ``python -m test.params.test_cli_messages`` to write them anew, then read the difference.
"""

import pathlib

import pytest

from test.params import cli_tree as t
from test.params import corner_tree as c
from test.params.message_sources import missing_parts
from tfaip.params.cli import parser as parser_module
from tfaip.params.cli.kept import KeptParameter
from tfaip.util.tfaipargparse import ParameterErrors, TFAIPArgumentParser

SNAPSHOTS = pathlib.Path(__file__).parent / "snapshots"
SOURCES = pathlib.Path(parser_module.__file__).parent

MISTAKES = {
    "unknown_flag": "--trainer.epoch 3",
    "unknown_flag_one_dash": "-trainer.epochs 3",
    "unknown_flag_wrong_place": "--trainer.n_classes 3",
    "unknown_flag_far": "--xyzzy 3",
    "wrong_int": "--trainer.epochs ten",
    "wrong_int_float": "--trainer.epochs 1.5",
    "wrong_bool": "--trainer.force_eager maybe",
    "no_value": "--trainer.epochs",
    "too_many_values": "--trainer.output_dir my dir",
    "wrong_list_item": "--device.gpus 0 one",
    "wrong_tuple": "--trainer.pair 1",
    "wrong_dict": "--trainer.weights a",
    "wrong_matrix": "--trainer.matrix [[1,x]]",
    "unknown_enum": "--trainer.mode evalution",
    "unknown_choice": "--model.graph CN",
    "unknown_value_choice": "--model.graph.activation relo",
    "unknown_class": "--model.graph test.params.cli_tree:Cnn",
    "unknown_module": "--model.graph no_such_module:Cnn",
    "not_a_subclass": "--model.graph test.params.cli_tree:IntVec",
    "no_choice": "--optimizer",
    "wrong_list_items": "--device.gpus one 2 two",
    "unknown_field_of_choice": "--model.graph.foo 3",
    "unknown_field_near": "--model.graph.node 3",
    "unknown_field_by_path": "--trainer.scenario.model.graph.node 3",
    "unknown_field_of_element": "--data.processors.0.foo 3",
    "unknown_field_of_none": "--trainer.stop.foo 3",
    "unknown_field_elsewhere": "--model.graph.batch_size 3",
    "other_choice": "--model.graph.filters 3",
    "other_choice_full_path": "--trainer.optimizer.rho 3",
    "other_choice_none": "--trainer.stop.n 3",
    "after_failed_choice": "--model.graph RNN --model.graph.cells 3",
    "hidden": "--scenario.version 3",
    "no_such_element": "--data.processors.1.factor 3",
    "unknown_element_choice": "--data.processors Scale Nme",
    "too_many_tuple_values": "--model.kernel 1 2 3",
    "twice": "--trainer.epochs 3 --trainer.epochs 4",
    "twice_by_alias": "--optimizer Adam --trainer.optimizer RMSprop",
    "refused": "--train.batch_size 0",
    "too_many_numbers": "--trainer.epochs 4 5",
    "number_with_comma": "--trainer.scale 0,001",
    "list_with_comma": "--device.gpus 0,1",
    "list_with_brackets": "--model.graph.nodes [200, 100]",
    "dict_key_twice": "--trainer.weights a=1 a=2",
    "element_key_twice": "--data.named a=Scale a=Scale",
    "no_element_at_all": "--data.named.a.factor 3",
    "no_dashes": "--trainer.epochs=3 trainer.scale=4",
    "stray_word": "--trainer.epochs=3 4",
    "no_dataclass": "--model.graph test.params.cli_tree:Mode",
    "abstract": "--model.graph test.params.cli_tree:GraphParams",
    "near_other_choice": "--model.graph.filter 3",
    "several_owners": "--optimizer RMSprop --optimizer.beta_1 3",
    "twice_choice": "--model.graph CNN --model.graph MLP --model.graph.nodes 3",
    "twice_elements": "--data.processors Name --data.processors Scale --data.processors.0.names a",
    "twice_tuple": "--model.kernel 1 --model.kernel 2 --model.kernel.x x",
    "many": "--trainer.epoch 3 --trainer.scale x --model.graph RNN --trainer.force_eager maybe",
}


CORNERS = {
    "ambiguous_choice": "--corner.twins Same",
    "enforced_choice": "--corner.strict test.params.cli_tree:ConvGraphParams",
    "abstract_element": "--corner.graphs a",
    "no_alternatives": "--corner.lonely",
    "no_alternatives_unknown": "--corner.lonely MLP",
    "empty_list": "--corner.files",
    "empty_list_of_dataclasses": "--corner.steps",
    "two_parameters": "--same.x 3",
    "many_choices": "--corner.hour 30",
    "plain_too_few": "--export_dir",
    "plain_wrong": "--limit ten",
    "plain_choice": "--format xmll",
    "plain_twice": "--limit 1 --limit 2",
    "plain_unknown": "--exprt_dir a",
    "config_without_file": "--config",
    "show_and_print_config": "--show --print_config --limit 1",
    "print_config_of_no_kind": "--print_config=all",
    "print_config_misspelt": "--print_config dif",
    "value_of_switch": "--show=yes",
}


def make_corner_parser():
    parser = TFAIPArgumentParser(prog="tfaip-lav")
    parser.add_argument("--export_dir", nargs="+")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--format", choices=["json", "xml"])
    parser.add_root_argument("corner", c.CornerParams)
    return parser


KEPT = {
    "kept_value": "--trainer.epochs 8 --trainer.scale 1.0",
    "kept_class": "--optimizer RMSprop --optimizer.rho 2",
    "kept_below": "--device.gpus 1",
    "kept_and_others": "--trainer.epochs 8 --trainer.scale x --foo 3 --optimizer RMSprop",
}


def make_keeping_parser():
    parser = make_parser()
    paths = ["trainer.epochs", "trainer.scale", "trainer.optimizer.__cls__", "trainer.device.*"]
    parser.keep(KeptParameter(path, "here: the run has it", "start anew.") for path in paths)
    return parser


def make_parser():
    parser = TFAIPArgumentParser(prog="tfaip-train", description="Train a scenario.")
    parser.add_argument("scenario_selection", help="The scenario: package.module:Class, package.module or package")
    parser.add_root_argument("trainer", t.TrainerParams, t.TrainerParams(epochs=7))
    return parser


def block(parser, name, line, *words):
    try:
        parser.parse_args([*words, *line.split()])
    except ParameterErrors as e:
        return f"## {name}: {line}\n{e}\n"
    return f"## {name}: {line}\n(no mistake)\n"


def messages():
    blocks = []
    for name, line in MISTAKES.items():
        blocks.append(block(make_parser(), name, line, "scen"))
    for name, line in CORNERS.items():
        blocks.append(block(make_corner_parser(), name, line))
    for name, line in KEPT.items():
        blocks.append(block(make_keeping_parser(), name, line, "scen"))
    for name, args in {"missing_positional": [], "misspelt_help": ["--hlep"], "missing_required": ["s"]}.items():
        parser = TFAIPArgumentParser(prog="tfaip-train")
        parser.add_argument("scenario_selection", help="The scenario")
        parser.add_root_argument("trainer", t.TrainerParams)
        try:
            parser.parse_plain_args(args)
            parser.parse_args(args)
        except ParameterErrors as e:
            blocks.append(f"## {name}: {' '.join(args)}\n{e}\n")
    return "\n".join(blocks)


TOPICS = {
    "help_of_choice.txt": "--optimizer RMSprop --model.graph CNN --model.graph",
    "help_of_list.txt": "--data.processors",
    "help_of_flag.txt": "--trainer.epochs",
}


def help_text(line, parser=None):
    words = [] if parser else ["scen"]
    parser = parser or make_parser()
    printed = []
    parser._print_message = lambda text, file=None: printed.append(text)
    with pytest.raises(SystemExit):
        parser.parse_args([*words, *line.split(), "--help"])
    return "".join(printed)


def snapshots():
    return {
        "messages.txt": messages(),
        "help_default.txt": help_text(""),
        "help_cnn.txt": help_text("--model.graph CNN --optimizer RMSprop --data.processors Name Scale"),
        **{name: help_text(line) for name, line in TOPICS.items()},
        "help_corners.txt": help_text("", make_corner_parser()),
    }


@pytest.fixture(autouse=True)
def fixed_width(monkeypatch):
    monkeypatch.setattr(parser_module, "terminal_width", lambda: 100)


@pytest.mark.parametrize("name", ["messages.txt", "help_default.txt", "help_cnn.txt", "help_corners.txt", *TOPICS])
def test_texts_are_those_of_the_snapshot(name):
    assert snapshots()[name] == (SNAPSHOTS / name).read_text(encoding="utf-8")


def test_help_fits_the_width(monkeypatch):
    for width in (60, 100):
        monkeypatch.setattr(parser_module, "terminal_width", lambda width=width: width)
        assert max(map(len, help_text("").splitlines())) <= width


def test_help_shows_what_applies_to_the_choice():
    assert "--model.graph.nodes" in help_text("")
    chosen = help_text("--model.graph CNN")
    assert "--model.graph.filters" in chosen
    assert "--model.graph.nodes" not in chosen


def test_several_mistakes_are_reported_together():
    with pytest.raises(ParameterErrors) as error:
        make_parser().parse_args(["scen", *MISTAKES["many"].split()])
    assert len(error.value.mistakes) == 4
    assert str(error.value).startswith("The command line has 4 mistakes.")


@pytest.mark.parametrize("module", sorted(path.name for path in SOURCES.glob("*.py")))
def test_every_message_stands_in_the_snapshot(module):
    frozen = "".join(path.read_text(encoding="utf-8") for path in sorted(SNAPSHOTS.glob("*.txt")))
    assert missing_parts(SOURCES / module, frozen) == [], "add a line with this mistake to MISTAKES or CORNERS"


def test_help_of_an_unknown_flag_is_a_mistake():
    with pytest.raises(ParameterErrors, match=r"Unknown flag --modl\.graph(.|\n)*Did you mean --model\.graph"):
        make_parser().parse_args(["scen", "--modl.graph", "--help"])


if __name__ == "__main__":
    parser_module.terminal_width = lambda: 100
    SNAPSHOTS.mkdir(exist_ok=True)
    for file_name, text in snapshots().items():
        (SNAPSHOTS / file_name).write_text(text, encoding="utf-8")
