# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Load and validate with several models that vote."""

import pickle

import pytest

from test.tinyscenario.params import TinyGeneratorParams
from test.tinyscenario.scenario import TinyScenario, export_model
from tfaip import LAVParams, PredictorParams
from tfaip.lav.callbacks.dump_results import DumpResultsCallback
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.util.errors import UserError


@pytest.fixture(scope="module")
def model_dirs(tmp_path_factory):
    paths = [str(tmp_path_factory.mktemp(f"model_{seed}")) for seed in (1, 2)]
    for seed, path in enumerate(paths):
        export_model(path, seed=seed + 1)
    return paths


def create_multi_lav(paths, model_dirs):
    params = LAVParams(model_path=paths, silent=True)
    return TinyScenario.create_multi_lav(params, ScenarioBase.from_path(model_dirs[0])[1], PredictorParams())


def test_the_voted_samples_are_evaluated_and_dumped(model_dirs, tmp_path):
    lav = create_multi_lav(model_dirs, model_dirs)
    dump = DumpResultsCallback(str(tmp_path / "dump"))
    results = list(lav.run([TinyGeneratorParams(n=4), TinyGeneratorParams(n=6)], callbacks=[dump]))
    assert [list(result) for result in results] == [["eval_acc"]] * 2
    assert lav.benchmark_results.n_samples == 6
    pairs = pickle.loads((tmp_path / "dump").read_bytes())["target_prediction_pairs"]
    right = [int(targets["gt"][0]) == outputs["class"] for targets, outputs in pairs]
    assert sum(right) / 6 == pytest.approx(results[1]["eval_acc"])
    assert len(pairs[0][1]["voters"]) == 2


def test_missing_models_and_data_are_errors(model_dirs):
    with pytest.raises(ValueError, match="no models"):
        list(create_multi_lav(None, model_dirs).run([TinyGeneratorParams()]))
    with pytest.raises(UserError, match="no data"):
        list(create_multi_lav(model_dirs, model_dirs).run([TinyGeneratorParams(n=0)]))
