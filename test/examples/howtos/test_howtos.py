# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The how-to examples train, and show what they say they show."""

import json

import numpy as np
import pytest

from examples.datasets.mnist import load_mnist
from examples.howtos.hidden_parameters import CentredScenario
from examples.howtos.sharing_by_post_init import SomeDigitsScenario
from examples.howtos.static_parameters import NamedScenario
from tfaip import PredictorParams
from tfaip.scripts import train
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
