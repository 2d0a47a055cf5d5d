# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``--help`` explains every flag, and does not hide the mistakes of the line."""

import pytest

from test.params import cli_tree as t
from tfaip.params.cli import parser as parser_module
from tfaip.util.tfaipargparse import ParameterErrors, TFAIPArgumentParser

PLAIN = {
    "--trust": "--trust PACKAGE [PACKAGE ...] Let files name its code.\n",
    "--kind": "--kind KIND The kind. Choices: a, b.\n",
    "--dry-run": "--dry_run Only try it\n",
    "--config": "--config FILE [FILE ...] Read parameters of YAML or JSON files; later ones win, and the other flags "
    "win over all.\n",
    "--print_config": "--print_config [diff] Write the parameters as YAML, or only what differs from the defaults, and "
    "end.\n",
    "--show": "--show Print the parsed parameters and end.\n",
}


@pytest.fixture(autouse=True)
def fixed_width(monkeypatch):
    monkeypatch.setattr(parser_module, "terminal_width", lambda: 400)


def make_parser(with_roots=True):
    parser = TFAIPArgumentParser(prog="tfaip-train", description="Train a scenario.")
    parser.add_argument("scenario", help="The scenario")
    parser.add_argument("--trust", nargs="+", metavar="PACKAGE", help="Let files name its code.")
    parser.add_argument("--kind", choices=["a", "b"], help="The kind")
    parser.add_argument("--dry_run", action="store_true", help="Only try it")
    if with_roots:
        parser.add_root_argument("trainer", t.TrainerParams)
    return parser


def printed(capsys, line, parse="parse_args", with_roots=True, mistakes=()):
    """Return the help that a line prints, which ends well or with mistakes."""
    parser = make_parser(with_roots)
    with pytest.raises((SystemExit, ParameterErrors)) as end:
        getattr(parser, parse)(line.split())
    if mistakes:
        assert [mistake.what for mistake in end.value.mistakes] == list(mistakes)
    else:
        assert end.value.code == 0
    return capsys.readouterr().out


def flat(text):
    return " ".join(text.split()) + "\n"


@pytest.mark.parametrize("flag", PLAIN)
def test_the_help_of_a_plain_flag_explains_it(capsys, flag):
    assert flat(printed(capsys, f"scen {flag} --help")) == PLAIN[flag]


@pytest.mark.parametrize("flag", PLAIN)
@pytest.mark.parametrize("words", ["", "scen "])
def test_the_help_of_a_plain_flag_needs_no_tree(capsys, flag, words):
    line = f"{words}{flag} --help"
    assert flat(printed(capsys, line, parse="parse_plain_args", with_roots=False)) == PLAIN[flag]


def test_the_help_of_plain_flags_and_of_those_of_the_tree_go_together(capsys):
    text = flat(printed(capsys, "scen --trust --help --trainer.epochs --help"))
    assert "--trust PACKAGE" in text
    assert "--trainer.epochs INT" in text


def test_the_help_without_scenario_lists_the_flags_for_configuration_files(capsys):
    text = printed(capsys, "--help", parse="parse_plain_args", with_roots=False)
    assert "--config FILE [FILE ...]" in text
    assert "--print_config [diff]" in text


def test_a_parser_that_never_has_trees_does_not_list_them():
    parser = TFAIPArgumentParser(prog="tfaip-params")
    assert "--config" not in parser.format_help()
    assert "--config" not in TFAIPArgumentParser(add_config=False).format_help()


@pytest.mark.parametrize(
    ("line", "mistakes", "part"),
    [
        ("scen --model.graph Bogus --help", ["--model.graph has no such choice."], "--trainer.epochs INT"),
        ("scen --help --trainer.epochs ten", ["--trainer.epochs has a wrong value."], "--trainer.epochs INT"),
        ("scen --trainer.epoch 3 --model.graph --help", ["Unknown flag --trainer.epoch."], "--model.graph MLP"),
        ("scen --kind c --help", ["--kind has no such choice."], "--trainer.epochs INT"),
        ("scen --trainer.epochs --trust --help", ["--trainer.epochs has a wrong value."], "--trust PACKAGE"),
        ("scen --modl --help --trust --help", ["Unknown flag --modl."], "--trust PACKAGE"),
    ],
)
def test_a_mistake_is_told_below_the_help(capsys, line, mistakes, part):
    assert part in printed(capsys, line, mistakes=mistakes)


def test_a_mistake_is_told_below_the_help_without_scenario(capsys):
    mistakes = ["--kind has no such choice."]
    text = printed(capsys, "--kind c --help", parse="parse_plain_args", with_roots=False, mistakes=mistakes)
    assert "Train a scenario." in text


def test_a_mistake_in_a_configuration_is_told_below_the_help(capsys, tmp_path):
    (tmp_path / "a.yaml").write_text("trainer: {epoch: 3}")
    mistakes = ["Unknown key trainer.epoch."]
    assert "--trainer.epochs INT" in printed(capsys, f"scen --config {tmp_path}/a.yaml --help", mistakes=mistakes)


def test_what_is_missing_is_no_mistake_of_a_help(capsys):
    assert "--trainer.output_dir" in printed(capsys, "--help")
