# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The messages of the command line and its help are frozen: change `snapshots/*.txt` only on purpose.

Run ``python -m test.params.test_cli_messages`` to write them anew, then read the difference.
"""

import pathlib

import pytest

from test.params import cli_tree as t
from tfaip.params.cli import parser as parser_module
from tfaip.util.tfaipargparse import ParameterErrors, TFAIPArgumentParser

SNAPSHOTS = pathlib.Path(__file__).parent / "snapshots"

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
    "many": "--trainer.epoch 3 --trainer.scale x --model.graph RNN --trainer.force_eager maybe",
}


def make_parser():
    parser = TFAIPArgumentParser(prog="tfaip-train", description="Train a scenario.")
    parser.add_argument("scenario_selection", help="The scenario: package.module:Class, package.module or package")
    parser.add_root_argument("trainer", t.TrainerParams, t.TrainerParams(epochs=7))
    return parser


def messages():
    blocks = []
    for name, line in MISTAKES.items():
        try:
            make_parser().parse_args(["scen", *line.split()])
        except ParameterErrors as e:
            blocks.append(f"## {name}: {line}\n{e}\n")
        else:
            blocks.append(f"## {name}: {line}\n(no mistake)\n")
    for name, args in {"missing_positional": [], "missing_required": ["s"]}.items():
        parser = TFAIPArgumentParser(prog="tfaip-train")
        parser.add_argument("scenario_selection", help="The scenario")
        parser.add_root_argument("trainer", t.TrainerParams)
        try:
            parser.parse_plain_args(args)
            parser.parse_args(args)
        except ParameterErrors as e:
            blocks.append(f"## {name}: {' '.join(args)}\n{e}\n")
    return "\n".join(blocks)


def help_text(line):
    parser = make_parser()
    printed = []
    parser._print_message = lambda text, file=None: printed.append(text)
    with pytest.raises(SystemExit):
        parser.parse_args(["scen", *line.split(), "--help"])
    return "".join(printed)


def snapshots():
    return {
        "messages.txt": messages(),
        "help_default.txt": help_text(""),
        "help_cnn.txt": help_text("--model.graph CNN --optimizer RMSprop --data.processors Name Scale"),
    }


@pytest.fixture(autouse=True)
def fixed_width(monkeypatch):
    monkeypatch.setattr(parser_module, "terminal_width", lambda: 100)


@pytest.mark.parametrize("name", ["messages.txt", "help_default.txt", "help_cnn.txt"])
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


if __name__ == "__main__":
    parser_module.terminal_width = lambda: 100
    SNAPSHOTS.mkdir(exist_ok=True)
    for file_name, text in snapshots().items():
        (SNAPSHOTS / file_name).write_text(text, encoding="utf-8")
