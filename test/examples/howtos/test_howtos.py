# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The how-to examples train, and show what they say they show."""

import json
import logging

import numpy as np
import pytest

from examples.datasets.mnist import load_mnist
from examples.howtos import own_callbacks
from examples.howtos.custom_predictor import UnsurePredictorParams, UnsureScenario
from examples.howtos.hidden_parameters import CentredScenario
from examples.howtos.own_callbacks import TimeBudget
from examples.howtos.parametrised_layers import BlocksScenario
from examples.howtos.polymorphic_scenarios import EvenDigitScenario, WhichDigitScenario
from examples.howtos.several_inputs import PADDING, CompareScenario
from examples.howtos.sharing_by_post_init import SomeDigitsScenario
from examples.howtos.static_parameters import NamedScenario
from examples.howtos.train_and_predict_graphs import MarginGraph, MarginModelParams
from examples.howtos.trainer_pipeline import SplitScenario
from tfaip import PredictorParams
from tfaip.scripts import resume_training, train
from tfaip.util.errors import UserError

LENGTH = ["--trainer.epochs", "1", "--trainer.samples_per_epoch", "32", "--val.limit", "16"]
# that a model can be exported and loaded is tested with the tutorials
LEAN = ["--trainer.skip_model_load_test", "True", "--trainer.export_final", "False"]
SHORT = [*LENGTH, *LEAN, "--trainer.progress_bar_mode", "0"]


def train_from_line(module, folder, *flags):
    """Train an example as a user does and return the parameters that the best model was stored with."""
    line = [f"examples.howtos.{module}", "--trainer.output_dir", str(folder), *SHORT, *flags]
    assert train.run_args(line) == 0
    return json.loads((folder / "best" / "trainer_params.json").read_text())


def predicted(scenario, folder):
    """Return the outputs for a test image."""
    predictor = scenario.create_predictor(str(folder / "best"), PredictorParams(silent=True, progress_bar=False))
    (sample,) = predictor.predict_raw([{"img": load_mnist().x_test[0]}])
    return sample.outputs


class TestSharingByPostInit:
    def test_the_model_gets_the_number_of_digits(self, tmp_path):
        stored = train_from_line("sharing_by_post_init", tmp_path / "m", "--data.digits", "3", "5", "8")
        assert stored["scenario"]["model"]["n_classes"] == 3
        assert predicted(SomeDigitsScenario, tmp_path / "m")["pred"].shape == (3,)

    def test_only_the_chosen_digits_are_read_and_numbered(self):
        _, params = train.parse_args(["examples.howtos.sharing_by_post_init", "--data.digits", "7", "2"])
        data = SomeDigitsScenario(params.scenario).create_data()
        params.gen.setup.val.limit = 20
        with params.gen.val_data(data).generate_input_samples() as samples:
            targets = [int(sample.targets["gt"][0]) for sample in samples]
        digits = load_mnist().y_test[:20]
        assert targets == [[7, 2].index(digit) for digit in digits if digit in (7, 2)]

    def test_the_shared_parameter_cannot_be_set(self):
        with pytest.raises(UserError, match=r"--model.n_classes cannot be set"):
            train.parse_args(["examples.howtos.sharing_by_post_init", "--model.n_classes", "4"])

    def test_a_node_checks_itself(self):
        with pytest.raises(UserError, match="twice"):
            train.parse_args(["examples.howtos.sharing_by_post_init", "--data.digits", "4", "4"])


class TestHiddenParameters:
    def test_the_mean_is_computed_stored_and_used(self, tmp_path):
        stored = train_from_line("hidden_parameters", tmp_path / "m")
        mean = stored["scenario"]["model"]["mean"]
        assert mean == pytest.approx(np.mean(load_mnist().x_train), rel=0.1)
        params = CentredScenario.params_from_path(str(tmp_path / "m" / "best"))
        assert params.model.mean == mean
        assert predicted(CentredScenario, tmp_path / "m")["pred"].shape == (10,)

    def test_it_is_no_flag(self):
        with pytest.raises(UserError, match=r"--model.mean cannot be set"):
            train.parse_args(["examples.howtos.hidden_parameters", "--model.mean", "4"])


class TestStaticParameters:
    def test_the_graph_has_an_output_for_each_name_and_the_model_prints_names(self, tmp_path, caplog):
        caplog.set_level("INFO")
        names = ["nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
        train_from_line("static_parameters", tmp_path / "m", "--data.names", *names)
        assert predicted(NamedScenario, tmp_path / "m")["pred"].shape == (11,)
        assert " for seven" in caplog.text  # the first test image


class TestParametrisedLayers:
    def test_the_network_is_what_the_flags_say(self, tmp_path):
        flags = ["--model.layers", "Pool", "Pool", "Dense", "--model.layers.2.nodes", "7"]
        stored = train_from_line("parametrised_layers", tmp_path / "m", *flags)
        assert [layer["__cls__"].rpartition(":")[2] for layer in stored["scenario"]["model"]["layers"]] == [
            "PoolParams",
            "PoolParams",
            "DenseParams",
        ]
        scenario = BlocksScenario(BlocksScenario.params_from_path(str(tmp_path / "m" / "best")))
        assert [tuple(weight.shape) for weight in scenario.keras_predict_model.weights] == [
            (49, 7),
            (7,),
            (7, 10),
            (10,),
        ]

    def test_a_flag_of_another_layer_is_refused(self):
        with pytest.raises(UserError, match="filters"):
            train.parse_args(
                ["examples.howtos.parametrised_layers", "--model.layers", "Dense", "--model.layers.0.filters", "3"]
            )


class TestPolymorphicScenarios:
    @pytest.mark.parametrize(("scenario", "shape"), [(WhichDigitScenario, (10,)), (EvenDigitScenario, (1,))])
    def test_each_scenario_has_its_own_last_layer(self, tmp_path, scenario, shape):
        name = f"polymorphic_scenarios:{scenario.__name__}"
        stored = train_from_line(name, tmp_path / "m", "--model.hidden", "8")
        assert stored["scenario"]["model"]["hidden"] == 8
        assert predicted(scenario, tmp_path / "m")["logits"].shape == shape

    def test_only_the_one_that_has_the_parameter_takes_it(self):
        flags = ["--model.threshold", "0.7"]
        _, params = train.parse_args(["examples.howtos.polymorphic_scenarios:EvenDigitScenario", *flags])
        assert params.scenario.model.threshold == 0.7
        assert params.epochs == 5  # set by the base of both
        with pytest.raises(UserError, match="threshold"):
            train.parse_args(["examples.howtos.polymorphic_scenarios:WhichDigitScenario", *flags])

    def test_without_the_class_both_are_named_and_the_base_is_not(self):
        with pytest.raises(UserError, match="WhichDigitScenario") as error:
            train.parse_args(["examples.howtos.polymorphic_scenarios"])
        assert "EvenDigitScenario" in str(error.value)
        assert "DigitScenarioBase" not in str(error.value)


class TestTrainerPipeline:
    def test_the_training_images_are_divided_and_none_is_in_both_parts(self):
        line = ["examples.howtos.trainer_pipeline", "--trainer.gen.val_share", "0.25"]
        _, params = train.parse_args(line)
        data = SplitScenario(params.scenario).create_data()
        n_train, n_val = (
            len(pipeline.create_data_generator())
            for pipeline in (
                params.gen.train_data(data),
                params.gen.val_data(data),
            )
        )
        assert (n_train, n_val) == (45000, 15000)
        train_set, val_set = params.gen.train_gen(), params.gen.val_gen()
        assert (train_set.begin, train_set.end, val_set.begin, val_set.end) == (0, 0.75, 0.75, 1)

    def test_load_and_validate_tells_both_halves_of_the_test_images(self, tmp_path, caplog):
        caplog.set_level(logging.INFO)
        train_from_line(
            "trainer_pipeline", tmp_path / "m", "--trainer.lav_every_n", "1", "--trainer.gen.val_share", "0.001"
        )
        assert "LAV l0" in caplog.text
        assert "LAV l1" in caplog.text

    def test_without_a_share_there_is_no_validation(self):
        _, params = train.parse_args(["examples.howtos.trainer_pipeline", "--trainer.gen.val_share", "0"])
        assert params.gen.val_gen() is None
        assert params.gen.train_gen().end == 1


class TestTrainAndPredictGraphs:
    def test_only_the_training_has_the_margin(self):
        graph = MarginGraph(MarginModelParams(margin=0.5, scale=10.0))
        inputs = {"img": load_mnist().x_test[:4]}
        targets = {"gt": load_mnist().y_test[:4, None]}
        plain = np.asarray(graph.predict(inputs)["logits"])
        validated = np.asarray(graph.train(inputs, targets)["logits"])
        trained = np.asarray(graph.build_train_graph(inputs, targets, training=True)["logits"])
        np.testing.assert_allclose(validated, plain, atol=1e-5)
        np.testing.assert_allclose(plain - trained, 5 * np.eye(10)[targets["gt"][:, 0]], atol=1e-4)

    def test_it_trains(self, tmp_path):
        stored = train_from_line("train_and_predict_graphs", tmp_path / "m", "--model.margin", "0.2")
        assert stored["scenario"]["model"]["margin"] == 0.2


class TestOwnCallbacks:
    @pytest.fixture
    def clock(self, monkeypatch):
        """A clock on which a minute passes whenever somebody looks at it."""
        minutes = iter(range(1000))
        monkeypatch.setattr(own_callbacks, "monotonic", lambda: 60.0 * next(minutes))

    @pytest.mark.slow
    def test_the_training_ends_when_the_time_is_up_and_a_resumed_one_goes_on_counting(self, tmp_path, clock):
        train_from_line("own_callbacks", tmp_path / "m", "--trainer.max_minutes", "2.5")
        assert resume_training.main([str(tmp_path / "m"), *LEAN, "--trainer.epochs", "9"]) == 0
        stored = json.loads((tmp_path / "m" / "trainer_params.json").read_text())
        assert stored["current_epoch"] == 3

    def test_without_the_flag_there_is_no_callback(self):
        scenario, params = train.parse_args(["examples.howtos.own_callbacks"])
        trainer = scenario.create_trainer(params)
        assert trainer.params.max_minutes is None

    def test_the_state_is_what_is_left(self, clock):
        budget = TimeBudget(minutes=5)
        budget.on_train_begin()
        budget.on_epoch_end(0)
        other = TimeBudget(minutes=5)
        other.set_state(budget.get_state())
        assert other.seconds_left == 4 * 60


class TestSeveralInputs:
    def test_each_input_is_padded_to_its_own_longest(self):
        _, params = train.parse_args(["examples.howtos.several_inputs", "--val.n", "3", "--val.num_processes", "0"])
        data = CompareScenario(params.scenario).create_data()
        with params.gen.val_data(data).generate_input_samples() as samples:
            single = list(samples)
        with params.gen.val_data(data).generate_input_batches() as batches:
            inputs, targets, _ = next(iter(batches))
        for name in ("left", "right"):
            lengths = [len(sample.inputs[name]) for sample in single]
            assert len(set(lengths)) > 1
            assert inputs[name].shape == (3, max(lengths), 28)
            shortest = int(np.argmin(lengths))
            assert (inputs[name][shortest, min(lengths) :] == PADDING).all()
        assert inputs["left"].shape[1] != inputs["right"].shape[1]
        assert set(np.unique(targets["gt"])) == {0, 1}

    def test_padding_does_not_change_an_answer(self, tmp_path):
        train_from_line(
            "several_inputs",
            tmp_path / "m",
            "--train.bucket_boundaries",
            "24",
            "30",
            "--val.n",
            "16",
            "--model.units",
            "8",
        )
        params = PredictorParams(silent=True, progress_bar=False)
        predictor = CompareScenario.create_predictor(str(tmp_path / "m" / "best"), params)
        _, trainer_params = train.parse_args(["examples.howtos.several_inputs", "--val.n", "6"])
        data = CompareScenario(trainer_params.scenario).create_data()
        with trainer_params.gen.val_data(data).generate_input_samples() as samples:
            inputs = [sample.inputs for sample in samples]
        together = [sample.outputs["left_is_greater"] for sample in predictor.predict_raw(inputs)]
        alone = [next(iter(predictor.predict_raw([single]))).outputs["left_is_greater"] for single in inputs[:2]]
        np.testing.assert_allclose(together[:2], alone, atol=1e-5)


class TestCustomPredictor:
    def test_it_answers_only_where_it_is_sure(self, tmp_path, capsys):
        train_from_line("custom_predictor", tmp_path / "m")
        images = [{"img": image} for image in load_mnist().x_test[:20]]
        answers = {}
        for limit in (0.0, 1.0):
            params = UnsurePredictorParams(progress_bar=False, min_probability=limit)
            predictor = UnsureScenario.create_predictor(str(tmp_path / "m" / "best"), params)
            answers[limit] = [predictor.result_row(sample)["digit"] for sample in predictor.predict_raw(images)]
        assert all(digit in range(10) for digit in answers[0.0])
        assert answers[1.0] == [None] * 20
        output = capsys.readouterr().out
        assert "No answer for 0 of 20 samples" in output
        assert "No answer for 20 of 20 samples" in output
