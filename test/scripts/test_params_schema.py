# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""tfaip-params schema describes the configuration files of real scenarios."""

import json

import pytest

from test.params.config.parsing import printed
from test.params.schema.validation import messages, values_of
from tfaip.scenario.importing import import_scenario
from tfaip.scripts.params import main
from tfaip.scripts.scenarioparser import SCENARIO_PROGRAMS, create_scenario_parser
from tfaip.util.errors import UserError

TINY = "test.tinyscenario.scenario:TinyScenario"
PLAIN = {
    "tfaip-train": [TINY],
    "tfaip-benchmark-input-pipeline": [TINY],
    "tfaip-train-from-params": ["file"],
    "tfaip-resume-training": ["dir"],
    "tfaip-lav": ["--export_dir", "dir"],
    "tfaip-multi-lav": ["--export_dirs", "dir"],
    "tfaip-predict": ["--export_dir", "dir"],
    "tfaip-serve": ["--export_dir", "dir"],
    "tfaip-export": ["dir", "--output", "new"],
    "tfaip-adapt-exported-model": ["dir", "--output_dir", "new"],
}
SCENARIOS = [
    "waves.scenario:WaveScenario",
    "examples.tutorial.min",
    "examples.tutorial.full",
    "templates.general",
    "templates.listfile",
]


def schema_of(capsys, *args):
    assert main(["schema", *args]) == 0
    return json.loads(capsys.readouterr().out)


def check(schema, scenario, program, tmp_path):
    """What the program prints is valid, and no longer if a letter of a key is wrong."""
    import jsonschema

    jsonschema.Draft202012Validator.check_schema(schema)
    parser = create_scenario_parser(program, import_scenario(scenario))
    text = printed(parser, [*PLAIN[program], "--print_config"])
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    values = values_of(path)
    assert len(str(values)) > 100
    assert messages(schema, values) == []
    root = next(key for key in values if key != "tfaip_schema")
    assert messages(schema, {**values, root: {**values[root], "epochz": 1}})


@pytest.mark.parametrize(
    "program",
    [pytest.param(name, marks=() if name == "tfaip-train" else pytest.mark.slow) for name in SCENARIO_PROGRAMS],
)
def test_each_program_has_a_schema_that_its_printed_configuration_fulfils(capsys, tmp_path, program):
    schema = schema_of(capsys, TINY, "--program", program)
    assert schema["$id"] == f"urn:tfaip:{program}:test.tinyscenario.scenario:TinyScenario"
    check(schema, TINY, program, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_schemas_of_all_scenarios_hold_for_what_is_printed(capsys, tmp_path, scenario):
    for program in ("tfaip-train", "tfaip-lav", "tfaip-predict"):
        check(schema_of(capsys, scenario, "--program", program), scenario, program, tmp_path)


def test_the_schema_is_written_to_a_file_as_a_whole(capsys, tmp_path):
    path = tmp_path / "schema.json"
    assert main(["schema", TINY, "--output", str(path)]) == 0
    assert capsys.readouterr().out == ""
    assert json.loads(path.read_text()) == schema_of(capsys, TINY)
    with pytest.raises(UserError, match="cannot be written"):
        main(["schema", TINY, "--output", str(tmp_path / "missing" / "schema.json")])


def test_mistakes_are_told(capsys):
    with pytest.raises(UserError, match="no module"):
        main(["schema", "no_such_scenario_at_all"])
    with pytest.raises(UserError, match="tfaip-lav"):
        main(["schema", TINY, "--program", "tfaip-lvv"])
