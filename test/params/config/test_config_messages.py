# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The messages about configuration files are frozen: change `snapshots/messages.txt` only on purpose.

Run ``python -m test.params.config.test_config_messages`` to write them anew, then read the difference.
"""

import contextlib
import os
import pathlib
import tempfile

import pytest

from test.params import cli_tree as t
from test.params import corner_tree as c
from test.params.config.parsing import make_parser, mistakes
from tfaip.params.config import reader, yamltext
from tfaip.util.tfaipargparse import ParameterErrors, TFAIPArgumentParser

SNAPSHOT = pathlib.Path(__file__).parent / "snapshots" / "messages.txt"

# name: the content of a.yaml (or of the files by name), and further flags
MISTAKES = {
    "unknown_key": ("trainer:\n  epoch: 3\n", ""),
    "unknown_key_dotted": ("model.graph.node: [3]", ""),
    "unknown_root": ("trainr: {epochs: 3, scale: 4}", ""),
    "unknown_key_wrong_place": ("trainer: {n_classes: 3}", ""),
    "unknown_key_far": ("trainer:\n  gen: {xyzzy: 3}", ""),
    "wrong_int": ("trainer:\n  epochs: ten", ""),
    "wrong_int_float": ("trainer: {epochs: 1.5}", ""),
    "wrong_bool": ("trainer: {force_eager: yes}", ""),
    "wrong_float": ("trainer: {scale: inf}", ""),
    "wrong_text": ("trainer: {output_dir: 5}", ""),
    "wrong_null": ("trainer: {epochs: null}", ""),
    "wrong_list_item": ("device:\n  gpus:\n    - 0\n    - one\n", ""),
    "wrong_list_items": ("device:\n  gpus: [a, 1,\n    b]\n", ""),
    "wrong_items_of_lists": ("trainer: {matrix: [[1, a], [b]]}", ""),
    "wrong_items_of_dict": ("trainer: {weights: {a: x, b: y}}", ""),
    "very_many_wrong_items": ("device:\n  gpus: [a, b, c, d, e, f, g, h]\n", ""),
    "wrong_list": ("trainer: {profile_steps: 3}", ""),
    "wrong_text_of_class": ("data: {charmap: [a]}", ""),
    "true_is_no_number": ("trainer: {stop: {n: true}}", ""),
    "wrong_tuple": ("trainer: {pair: [1]}", ""),
    "wrong_dict": ("trainer:\n  weights:\n    a: 1\n    b: x\n", ""),
    "wrong_leaf_mapping": ("trainer: {epochs: {a: 3}}", ""),
    "below_a_leaf": ("trainer.epochs.a: 3", ""),
    "unknown_enum": ("trainer: {mode: evalution}", ""),
    "unknown_enum_in_set": ("trainer: {modes: [trainin]}", ""),
    "unknown_choice": ("model: {graph: CN}", ""),
    "unknown_choice_cls": ("model:\n  graph:\n    __cls__: CN\n    filters: [3]", ""),
    "unknown_value_choice": ("model: {graph: {activation: relo}}", ""),
    "unknown_class": ("model: {graph: 'test.params.cli_tree:Cnn'}", ""),
    "not_a_subclass": ("model: {graph: {__cls__: test.params.cli_tree:IntVec}}", ""),
    "wrong_cls": ("model: {graph: {__cls__: 5}}", ""),
    "number_for_dataclass": ("model: {graph: 5}", ""),
    "list_for_dataclass": ("trainer:\n  device: [1, 2]", ""),
    "null_for_dataclass": ("model: {graph: null}", ""),
    "fixed_class": ("trainer: {gen: {setup: {val: Foo}}}", ""),
    "fixed_class_cls": ("trainer: {gen: {setup: {__cls__: Foo}}}", ""),
    "unknown_field_of_choice": ("model.graph.foo: 3", ""),
    "unknown_field_of_element": ("data: {processors: {0: {foo: 3}}}", ""),
    "unknown_field_with_many_others": ("trainer: {xyzzy: 3}", ""),
    "key_as_written": ("trainer: {force-eagr: 3}", ""),
    "key_of_leaf_as_written": ("trainer.epochs.a-b.c: 3", ""),
    "dashes": ("--trainer.epochs: 3", ""),
    "dashes_of_mapping": ("--trainer: {epochs: 3}", ""),
    "dashes_inside": ("trainer: {-epochs: 3}", ""),
    "other_choice": ("model:\n  graph:\n    filters: [3]", ""),
    "other_choice_chosen": ("optimizer: {__cls__: Adam, rho: 3}", ""),
    "other_choice_none": ("trainer.stop.n: 3", ""),
    "no_such_element": ("data: {processors: {1: {factor: 3}}}", ""),
    "no_such_element_of_list": ("data.processors.x: 3", ""),
    "no_elements": ("data: {processors: []}\ndata.processors.0.factor: 3", ""),
    "no_elements_of_dict": ("data.named.b.factor: 3", ""),
    "no_such_element_of_dict": ("data: {named: {a: Scale}}\ndata.named.b.factor: 3", ""),
    "wrong_group": ("data: {processors: 3}", ""),
    "wrong_group_dict": ("data: {named: [Scale]}", ""),
    "unknown_element_choice": ("data:\n  processors:\n    - Scale\n    - Nme\n", ""),
    "element_of_dict_without_class": ("data: {named: {a: {factor: 3}}}", ""),
    "element_of_abstract": ("data: {processors: [{factor: 3}]}", ""),
    "too_many_tuple_values": ("model: {kernel: [1, 2, 3]}", ""),
    "twice_in_yaml": ("trainer:\n  epochs: 3\n  scale: 1\n  epochs: 4\n", ""),
    "twice_in_json": ({"a.json": '{"trainer": {"epochs": 3,\n "epochs": 4}}'}, ""),
    "twice_by_alias": ("optimizer: Adam\ntrainer: {optimizer: RMSprop}", ""),
    "twice_by_spelling": ("trainer: {force_eager: true, force-eager: false}", ""),
    "refused": ("train: {batch_size: 0}", ""),
    "not_yaml": ("trainer: {epochs: 3\nmodel: 3", ""),
    "not_yaml_tab": ("trainer:\n\tepochs: 3", ""),
    "not_yaml_anchor": ("trainer: *a", ""),
    "two_documents": ("a: 1\n---\nb: 2", ""),
    "control_character": ("trainer:\n  output_dir: a\x01b", ""),
    "python_tag": ("trainer:\n  epochs: !!python/object/apply:os.system [ls]", ""),
    "own_tag": ("trainer: {epochs: !int 3}", ""),
    "timestamp_tag": ("trainer: {output_dir: !!timestamp 2001-01-01}", ""),
    "wrong_tag": ("trainer: {epochs: !!int x}", ""),
    "key_is_no_text": ("trainer: {[1, 2]: 3}", ""),
    "merge_of_no_mapping": ("trainer: {<<: 3}", ""),
    "recursive_alias": ("trainer: &a\n  device: *a", ""),
    "not_json": ({"a.json": '{"trainer": {\n  "epochs": 3,}}'}, ""),
    "no_mapping": ("- trainer", ""),
    "no_mapping_json": ({"a.json": "[1]"}, ""),
    "no_such_file": ({}, ""),
    "directory": ({"a.yaml": None}, ""),
    "not_utf8": ({"a.yaml": b"a: \xff"}, ""),
    "newer_schema": ("tfaip_schema: 99\ntrainer: {epoch: 3}", ""),
    "wrong_schema_text": ("tfaip_schema: '2'", ""),
    "wrong_schema": ("tfaip_schema: new", ""),
    "parameter_file": ({"a.json": '{"epochs": 3, "__cls__": "tfaip.trainer.params:TrainerParams"}'}, ""),
    "after_failed_choice": ("model: {graph: {__cls__: RNN, cells: 3}}", ""),
    "print_config": ("", "--print_config=dif"),
    "no_file": (None, "--config"),
    "many": (
        {"a.yaml": "trainer: {epoch: 3}\nmodel: {graph: RNN}\n", "b.json": '{"trainer": {"scale": "x"}}'},
        "--trainer.epochs ten --trainer.pairs 3",
    ),
    "broken_file_and_others": ({"a.yaml": "a: [", "b.yaml": "trainer: {epochs: x}"}, "--trainer.scale x"),
    # a file that cannot be read may make the choices on which other files and the line rely
    "broken_file_with_a_choice": (
        {"a.yaml": "model: {graph: CNN}\nmodel: {}\n", "b.yaml": "model.graph.filters: [3]\ntrainer.epoch: 3"},
        "--model.graph.dense 3 --model.graph.foo 4 --trainer.scal 3",
    ),
}

# of another tree
CORNERS = {
    "number_as_text": ("trainer: {hour: '2'}", ""),
    "no_such_number": ("trainer: {hour: 30}", ""),
    "element_of_abstract_class": ("trainer: {graphs: {a: {nodes: [3]}}}", ""),
}


def text_of(name, case, parser=None):
    files, flags = case
    files = {"a.yaml": files} if isinstance(files, str) else files
    args = flags.split()
    if files is not None:
        for file, content in files.items():
            if content is None:
                os.mkdir(file)
            else:
                pathlib.Path(file).write_bytes(content if isinstance(content, bytes) else content.encode())
        args = ["--config", *(files or {"a.yaml": ""}), *args]
    try:
        (parser or make_parser()).parse_args(args)
    except ParameterErrors as e:
        return f"## {name}\n{e}\n"
    return f"## {name}\n(no mistake)\n"


def messages():
    blocks = []
    for name, case in MISTAKES.items():
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            blocks.append(text_of(name, case))
    for name, case in CORNERS.items():
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            blocks.append(text_of(name, case, make_parser(cls=c.CornerParams, ignore_required=True)))
    return "\n".join(blocks)


def test_messages_are_those_of_the_snapshot():
    assert messages() == SNAPSHOT.read_text(encoding="utf-8")


def test_every_mistake_in_a_file_names_its_line():
    for name, (files, flags) in MISTAKES.items():
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            text = text_of(name, (files, flags))
        assert "(no mistake)" not in text, name
        if isinstance(files, str) and name != "print_config":
            assert "a.yaml:" in text, name


def test_mistakes_of_the_line_and_of_all_files_are_reported_together(tmp_path):
    (tmp_path / "a.yaml").write_text("trainer: {epoch: 3}\nmodel: {graph: RNN}\n")
    (tmp_path / "b.json").write_text('{"trainer": {"scale": "x"}}')
    args = ["--config", str(tmp_path / "a.yaml"), str(tmp_path / "b.json"), "--trainer.epochs", "ten", "--foo", "1"]
    found = mistakes(make_parser(), args)
    assert len(found) == 5
    assert sum(mistake.where is not None for mistake in found) == 3


def test_a_key_of_several_parameters_asks_for_the_path(tmp_path):
    parser = TFAIPArgumentParser()
    parser.add_root_argument("a", t.LAVParams)
    parser.add_root_argument("b", t.LAVParams)
    (tmp_path / "a.yaml").write_text("pipeline: {batch_size: 3}")
    found = mistakes(parser, ["--config", str(tmp_path / "a.yaml")])
    assert [(m.what, m.expected) for m in found] == [
        ("pipeline.batch_size names several parameters.", "a.pipeline.batch_size or b.pipeline.batch_size")
    ]


def test_an_ignored_part_cannot_be_set(tmp_path):
    parser = TFAIPArgumentParser()
    parser.add_root_argument("lav", t.LAVParams, ignore=["pipeline"])
    (tmp_path / "a.yaml").write_text("lav: {pipeline: {batch_size: 3}}")
    assert [m.what for m in mistakes(parser, ["--config", str(tmp_path / "a.yaml")])] == [
        "lav.pipeline cannot be set here."
    ]


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(9)
)


def test_a_file_that_unfolds_is_refused_soon(tmp_path, monkeypatch):
    monkeypatch.setattr(yamltext, "MAX_VALUES", 1000)
    (tmp_path / "bomb.yaml").write_text(BOMB)
    found = mistakes(make_parser(), ["--config", str(tmp_path / "bomb.yaml")])
    assert [m.what for m in found] == ["The file has more than 1000 values, with those that its aliases repeat."]


@pytest.mark.parametrize("suffix", ["json", "yaml"])
@pytest.mark.parametrize("depth", [120, 300, 450])
def test_levels_count_however_they_are_written(tmp_path, suffix, depth):
    file = tmp_path / f"config.{suffix}"
    for text in ('{"trainer": ' + '{"a": ' * depth + "1" + "}" * depth + "}", '{"trainer.' + "a." * depth + 'b": 1}'):
        file.write_text(text)
        found = mistakes(make_parser(), ["--config", str(file)])
        assert [m.what for m in found] == ["The configuration file is nested too deeply."]


@pytest.mark.parametrize("value", ["0x" + "f" * 6000, "9" * 6000])
@pytest.mark.parametrize("name", ["epochs", "optimizer", "nothing"])
@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_a_number_of_too_many_digits_is_a_mistake(tmp_path, suffix, name, value):
    file = tmp_path / f"config.{suffix}"
    file.write_text(f'{{"trainer": {{"{name}": {value}}}}}')
    assert mistakes(make_parser(), ["--config", str(file)])


def test_no_more_of_a_file_without_end_is_read_than_may_be(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "MAX_BYTES", 10)
    found = mistakes(make_parser(), ["--config", "/dev/zero"])
    assert [m.what for m in found] == ["The configuration file is too large."]


def test_a_large_or_deep_file_is_refused(tmp_path, monkeypatch):
    for name in ("deep.yaml", "deep.json"):
        (tmp_path / name).write_text("[" * 100_000 if name.endswith("json") else "[" * 5000)
        found = mistakes(make_parser(), ["--config", str(tmp_path / name)])
        assert [m.what for m in found] == ["The configuration file is nested too deeply."]
    monkeypatch.setattr(reader, "MAX_BYTES", 10)
    (tmp_path / "large.yaml").write_text("trainer: {epochs: 3}")
    assert "too large" in mistakes(make_parser(), ["--config", str(tmp_path / "large.yaml")])[0].what


@pytest.mark.parametrize("tag", ["!!python/name:os.system", "!!python/module:os", "!!python/object/new:os.system [x]"])
def test_nothing_in_a_file_runs(tmp_path, tag):
    (tmp_path / "a.yaml").write_text(f"trainer:\n  output_dir: {tag}\n")
    assert "cannot be read" in mistakes(make_parser(), ["--config", str(tmp_path / "a.yaml")])[0].what


if __name__ == "__main__":
    SNAPSHOT.parent.mkdir(exist_ok=True)
    SNAPSHOT.write_text(messages(), encoding="utf-8")
