# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The command line sets every kind of parameter."""

from dataclasses import dataclass, field

import pytest
from paiargparse import pai_dataclass, pai_meta

from test.params import cli_tree as t
from tfaip.util.tfaipargparse import ParameterErrors, TFAIPArgumentParser


def parse(line, default=None, **kwargs):
    parser = TFAIPArgumentParser(prog="prog", **kwargs)
    parser.add_root_argument("trainer", t.TrainerParams, t.TrainerParams() if default is None else default)
    return parser.parse_args(line.split() if isinstance(line, str) else line).trainer


def mistakes(line, **kwargs):
    with pytest.raises(ParameterErrors) as error:
        parse(line, **kwargs)
    return [mistake.what for mistake in error.value.mistakes]


def test_without_flags_the_default_comes_back_as_a_new_object():
    default = t.TrainerParams(epochs=3, optimizer=t.RMSpropOptimizer(rho=0.1), profile_steps=[1])
    parsed = parse("", default)
    assert parsed == default
    assert parsed is not default
    assert parsed.profile_steps is not default.profile_steps


@pytest.mark.parametrize(
    ("line", "path", "value"),
    [
        ("--trainer.epochs 5", "epochs", 5),
        ("--trainer.epochs=5", "epochs", 5),
        ("--trainer.epochs -5", "epochs", -5),
        ("--trainer.scale -1e-5", "scale", -1e-5),
        ("--trainer.scale -.5", "scale", -0.5),
        ("--trainer.scale -inf", "scale", float("-inf")),
        ("--trainer.force_eager true", "force_eager", True),
        ("--trainer.force-eager Yes", "force_eager", True),
        ("--trainer.force_eager 1", "force_eager", True),
        ("--trainer.force_eager", "force_eager", True),
        ("--trainer.force_eager no", "force_eager", False),
        ("--trainer.force_eager 0", "force_eager", False),
        ("--trainer.output_dir d", "output_dir", "d"),
        ("--trainer.output_dir=--d", "output_dir", "--d"),
        ("--trainer.output_dir None", "output_dir", None),
        ("--trainer.mode evaluation", "mode", t.Mode.EVALUATION),
        ("--trainer.mode EVALUATION", "mode", t.Mode.EVALUATION),
        ("--trainer.modes training PREDICTION", "modes", {t.Mode.TRAINING, t.Mode.PREDICTION}),
        ("--trainer.profile_steps 1 -2 3", "profile_steps", [1, -2, 3]),
        ("--trainer.profile_steps", "profile_steps", []),
        ("--trainer.pair 2 0.1", "pair", (2, 0.1)),
        ("--trainer.extents 1 2 3", "extents", (1, 2, 3)),
        ("--trainer.extents", "extents", ()),
        ("--trainer.save_freq 3", "save_freq", 3),
        ("--trainer.save_freq batch", "save_freq", "batch"),
        ("--trainer.weights a=1 b=2.5", "weights", {"a": 1.0, "b": 2.5}),
        ("--trainer.weights", "weights", {}),
        ("--trainer.matrix [[1,2],[3]]", "matrix", [[1, 2], [3]]),
        ("--device.gpus 0 1", "device.gpus", [0, 1]),
        ("--device.gpus none", "device.gpus", None),
        ("--device.gpus", "device.gpus", []),
        ("--trainer.device.gpus 0", "device.gpus", [0]),
        ("--optimizer.beta_1 0.5", "optimizer.beta_1", 0.5),
        ("--optimizer.beta1 0.5", "optimizer.beta_1", 0.5),
        ("--trainer.optimizer.beta1 0.5", "optimizer.beta_1", 0.5),
        ("--model.n_classes 3", "scenario.model.n_classes", 3),
        ("--trainer.scenario.model.n_classes 3", "scenario.model.n_classes", 3),
        ("--scenario.model.n_classes 3", "scenario.model.n_classes", 3),
        ("--model.kernel 5 7", "scenario.model.kernel", t.IntVec(5, 7)),
        ("--model.kernel 5", "scenario.model.kernel", t.IntVec(5, 3)),
        ("--model.kernel 5 --model.kernel.y 9", "scenario.model.kernel", t.IntVec(5, 9)),
        ("--train.batch_size 3", "gen.setup.train.batch_size", 3),
        ("--train.files a b", "gen.train.files", ["a", "b"]),
        ("--train OtherGeneratorParams --train.seed 3", "gen.train.seed", 3),
        ("--trainer.gen.setup.train.batch_size 3", "gen.setup.train.batch_size", 3),
        ("--trainer.stop EarlyStopping --trainer.stop.n 4", "stop", t.EarlyStopping(4)),
        ("--data.processors", "scenario.data.processors", []),
        ("--data.processors.0.factor 3", "scenario.data.processors", [t.ScaleProcessorParams(factor=3.0)]),
        ("--data.processors.0.modes training", "scenario.data.processors.0.modes", {t.Mode.TRAINING}),
        (
            "--data.processors Name Scale --data.processors.0.names a b --data.processors.1.factor 4",
            "scenario.data.processors",
            [t.NameProcessorParams(names=["a", "b"]), t.ScaleProcessorParams(factor=4.0)],
        ),
        ("--data.processors.0 Name", "scenario.data.processors", [t.NameProcessorParams()]),
        (
            "--data.named a b=Scale --data.named.b.factor 7",
            "scenario.data.named",
            {"a": t.Processor(), "b": t.ScaleProcessorParams(factor=7.0)},
        ),
        ("--data.charmap f.txt", "scenario.data.charmap.path", "f.txt"),
    ],
)
def test_a_flag_sets_its_parameter(line, path, value):
    found = parse(line)
    for name in path.split("."):
        found = found[int(name)] if name.isdigit() else getattr(found, name)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "name", ["CNN", "cnn", "ConvGraphParams", "ConvGraph", "Conv", "test.params.cli_tree:ConvGraphParams"]
)
def test_a_dataclass_is_chosen_by_any_of_its_names(name):
    graph = parse(f"--model.graph {name} --model.graph.filters 1 2").scenario.model.graph
    assert graph == t.ConvGraphParams(filters=[1, 2])


@pytest.mark.parametrize("name", ["MLP", "MLPGraph", "MLPGraphParams", "mlp"])
def test_the_kind_may_be_left_out_of_a_name(name):
    assert type(parse(f"--model.graph {name}").scenario.model.graph) is t.MLPGraphParams


def test_values_of_the_default_survive_only_in_a_subclass():
    default = t.TrainerParams(optimizer=t.AdamOptimizer(clip_norm=1.0, beta_1=0.1))
    assert parse("--optimizer Adamax", default).optimizer == t.AdamaxOptimizer(clip_norm=1.0, beta_1=0.1)
    assert parse("--optimizer RMSprop", default).optimizer == t.RMSpropOptimizer()


def test_hidden_parameters_keep_their_default_value():
    default = t.TrainerParams()
    default.scenario.version = "7"
    default.gen.setup.val.mode = t.Mode.EVALUATION
    parsed = parse("--trainer.epochs 1", default)
    assert parsed.scenario.version == "7"
    assert parsed.gen.setup.val.mode is t.Mode.EVALUATION


def test_an_ignored_prefix_has_no_flags_and_keeps_its_default():
    parser = TFAIPArgumentParser()
    parser.add_root_argument("lav", t.LAVParams, t.LAVParams(t.PipelineParams(3)), ignore=["pipeline"])
    assert parser.parse_args(["--lav.silent", "1"]).lav == t.LAVParams(t.PipelineParams(3), silent=True)
    with pytest.raises(ParameterErrors):
        parser.parse_args(["--pipeline.limit", "1"])


def test_ssnake_fields_hang_on_the_prefix_of_their_parent():
    parser = TFAIPArgumentParser()
    parser.add_root_argument("lav", t.LAVParams)
    parser.add_spelling("lav.batch_size", "pipeline.batch_size")
    assert parser.parse_args(["--pipeline.limit", "4"]).lav.pipeline.limit == 4
    assert parser.parse_args(["--lav.pipeline.limit", "4"]).lav.pipeline.limit == 4
    assert parser.parse_args(["--lav.batch_size", "4"]).lav.pipeline.batch_size == 4


def test_a_flat_root_has_root_flags():
    parser = TFAIPArgumentParser()
    parser.add_root_argument("model", t.ModelParams, flat=True)
    parsed = parser.parse_args(["--n_classes", "4", "--graph", "CNN", "--graph.dense", "1"]).model
    assert (parsed.n_classes, parsed.graph) == (4, t.ConvGraphParams(dense=1))


def test_a_root_may_have_another_type_than_its_class():
    parser = TFAIPArgumentParser()
    parser.add_root_argument("data", t.GeneratorParams)
    parsed = parser.parse_args(["--data", "test.params.cli_tree:OtherGeneratorParams", "--data.seed", "4"]).data
    assert parsed == t.OtherGeneratorParams(seed=4)


def test_required_holds_only_without_a_default_instance():
    parser = TFAIPArgumentParser()
    parser.add_root_argument("trainer", t.TrainerParams)
    with pytest.raises(ParameterErrors, match=r"--trainer\.output_dir is required"):
        parser.parse_args([])
    assert parser.parse_args(["--trainer.output_dir", "d"]).trainer.output_dir == "d"
    assert parse("").output_dir is None
    lenient = TFAIPArgumentParser(ignore_required=True)
    lenient.add_root_argument("trainer", t.TrainerParams)
    assert lenient.parse_args([]).trainer == t.TrainerParams()


def test_fields_without_default_are_required():
    @pai_dataclass
    @dataclass
    class Must:
        n: int
        graph: t.GraphParams = field(metadata=pai_meta(choices=[t.MLPGraphParams, t.ConvGraphParams]))
        vec: t.IntVec = field(metadata=pai_meta(fix_dc=True))
        many: list = field(default_factory=list)

    parser = TFAIPArgumentParser()
    parser.add_root_argument("must", Must)
    with pytest.raises(ParameterErrors) as error:
        parser.parse_args([])
    assert {m.what for m in error.value.mistakes} == {"--must.graph is required.", "--must.n is required."}
    parsed = parser.parse_args(["--must.n", "1", "--must.graph", "CNN", "--must.vec.x", "7"]).must
    assert (parsed.n, parsed.graph, parsed.vec) == (1, t.ConvGraphParams(), t.IntVec(7, 3))


def test_enforced_choices_refuse_other_classes():
    @pai_dataclass
    @dataclass
    class Strict:
        graph: t.GraphParams = field(
            default_factory=t.MLPGraphParams, metadata=pai_meta(choices=[t.MLPGraphParams], enforce_choices=True)
        )

    parser = TFAIPArgumentParser()
    parser.add_root_argument("s", Strict)
    with pytest.raises(ParameterErrors, match="no such choice"):
        parser.parse_args(["--s.graph", "test.params.cli_tree:ConvGraphParams"])


def test_disable_subclass_check_lets_any_dataclass_in():
    @pai_dataclass
    @dataclass
    class Free:
        vec: t.IntVec = field(default_factory=t.IntVec, metadata=pai_meta(disable_subclass_check=True))
        strict: t.IntVec = field(default_factory=t.IntVec)

    parser = TFAIPArgumentParser()
    parser.add_root_argument("f", Free)
    assert parser.parse_args(["--f.vec", "test.params.cli_tree:DeviceParams"]).f.vec == t.DeviceParams()
    with pytest.raises(ParameterErrors, match=r"cannot stand for --f\.strict"):
        parser.parse_args(["--f.strict", "test.params.cli_tree:DeviceParams"])


def test_nargs_plus_needs_a_value():
    @pai_dataclass
    @dataclass
    class Plus:
        files: t.List[str] = field(default_factory=list, metadata=pai_meta(nargs="+"))

    parser = TFAIPArgumentParser()
    parser.add_root_argument("p", Plus)
    assert parser.parse_args([]).p.files == []
    with pytest.raises(ParameterErrors, match="at least one value"):
        parser.parse_args(["--p.files"])


def test_only_constructors_run_post_init():
    calls = []

    @dataclass
    class Counting:
        n: int = 1

        def __post_init__(self):
            calls.append(self.n)

    parser = TFAIPArgumentParser()
    parser.add_root_argument("c", Counting, Counting(2))
    calls.clear()
    parser.parse_args(["--c.n", "5"])
    assert calls == [5]


def test_a_refusing_constructor_is_a_mistake_of_its_flag():
    assert mistakes("--train.batch_size 0") == ["--train: PipelineParams refuses its values."]


def test_an_abstract_class_cannot_be_chosen():
    assert mistakes("--model.graph test.params.cli_tree:GraphParams") == [
        "--model.graph needs a class that is not abstract."
    ]


def test_unknown_flags_are_returned_by_parse_known_args():
    parser = TFAIPArgumentParser()
    parser.add_root_argument("lav", t.LAVParams)
    args, rest = parser.parse_known_args(["--lav.silent", "yes", "--other", "1", "2"])
    assert args.lav.silent is True
    assert rest == ["--other", "1", "2"]


def test_wrong_roots_are_errors_of_the_developer():
    parser = TFAIPArgumentParser()
    with pytest.raises(TypeError, match="needs a dataclass"):
        parser.add_root_argument("a", t.IntVec())
    with pytest.raises(TypeError, match="must be an instance"):
        parser.add_root_argument("a", t.IntVec, t.IntVec)


def test_a_flag_of_two_parameters_asks_for_the_path():
    @pai_dataclass
    @dataclass
    class Left:
        same: t.IntVec = field(default_factory=t.IntVec, metadata=pai_meta(mode="flat", fix_dc=True))

    @pai_dataclass
    @dataclass
    class Both:
        left: Left = field(default_factory=Left)
        same: t.DeviceParams = field(default_factory=t.DeviceParams, metadata=pai_meta(mode="flat"))
        other: t.IntVec = field(default_factory=t.IntVec, metadata=pai_meta(mode="flat", fix_dc=True))
        x: int = 1

    @pai_dataclass
    @dataclass
    class Twin:
        same: t.IntVec = field(default_factory=t.IntVec, metadata=pai_meta(mode="flat", fix_dc=True))
        left: Left = field(default_factory=Left)

    parser = TFAIPArgumentParser()
    parser.add_root_argument("both", Both)
    assert parser.parse_args(["--same.x", "7", "--same.gpus", "1"]).both.left.same.x == 7
    parser = TFAIPArgumentParser()
    parser.add_root_argument("twin", Twin)
    with pytest.raises(ParameterErrors, match="several parameters") as error:
        parser.parse_args(["--same.x", "7"])
    assert error.value.mistakes[0].expected == "--twin.same.x or --twin.left.same.x"
    assert parser.parse_args(["--twin.left.same.x", "7"]).twin.left.same.x == 7


def test_a_spelling_holds_for_the_flags_below_and_for_plain_arguments():
    parser = TFAIPArgumentParser()
    parser.add_argument("--eager", action="store_true")
    parser.add_root_argument("lav", t.LAVParams)
    parser.add_spelling("evaluation", "lav")
    parser.add_spelling("lav.eager", "eager")
    args = parser.parse_args(["--evaluation", "LAVParams", "--evaluation.silent", "--lav.eager"])
    assert (args.lav.silent, args.eager) == (True, True)
    with pytest.raises(ParameterErrors, match="set the same parameter"):
        parser.parse_args(["--evaluation.silent", "--lav.silent"])


def test_one_dash_is_not_enough():
    assert mistakes("-trainer.epochs 3") == ["Unknown flag -trainer.epochs."]


def test_errors_cross_process_borders():
    import pickle

    with pytest.raises(ParameterErrors) as error:
        parse("--trainer.epoch 3 --trainer.scale x")
    again = pickle.loads(pickle.dumps(error.value))
    assert str(again) == str(error.value)
    assert again.mistakes == error.value.mistakes
