# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Load and validate gives what the training logged for the same weights, whatever makes that difficult."""

import pytest

from test.lav.richscenario import RichScenario
from test.tinyscenario.params import TinyGeneratorParams
from tfaip import LAVParams
from tfaip.data.databaseparams import DataPipelineParams

# 23 = 2 * 8 + 7
N_VAL, BATCH_SIZE = 23, 8
OWN = {"loss", "loss/mean_epoch", "ce", "loss/length", "acc", "confidence", "internal_acc"}


@pytest.fixture(
    scope="module",
    params=[pytest.param(0.0, marks=pytest.mark.slow, id="weights"), pytest.param(0.9, id="averaged weights")],
)
def training(request, tmp_path_factory):
    """The run, and the logs of its last epoch."""
    folder = tmp_path_factory.mktemp("run") / "run"
    params = RichScenario.default_trainer_params()
    params.output_dir = str(folder)
    params.epochs = 2
    params.random_seed = 1
    params.progress_bar_mode = 0
    params.skip_model_load_test = True
    params.ema_decay = request.param
    params.lav_every_n = 1
    params.learning_rate.lr = 0.05
    params.gen.train.n = 64
    params.gen.val.n = N_VAL
    params.gen.setup.val.batch_size = BATCH_SIZE
    return folder, RichScenario.create_trainer(params).train()


def run_lav(path, batch_size=BATCH_SIZE, **options):
    pipeline = DataPipelineParams(batch_size=batch_size, num_processes=1)
    lav_params = LAVParams(pipeline=pipeline, model_path=str(path), silent=True)
    lav = RichScenario.create_lav(lav_params, RichScenario.params_from_path(str(path)))
    (result,) = lav.run([TinyGeneratorParams(n=N_VAL)], **options)
    return result


@pytest.mark.parametrize("options", [{}, {"instantiate_graph": True}, {"run_eagerly": True}], ids=str)
def test_an_exported_model_has_the_values_of_the_validation(training, options):
    folder, logs = training
    result = run_lav(folder / "export", **options)
    assert set(result) == OWN | {"eval_acc"}
    validation = {name: logs[f"val_{name}"] for name in OWN}
    assert {name: result[name] for name in OWN} == pytest.approx(validation, rel=1e-5, abs=1e-6)
    assert result["eval_acc"] == pytest.approx(result["acc"])


def test_load_and_validate_in_the_training_has_them_too(training):
    _, logs = training
    within = {name: logs[f"lav_l0_{name}"] for name in OWN}
    assert within == pytest.approx({name: logs[f"val_{name}"] for name in OWN}, rel=1e-5, abs=1e-6)
    assert logs["lav_l0_eval_acc"] == pytest.approx(logs["val_acc"])


def test_batches_of_any_size_have_the_same_values(training):
    folder, _ = training
    one, all_at_once = (run_lav(folder / "export", batch_size=size) for size in (1, N_VAL))
    assert one == pytest.approx(all_at_once, rel=1e-5, abs=1e-6)


def test_the_values_are_none_that_would_be_equal_anyway(training):
    _, logs = training
    # a loss that is not computed is 0, dropout and an average make the values of the training differ
    assert all(logs[f"val_{name}"] > 0 for name in OWN)
    assert logs["val_ce"] != pytest.approx(logs["ce"], rel=1e-2)
    assert logs["val_loss"] != pytest.approx(logs["val_ce"] + logs["val_loss/length"], rel=1e-3)
