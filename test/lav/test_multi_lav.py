# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Load and validate with several models, which vote or are evaluated one by one."""

import pickle
from dataclasses import dataclass

import pytest
from paiargparse import pai_dataclass

from test.tinyscenario.params import TinyGeneratorParams
from test.tinyscenario.scenario import NoVoterScenario, TinyScenario, export_model
from tfaip import LAVParams, PredictorParams
from tfaip.data.samplefile import SampleFileReader
from tfaip.lav.callbacks.dump_results import DumpResultsCallback
from tfaip.lav.callbacks.dump_samples import DumpSamplesCallback
from tfaip.lav.lav import LAV
from tfaip.lav.multilav import MultiLAV
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


def test_each_model_alone_gives_what_load_and_validate_gives(model_dirs):
    lists = [TinyGeneratorParams(n=4), TinyGeneratorParams(n=6)]
    lav = create_multi_lav(model_dirs, model_dirs)
    found = list(lav.run_each(lists))
    assert [path for path, _ in found] == [path for path in model_dirs for _ in lists]
    assert lav.benchmark_results.n_samples == 6
    for index, path in enumerate(model_dirs):
        params = LAVParams(model_path=path, silent=True)
        alone = TinyScenario.create_lav(params, ScenarioBase.from_path(path)[1]).run(lists)
        for (_, result), expected in zip(found[2 * index :], alone, strict=False):
            assert result == pytest.approx(expected)
            assert {"loss", "ce", "acc", "eval_acc"} <= set(result)
    assert found[0][1] != found[2][1]


@pai_dataclass
@dataclass
class CustomLAVParams(LAVParams):
    more: int = 3


class CustomLAV(LAV):
    @classmethod
    def params_cls(cls):
        return CustomLAVParams

    def run(self, *args, **kwargs):
        assert self.params.silent
        for result in super().run(*args, **kwargs):
            yield {**result, "more": self.params.more}


class CustomMultiLAV(MultiLAV):
    def run(self, *args, **kwargs):
        for result in super().run(*args, **kwargs):
            yield {**result, "custom": True}


def test_the_classes_of_the_scenario_are_used(model_dirs, monkeypatch):
    monkeypatch.setattr(TinyScenario, "lav_cls", classmethod(lambda cls: CustomLAV))
    monkeypatch.setattr(TinyScenario, "multi_lav_cls", classmethod(lambda cls: CustomMultiLAV))
    lav = create_multi_lav(model_dirs, model_dirs)
    assert isinstance(lav, CustomMultiLAV)
    assert [result["custom"] for result in lav.run([TinyGeneratorParams()])] == [True]
    assert [result["more"] for _, result in lav.run_each([TinyGeneratorParams()])] == [3, 3]


def test_models_are_evaluated_alone_without_a_voter_and_with_other_pre_processing(tmp_path):
    paths = [str(tmp_path / name) for name in ("a", "b")]
    for path, factor in zip(paths, (1.0, 2.0), strict=True):
        export_model(path, factor=factor, scenario_cls=NoVoterScenario)
    params = LAVParams(model_path=paths, silent=True)
    lav = NoVoterScenario.create_multi_lav(params, ScenarioBase.from_path(paths[0])[1])
    with pytest.raises(UserError, match="vote"):
        list(lav.run([TinyGeneratorParams()]))
    (_, first), (_, second) = lav.run_each([TinyGeneratorParams()])
    assert first["loss"] != second["loss"]


def test_one_file_takes_the_samples_of_all_lists_and_models(model_dirs, tmp_path):
    lav = create_multi_lav(model_dirs, model_dirs)
    lists = [TinyGeneratorParams(n=2), TinyGeneratorParams(n=3)]
    with DumpSamplesCallback(str(tmp_path / "dump")) as dump:
        results = [*lav.run(lists, callbacks=[dump]), *(result for _, result in lav.run_each(lists, callbacks=[dump]))]
        assert not (tmp_path / "dump").exists()
    reader = SampleFileReader(tmp_path / "dump")
    about = reader.attributes["lists"]
    assert [entry["samples"] for entry in about] == [2, 3] * 3
    assert [entry["data"]["n"] for entry in about] == [2, 3] * 3
    assert [entry["result"] for entry in about] == results
    assert [sample.meta["index"] for sample in reader] == [0, 1, 0, 1, 2] * 3
