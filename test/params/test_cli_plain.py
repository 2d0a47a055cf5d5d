# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Plain arguments stand among the flags of parameters, and help and show end the program."""

import json

import pytest

from test.params import cli_tree as t
from tfaip.util.tfaipargparse import ParameterErrors, TFAIPArgumentParser


def train_parser(**kwargs):
    parser = TFAIPArgumentParser(prog="tfaip-train", description="Train a scenario.", **kwargs)
    parser.add_argument("scenario_selection", help="The scenario to train")
    return parser


def lav_parser():
    parser = TFAIPArgumentParser(prog="tfaip-lav")
    parser.add_argument("--export_dir", required=True, help="The exported model")
    parser.add_argument("--run_eagerly", action="store_true")
    parser.add_argument("--number", type=int, default=3)
    parser.add_argument("--kind", choices=["a", "b"])
    parser.add_argument("--gpus", nargs="+", type=int)
    parser.add_root_argument("lav", t.LAVParams)
    return parser


@pytest.mark.parametrize(
    "line",
    [
        "scen --trainer.epochs 3 --device.gpus 1 2",
        "--trainer.epochs=3 scen --device.gpus 1 2",
        "--trainer.epochs 3 --device.gpus 1 2 -- scen",
    ],
)
def test_the_positional_may_stand_before_or_behind_the_flags(line):
    parser = train_parser()
    plain, rest = parser.parse_plain_args(line.split())
    assert plain.scenario_selection == "scen"
    assert rest == ["--trainer.epochs", "3", "--device.gpus", "1", "2"]
    parser.add_root_argument("trainer", t.TrainerParams, t.TrainerParams())
    args = parser.parse_args(line.split())
    assert (args.scenario_selection, args.trainer.epochs, args.trainer.device.gpus) == ("scen", 3, [1, 2])


@pytest.mark.parametrize(
    "line", ["--trainer.epochs 3 scen --device.gpus 1 2", "--trainer.epochs 3 --device.gpus 1 2 scen"]
)
def test_a_predicate_finds_the_positional_behind_values(line):
    parser = train_parser()
    plain, rest = parser.parse_plain_args(line.split(), is_positional=lambda word: word == "scen")
    assert plain.scenario_selection == "scen"
    assert rest == ["--trainer.epochs", "3", "--device.gpus", "1", "2"]
    parser.add_root_argument("trainer", t.TrainerParams, t.TrainerParams())
    assert parser.parse_args(line.split()).trainer.device.gpus == [1, 2]


def test_a_missing_positional_is_reported_with_the_usage():
    with pytest.raises(ParameterErrors) as error:
        train_parser().parse_plain_args(["--trainer.epochs", "3"])
    assert "scenario_selection is required." in str(error.value)
    assert "usage: tfaip-train scenario_selection [--FLAG VALUE ...]" in str(error.value)


def test_help_without_the_positional_prints_the_help_and_ends_well(capsys):
    with pytest.raises(SystemExit) as end:
        train_parser().parse_plain_args(["--help"])
    assert end.value.code == 0
    out = capsys.readouterr().out
    assert "Train a scenario." in out
    assert "The scenario to train" in out


@pytest.mark.parametrize("line", ["scen --help", "--help scen", "-h scen"])
def test_help_with_the_positional_waits_for_the_parameters(line, capsys):
    parser = train_parser()
    assert parser.parse_plain_args(line.split())[0].scenario_selection == "scen"
    parser.add_root_argument("trainer", t.TrainerParams, t.TrainerParams(epochs=7))
    with pytest.raises(SystemExit) as end:
        parser.parse_args(line.split())
    assert end.value.code == 0
    assert "(default: 7)" in capsys.readouterr().out


def test_plain_options_keep_their_types_and_defaults():
    args = lav_parser().parse_args(["--export_dir", "d", "--run-eagerly", "--gpus", "1", "2", "--pipeline.limit", "4"])
    assert (args.export_dir, args.run_eagerly, args.number, args.kind, args.gpus) == ("d", True, 3, None, [1, 2])
    assert args.lav.pipeline.limit == 4


def test_wrong_plain_options_are_reported_together():
    with pytest.raises(ParameterErrors) as error:
        lav_parser().parse_args(["--number", "x", "--kind", "c", "--lav.silent", "maybe"])
    assert [m.what for m in error.value.mistakes] == [
        "--number has a wrong value.",
        "--kind has no such choice.",
        "--lav.silent has a wrong value.",
        "--export_dir is required.",
    ]


def test_surplus_words_are_reported():
    with pytest.raises(ParameterErrors, match="belong to no flag") as error:
        train_parser().parse_plain_args(["scen", "other"])
    assert error.value.mistakes[0].got == "other"


def test_a_second_value_of_a_plain_option_is_the_positional():
    parser = train_parser()
    parser.add_argument("--time_limit", type=int)
    assert parser.parse_plain_args(["--time_limit", "1", "scen"])[0].scenario_selection == "scen"


def test_show_prints_the_parameters_as_json_and_ends(capsys):
    with pytest.raises(SystemExit) as end:
        lav_parser().parse_args(["--export_dir", "d", "--show", "--lav.silent", "yes"])
    assert end.value.code == 0
    out = capsys.readouterr().out
    assert 'export_dir = "d"' in out
    assert json.loads(out[out.index("lav = ") + 6 :])["silent"] is True


def test_no_plain_argument_ends_the_process_on_a_mistake():
    parser = TFAIPArgumentParser()
    parser.add_argument("--a", nargs=2)
    with pytest.raises(ParameterErrors, match="too few values"):
        parser.parse_args(["--a", "1"])


def test_the_line_of_the_process_is_the_default(monkeypatch):
    monkeypatch.setattr("sys.argv", ["tfaip-train", "scen"])
    assert train_parser().parse_plain_args()[0].scenario_selection == "scen"
