# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Load and validate: losses, metrics and evaluator of a model directory equal those of the training's validation."""

import pickle

import numpy as np
import pytest
import tqdm

from test.tinyscenario.data import TinyGenerator
from test.tinyscenario.params import TinyGeneratorParams
from test.tinyscenario.scenario import NoVoterScenario, TinyEvaluator, TinyScenario, export_model
from tfaip import LAVParams, PipelineMode, PredictorParams, Sample
from tfaip.data.databaseparams import DataPipelineParams
from tfaip.lav.callbacks.dump_results import DumpResultsCallback
from tfaip.lav.callbacks.lav_callback import LAVCallback
from tfaip.lav.callbacks.print_callback import PrintCallback
from tfaip.lav.lav import LAV
from tfaip.scenario.livemodel import LiveModel
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.util.errors import UserError

KINDS = ("same", "different", "regularized")


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Model directories and scenarios that hold the same weights, by kind of graph."""
    paths = {kind: tmp_path_factory.mktemp(kind) for kind in KINDS}
    return {kind: (str(path), export_model(path, kind)) for kind, path in paths.items()}


def create_lav(path, batch_size=3, **kwargs):
    scenario_cls, scenario_params = ScenarioBase.from_path(path)
    pipeline = DataPipelineParams(batch_size=batch_size, num_processes=1)
    return scenario_cls.create_lav(
        LAVParams(pipeline=pipeline, model_path=path, silent=True, **kwargs), scenario_params
    )


def run(path, n=7, batch_size=3, **kwargs):
    (result,) = create_lav(path, batch_size).run([TinyGeneratorParams(n=n)], **kwargs)
    return result


def validation_of(scenario, n=7):
    """What the training logs for the weights of the scenario."""
    params = DataPipelineParams(batch_size=3, num_processes=1, mode=PipelineMode.EVALUATION)
    model = scenario.keras_train_model
    model.reset_accumulators()
    with scenario.create_data().create_pipeline(params, TinyGeneratorParams(n=n)).generate_input_batches() as batches:
        for inputs, targets, _ in batches:
            model.test_on_tensors(inputs, targets, np.int64(0), np.int64(0))
    return model.epoch_logs()


def accuracy_of(scenario, n=7):
    """The accuracy of the prediction graph."""
    params = DataPipelineParams(batch_size=n, num_processes=1, mode=PipelineMode.EVALUATION)
    with scenario.create_data().create_pipeline(params, TinyGeneratorParams(n=n)).generate_input_batches() as batches:
        ((inputs, targets, _),) = batches
    return np.mean(scenario.graph.predict(inputs)["class"].numpy() == targets["gt"][:, 0])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("options", [{}, {"instantiate_graph": True}, {"run_eagerly": True}])
def test_losses_and_metrics_are_those_of_the_training(models, kind, options):
    path, scenario = models[kind]
    result = run(path, **options)
    expected = validation_of(scenario)
    for name in ("loss", "ce", "loss/mean_epoch"):
        assert result[name] == pytest.approx(expected[name], rel=1e-5), name
    assert result["acc"] == pytest.approx(accuracy_of(scenario))
    assert result["eval_acc"] == pytest.approx(result["acc"])
    assert set(result) == {"loss", "loss/mean_epoch", "ce", "acc", "eval_acc"}


def test_the_kinds_of_graphs_differ_as_the_tests_need_it(models):
    losses = {kind: validation_of(models[kind][1])["loss"] for kind in KINDS}
    assert len(set(losses.values())) == 3
    assert validation_of(models["different"][1])["acc"] != pytest.approx(accuracy_of(models["different"][1]))


@pytest.mark.parametrize("kind", KINDS)
def test_the_batch_size_changes_nothing(models, kind):
    one, five = (run(models[kind][0], batch_size=batch_size) for batch_size in (1, 5))
    assert one == pytest.approx(five, rel=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_a_live_model_gives_the_same_as_its_export(models, kind):
    path, scenario = models[kind]
    live = LiveModel(scenario.keras_predict_model, scenario.keras_train_model)
    lav = scenario.create_lav(LAVParams(silent=True), scenario.params)
    (result,) = lav.run([TinyGeneratorParams()], keras_model=live)
    assert result == pytest.approx(run(path), rel=1e-5)


def test_a_live_prediction_model_alone_gives_losses_only_if_they_are_right(models, caplog):
    for kind, has_losses in (("same", True), ("different", False), ("regularized", False)):
        scenario = models[kind][1]
        lav = scenario.create_lav(LAVParams(silent=True), scenario.params)
        (result,) = lav.run([TinyGeneratorParams()], keras_model=scenario.keras_predict_model)
        assert ("loss" in result) == has_losses
        assert result["acc"] == pytest.approx(result["eval_acc"])
    assert "LiveModel" in caplog.text


def test_several_lists_give_one_result_each_and_an_object_can_run_again(models):
    lav = create_lav(models["same"][0])
    lists = [TinyGeneratorParams(n=4), TinyGeneratorParams(n=9)]
    results = list(lav.run(lists))
    assert len(results) == 2
    assert results[0]["loss"] != results[1]["loss"]
    assert list(lav.run(lists[1:])) == results[1:]
    assert (lav.benchmark_results.n_batches, lav.benchmark_results.n_samples) == (3, 9)


def test_without_evaluator_and_callbacks_the_numbers_are_the_same(tmp_path):
    export_model(tmp_path, scenario_cls=NoVoterScenario)
    with_evaluator = tmp_path / "with"
    export_model(with_evaluator)
    expected = run(str(with_evaluator))
    del expected["eval_acc"]
    assert run(str(tmp_path)) == pytest.approx(expected, rel=1e-6)


def test_the_saved_model_can_be_named_directly(models):
    path = models["same"][0]
    _, scenario_params = ScenarioBase.from_path(path)
    lav = TinyScenario.create_lav(LAVParams(model_path=f"{path}/serve", silent=True), scenario_params)
    assert len(list(lav.run([TinyGeneratorParams()]))) == 1


def test_callbacks_see_the_samples_and_the_result(models):
    class Recorder(LAVCallback):
        def __init__(self):
            super().__init__()
            self.events = []

        def on_lav_start(self):
            self.events.append(("start", self.current_data_generator_params.n))

        def on_sample_end(self, sample):
            assert sample.targets["gt"].shape == (1,)
            assert sample.inputs["x"].shape == (2,)
            self.events.append(sample.meta["index"])

        def on_lav_end(self, result):
            self.events.append(sorted(result))

    class CustomLAV(LAV):
        recorder = Recorder()

        def _custom_callbacks(self):
            return [self.recorder]

    path = models["same"][0]
    callback = Recorder()
    lav = CustomLAV(LAVParams(model_path=path, silent=True), ScenarioBase.from_path(path)[1])
    list(lav.run([TinyGeneratorParams(n=2)], callbacks=[callback]))
    names = ["acc", "ce", "eval_acc", "loss", "loss/mean_epoch"]
    assert callback.events == [("start", 2), 0, 1, names]
    assert CustomLAV.recorder.events == callback.events
    assert callback.lav is lav
    assert callback.data is not None
    assert callback.model is not None


def test_evaluator_and_predictor_get_the_same_decoded_meta_data(models, monkeypatch):
    path = models["same"][0]
    seen = []
    monkeypatch.setattr(TinyEvaluator, "update_state", lambda self, sample: seen.append(sample.meta))
    monkeypatch.setattr(TinyEvaluator, "result", lambda self: {})
    run(path, n=3)
    predictor = TinyScenario.create_predictor(path, PredictorParams(silent=True, progress_bar=False))
    assert seen == [sample.meta for sample in predictor.predict(TinyGeneratorParams(n=3))]
    assert seen == [{"index": 0}, {"index": 1}, {"index": 2}]


def test_meta_data_are_not_written_as_json_and_read_again_and_stay_those_of_the_generator(models, monkeypatch):
    metas = [{"array": np.arange(3), "pair": (1, 2), "number": number} for number in range(3)]
    samples = [Sample(inputs=[0.0, 1.0], targets=1, meta=meta) for meta in metas]
    seen = []

    def update(self, sample):
        seen.append(dict(sample.meta))
        sample.meta["number"] = None

    monkeypatch.setattr(TinyGenerator, "generate", lambda self: iter(samples))
    monkeypatch.setattr(TinyEvaluator, "update_state", update)
    monkeypatch.setattr(TinyEvaluator, "result", lambda self: {})
    run(models["same"][0], n=3)
    assert [meta["number"] for meta in seen] == [meta["number"] for meta in metas] == [0, 1, 2]
    assert all(meta["pair"] == (1, 2) and isinstance(meta["array"], np.ndarray) for meta in seen)


@pytest.mark.parametrize("silent", [True, False])
def test_silent_shows_no_progress_bar(models, monkeypatch, silent):
    bars = []

    class Bar(tqdm.tqdm):
        def __init__(self, *args, **kwargs):
            bars.append(kwargs)
            super().__init__(*args, **kwargs)

    monkeypatch.setattr(tqdm, "tqdm", Bar)
    path = models["same"][0]
    lav = TinyScenario.create_lav(LAVParams(model_path=path, silent=silent), ScenarioBase.from_path(path)[1])
    list(lav.run([TinyGeneratorParams(n=1)]))
    # None shows a bar on a terminal
    assert [bar["disable"] for bar in bars] == [True if silent else None]


def test_samples_are_dumped_as_the_lav_class_says(models, tmp_path):
    class CustomLAV(LAV):
        def extract_dump_data(self, sample):
            return int(sample.targets["gt"][0]), sample.outputs["label"]

    path = models["same"][0]
    lav = CustomLAV(LAVParams(model_path=path, silent=True), ScenarioBase.from_path(path)[1])
    (result,) = lav.run([TinyGeneratorParams(n=2)], callbacks=[DumpResultsCallback(str(tmp_path / "dump"))])
    dump = pickle.loads((tmp_path / "dump").read_bytes())
    assert dump["result"] == result
    assert [label for _, label in dump["target_prediction_pairs"]] <= ["positive"] * 2
    assert len(dump["target_prediction_pairs"]) == 2


def test_samples_are_printed_as_the_model_says(models, caplog):
    lines = []
    list(create_lav(models["same"][0]).run([TinyGeneratorParams(n=2)], callbacks=[PrintCallback(lines.append)]))
    assert [line.split(":")[0] for line in lines] == ["0", "1"]
    with caplog.at_level("INFO"):
        list(create_lav(models["same"][0], print_samples=True).run([TinyGeneratorParams(n=1)]))
    assert lines[0] in caplog.text


def test_no_data_is_an_error_before_the_evaluator_divides_by_zero(models):
    with pytest.raises(UserError, match="no data to evaluate"):
        run(models["same"][0], n=0)


def test_an_unreadable_sample_is_an_error(models):
    with pytest.raises(UserError, match="cannot read"):
        list(create_lav(models["same"][0]).run([TinyGeneratorParams(broken=[1])]))


def test_a_missing_model_is_an_error(models, tmp_path):
    scenario_params = ScenarioBase.from_path(models["same"][0])[1]
    for model_path, error in ((str(tmp_path / "no"), FileNotFoundError), (str(tmp_path), FileNotFoundError)):
        with pytest.raises(error):
            list(TinyScenario.create_lav(LAVParams(model_path=model_path), scenario_params).run([]))
    with pytest.raises(ValueError, match="model_path"):
        list(TinyScenario.create_lav(LAVParams(), scenario_params).run([]))


def test_weights_that_do_not_fit_the_parameters_are_named(models):
    path = models["same"][0]
    scenario_params = ScenarioBase.from_path(path)[1]
    scenario_params.model.bias = True
    lav = TinyScenario.create_lav(LAVParams(model_path=path, silent=True), scenario_params)
    with pytest.raises(UserError, match=r"bias[\s\S]*no such variable"):
        list(lav.run([TinyGeneratorParams()], instantiate_graph=True))


def test_a_name_that_model_and_evaluator_share_is_warned_about(models, caplog):
    from tfaip.lav.lav import merge_results

    assert merge_results({"acc": 1, "loss": 2}, {"acc": 3}) == {"acc": 3, "loss": 2}
    assert "acc" in caplog.text
