# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A predictor: everything out of the model directory, samples in the order of the input."""

import os
import subprocess
import sys
import threading

import keras
import numpy as np
import pytest
import tensorflow as tf

from test.data.processors import LookAroundParams
from test.tinyscenario.params import TinyGeneratorParams
from test.tinyscenario.processors import LabelProcessor, ReadProcessor
from test.tinyscenario.scenario import TinyScenario, export_model
from tfaip import PipelineMode, PredictorParams, Sample
from tfaip.data.databaseparams import DataPipelineParams
from tfaip.data.pipeline.batching import collator
from tfaip.data.pipeline.definitions import SampleErrorPolicy
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams
from tfaip.predict.predictor import Predictor
from tfaip.util.errors import NotSupportedYetError, UserError


def predictor_params(**kwargs):
    return PredictorParams(silent=True, progress_bar=False, **kwargs)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    path = tmp_path_factory.mktemp("model")
    return str(path), export_model(path)


@pytest.fixture
def predictor(exported):
    return TinyScenario.create_predictor(exported[0], predictor_params())


def expected_outputs(scenario, x):
    return {name: value.numpy() for name, value in scenario.graph.predict({"x": np.float32([x])}).items()}


def test_predicted_samples_are_unbatched_post_processed_and_in_order(predictor, exported):
    samples = list(predictor.predict(TinyGeneratorParams(n=5)))
    assert [sample.meta for sample in samples] == [{"index": i} for i in range(5)]
    for sample in samples:
        assert sample.inputs["x"].shape == (2,)
        assert sample.targets == {}
        expected = expected_outputs(exported[1], sample.inputs["x"])
        np.testing.assert_allclose(sample.outputs["pred"], expected["pred"][0], atol=1e-6)
        assert sample.outputs["class"] == expected["class"][0]
        assert sample.outputs["label"] == ["negative", "positive"][sample.outputs["class"]]


def test_the_batch_size_changes_nothing(exported):
    results = []
    for batch_size in (1, 3):
        params = predictor_params(pipeline=DataPipelineParams(batch_size=batch_size))
        samples = TinyScenario.create_predictor(exported[0], params).predict(TinyGeneratorParams(n=5))
        results.append([sample.outputs["pred"] for sample in samples])
    np.testing.assert_allclose(results[0], results[1], atol=1e-6)


def test_targets_are_included_on_demand(exported):
    predictor = TinyScenario.create_predictor(exported[0], predictor_params(include_targets=True))
    samples = list(predictor.predict(TinyGeneratorParams(n=3)))
    assert [sample.targets["gt"].shape for sample in samples] == [(1,)] * 3
    assert predictor.params.pipeline.mode == PipelineMode.PREDICTION


def test_raw_inputs_may_be_inputs_or_samples_with_or_without_a_length(predictor):
    inputs = [[1, 2], Sample(inputs=[3, 4]), Sample(inputs=[5, 6], meta={"name": "c"})]
    samples = list(predictor.predict_raw(inputs))
    assert [sample.inputs["x"].tolist() for sample in samples] == [[1, 2], [3, 4], [5, 6]]
    assert [sample.meta for sample in samples] == [{}, {}, {"name": "c"}]
    assert len(list(predictor.predict_raw(iter(inputs)))) == 3
    assert len(list(predictor.predict_raw(iter(inputs), size=3))) == 3
    assert list(predictor.predict_raw([])) == []


def test_prediction_is_lazy(exported):
    params = predictor_params(pipeline=DataPipelineParams(batch_size=2, num_processes=1))
    predictor = TinyScenario.create_predictor(exported[0], params)
    read = []

    def inputs():
        for i in range(1000):
            read.append(i)
            yield [i, i]

    samples = predictor.predict_raw(inputs(), size=1000)
    assert read == []
    assert next(samples).inputs["x"].tolist() == [0, 0]
    assert len(read) < 1000
    samples.close()


def endless(read):
    while True:
        read.append(len(read))
        yield [read[-1], read[-1]]


@pytest.mark.parametrize("num_processes", [0, 2])
def test_inputs_without_an_end_are_read_as_they_are_needed(exported, num_processes):
    params = predictor_params(pipeline=DataPipelineParams(batch_size=5, num_processes=num_processes))
    predictor = TinyScenario.create_predictor(exported[0], params)
    predictor.data.params.pre_proc.run_parallel = True
    read = []
    samples = predictor.predict_raw(endless(read))
    assert read == []
    assert next(samples).inputs["x"].tolist() == [0, 0]
    assert len(read) == 5
    assert [next(samples).inputs["x"][0] for _ in range(199)] == list(range(1, 200))
    samples.close()
    predictor.close()


def test_inputs_without_a_length_may_wait_for_the_results_of_those_before(exported):
    params = predictor_params(pipeline=DataPipelineParams(batch_size=1, num_processes=0))
    predictor = TinyScenario.create_predictor(exported[0], params)
    results = []

    def inputs():
        for number in range(4):
            assert len(results) == number
            yield [number, number]

    for sample in predictor.predict_raw(inputs()):
        results.append(sample)
    assert len(results) == 4


def test_a_single_input_instead_of_several_is_an_error(predictor):
    for single in (Sample(inputs=[1, 2]), {"x": [1, 2]}, "abc", 3):
        with pytest.raises(UserError, match=r"predict_raw\(\[value\]\)"):
            list(predictor.predict_raw(single))


def test_batches_hold_arrays_and_the_results_of_post_processing(exported):
    params = predictor_params(pipeline=DataPipelineParams(batch_size=2), include_targets=True)
    predictor = TinyScenario.create_predictor(exported[0], params)
    single = list(predictor.predict(TinyGeneratorParams(n=5)))
    batches = list(predictor.predict(TinyGeneratorParams(n=5), batched=True))
    assert predictor.benchmark_results.n_samples == 5
    assert [batch.inputs["x"].shape for batch in batches] == [(2, 2), (2, 2), (1, 2)]
    assert [batch.targets["gt"].shape for batch in batches] == [(2, 1), (2, 1), (1, 1)]
    np.testing.assert_allclose(
        np.concatenate([batch.outputs["pred"] for batch in batches]), [s.outputs["pred"] for s in single], atol=1e-6
    )
    assert [label for batch in batches for label in batch.outputs["label"]] == [s.outputs["label"] for s in single]


def test_without_post_processing_a_batch_is_what_came_out_of_the_model(exported):
    predictor = TinyScenario.create_predictor(exported[0], predictor_params(include_meta=True))
    predictor.data.params.post_proc = SequentialProcessorPipelineParams()
    (batch,) = predictor.predict_raw(np.ones([3, 2]), batched=True)
    assert batch.outputs.keys() == {"pred", "class"}
    assert batch.outputs["pred"].shape == (3, 2)
    assert batch.meta == [{}, {}, {}]
    assert batch.targets == {}
    pipeline = predictor.data.create_pipeline(predictor.pipeline_params(), TinyGeneratorParams(n=4))
    assert [len(b.inputs["x"]) for b in predictor.predict_pipeline(pipeline, batched=True)] == [4]


@pytest.mark.parametrize("post_processed", [False, True])
@pytest.mark.parametrize("include_meta", [False, True])
def test_batches_have_meta_data_on_demand_and_samples_always(exported, include_meta, post_processed):
    predictor = TinyScenario.create_predictor(exported[0], predictor_params(include_meta=include_meta))
    if not post_processed:
        predictor.data.params.post_proc = SequentialProcessorPipelineParams()
    (batch,) = predictor.predict(TinyGeneratorParams(n=2), batched=True)
    assert batch.meta == ([{"index": 0}, {"index": 1}] if include_meta else None)
    assert [sample.meta for sample in predictor.predict(TinyGeneratorParams(n=2))] == [{"index": 0}, {"index": 1}]


@pytest.mark.parametrize("num_processes", [0, 2])
def test_meta_data_are_not_written_as_json_and_read_again(exported, num_processes, monkeypatch):
    def encode(meta):
        raise AssertionError("nobody needs it")

    monkeypatch.setattr(collator, "encode_meta", encode)
    params = predictor_params(pipeline=DataPipelineParams(num_processes=num_processes))
    predictor = TinyScenario.create_predictor(exported[0], params)
    predictor.data.params.pre_proc.run_parallel = True
    metas = [{"array": np.arange(3), "pair": (1, 2), "number": number} for number in range(50)]
    samples = list(predictor.predict_raw([Sample(inputs=[1, 2], meta=meta) for meta in metas]))
    assert [sample.meta["number"] for sample in samples] == list(range(50))
    assert all(sample.meta["pair"] == (1, 2) and isinstance(sample.meta["array"], np.ndarray) for sample in samples)
    predictor.close()


def test_changed_meta_data_of_a_batch_leave_those_of_the_given_samples_as_they_were(exported):
    predictor = TinyScenario.create_predictor(exported[0], predictor_params(include_meta=True))
    predictor.data.params.pre_proc = SequentialProcessorPipelineParams()  # these would copy the samples
    predictor.data.params.post_proc = SequentialProcessorPipelineParams()
    given = Sample(inputs={"x": np.float32([1, 2])}, meta={"name": "a"})
    (batch,) = predictor.predict_raw([given], batched=True)
    batch.meta[0]["name"] = "changed"
    assert given.meta == {"name": "a"}


@pytest.mark.parametrize("num_processes", [0, 2])
def test_a_sample_of_a_wrong_shape_is_skipped_and_reported(exported, num_processes):
    params = predictor_params(
        pipeline=DataPipelineParams(batch_size=4, num_processes=num_processes, sample_errors=SampleErrorPolicy.SKIP)
    )
    predictor = TinyScenario.create_predictor(exported[0], params)
    predictor.data.params.pre_proc.run_parallel = True
    inputs = [[number, 0] for number in range(50)]
    inputs[7], inputs[40] = [1, 2, 3], [1]
    samples = list(predictor.predict_raw(inputs))
    assert [sample.inputs["x"][0] for sample in samples] == [n for n in range(50) if n not in (7, 40)]
    assert [skipped.index for skipped in predictor.skipped_samples] == [7, 40]
    predictor.params.strict = True
    with pytest.raises(UserError, match="do not fit"):
        list(predictor.predict_raw(inputs))
    predictor.close()


def test_results_before_an_error_are_delivered(exported):
    params = predictor_params(strict=True, pipeline=DataPipelineParams(batch_size=1, num_processes=0))
    predictor = TinyScenario.create_predictor(exported[0], params)
    samples = predictor.predict(TinyGeneratorParams(n=6, broken=[4]))
    assert [next(samples).meta["index"] for _ in range(4)] == [0, 1, 2, 3]
    with pytest.raises(UserError, match="cannot read"):
        next(samples)


def test_no_thread_is_left_behind_by_a_prediction_that_is_not_read_to_its_end(exported):
    params = predictor_params(pipeline=DataPipelineParams(batch_size=1, num_processes=0))
    samples = TinyScenario.create_predictor(exported[0], params).predict(TinyGeneratorParams(n=50))
    next(samples)
    assert any(thread.name.startswith("predict") for thread in threading.enumerate())
    samples.close()
    assert not any(thread.name.startswith("predict") for thread in threading.enumerate())


def test_a_model_is_traced_once_for_all_predictions(exported):
    traced = []

    class Counted(keras.Model):
        def call(self, inputs, training=None):
            traced.append(1)
            return {"class": tf.cast(inputs["x"][:, 0] > 0, tf.int32)}

    predictor = Predictor(predictor_params(), exported[1].create_data())
    predictor.set_model(Counted())
    dataset = tf.data.Dataset.from_tensor_slices({"x": np.ones([4, 2], "float32")}).batch(4)
    for _ in range(3):
        assert len(list(predictor.predict_dataset(dataset))) == 4
        assert len(list(predictor.predict_raw(np.ones([4, 2])))) == 4
    assert len(traced) == 1


def test_empty_data_yield_nothing(predictor):
    assert list(predictor.predict_raw([])) == []
    assert list(predictor.predict_raw(iter([]))) == []
    assert list(predictor.predict_raw([], batched=True)) == []
    assert list(predictor.predict(TinyGeneratorParams(n=0))) == []
    pipeline = predictor.data.create_pipeline(
        DataPipelineParams(mode=PipelineMode.PREDICTION), TinyGeneratorParams(n=0)
    )
    with pipeline.generate_input_batches() as batches:
        assert list(batches) == []


def test_a_pipeline_can_be_predicted(predictor):
    pipeline = predictor.data.create_pipeline(
        DataPipelineParams(mode=PipelineMode.PREDICTION), TinyGeneratorParams(n=4)
    )
    assert len(list(predictor.predict_pipeline(pipeline))) == 4


@pytest.mark.parametrize("method", ["predict_dataset", "predict_database"])
def test_a_dataset_is_predicted_without_processors(predictor, method):
    dataset = tf.data.Dataset.from_tensor_slices({"x": np.ones([5, 2], "float32")}).batch(2)
    samples = list(getattr(predictor, method)(dataset))
    assert len(samples) == 5
    assert "label" not in samples[0].outputs
    assert samples[0].outputs["pred"].shape == (2,)


def test_single_samples_are_predicted_by_a_function(predictor, exported):
    with predictor.raw() as predict:
        for x in ([1, 2], [-3, 1]):
            sample = predict(Sample(inputs=x, meta={"x": x}))
            assert sample.meta == {"x": x}
            assert sample.outputs["label"] in ("negative", "positive")
            np.testing.assert_allclose(sample.outputs["pred"], expected_outputs(exported[1], x)["pred"][0], atol=1e-6)
        assert predict([0.5, 0.5]).inputs["x"].tolist() == [0.5, 0.5]
    with pytest.raises(UserError, match="outside of its context"):
        predict([1, 2])


def test_unreadable_samples_are_skipped_and_reported(predictor, caplog):
    with caplog.at_level("WARNING"):
        samples = list(predictor.predict(TinyGeneratorParams(n=6, broken=[1, 4])))
    assert [sample.meta["index"] for sample in samples] == [0, 2, 3, 5]
    assert [skipped.index for skipped in predictor.skipped_samples] == [1, 4]
    assert "cannot read" in predictor.skipped_samples[0].message
    assert "2 unreadable samples" in caplog.text
    list(predictor.predict(TinyGeneratorParams(n=2)))
    assert predictor.skipped_samples == []


def test_an_unreadable_sample_is_an_error_if_strict(exported):
    predictor = TinyScenario.create_predictor(exported[0], predictor_params(strict=True))
    with pytest.raises(UserError, match="cannot read"):
        list(predictor.predict(TinyGeneratorParams(n=6, broken=[4])))


def test_an_explicit_pipeline_says_itself_what_happens_to_unreadable_samples(exported):
    params = predictor_params(pipeline=DataPipelineParams(sample_errors=SampleErrorPolicy.RAISE))
    with pytest.raises(UserError, match="cannot read"):
        list(TinyScenario.create_predictor(exported[0], params).predict(TinyGeneratorParams(n=2, broken=[1])))


def test_a_model_in_memory_can_be_set(exported):
    scenario = exported[1]
    predictor = Predictor(predictor_params(run_eagerly=True), scenario.create_data())
    predictor.set_model(scenario.keras_predict_model)
    assert predictor.model is scenario.keras_predict_model
    in_memory = [sample.outputs["pred"] for sample in predictor.predict(TinyGeneratorParams(n=3))]
    from_directory = TinyScenario.create_predictor(exported[0], predictor_params()).predict(TinyGeneratorParams(n=3))
    np.testing.assert_allclose(in_memory, [sample.outputs["pred"] for sample in from_directory], atol=1e-6)
    predictor.set_model(lambda inputs: {"class": np.zeros(len(inputs["x"]), int)})
    assert [sample.outputs["label"] for sample in predictor.predict_raw([[9, 9]])] == ["negative"]


def test_an_exported_model_cannot_run_eagerly_and_says_so(exported):
    with pytest.raises(NotSupportedYetError, match="run_eagerly"):
        TinyScenario.create_predictor(exported[0], predictor_params(run_eagerly=True))


def test_the_workers_of_a_predictor_serve_all_of_its_predictions(exported):
    params = predictor_params(pipeline=DataPipelineParams(num_processes=2))
    predictor = TinyScenario.create_predictor(exported[0], params)
    # the outputs become what the process looks like
    post_proc = SequentialProcessorPipelineParams(run_parallel=True, processors=[LookAroundParams()])
    predictor.data.params.post_proc = post_proc
    runs = [{sample.outputs["pid"] for sample in predictor.predict(TinyGeneratorParams(n=100))} for _ in range(3)]
    # the first samples may be done before it is clear that there are many
    assert 1 <= len(set.union(*runs) - {os.getpid()}) <= 2


def test_no_model_is_an_error(exported):
    with pytest.raises(UserError, match="no model"):
        list(Predictor(predictor_params(), exported[1].create_data()).predict_raw([[1, 2]]))


def test_speed_is_measured_and_hooks_are_called(exported):
    class Hooked(Predictor):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.events = []

        def _on_step_end(self, inputs, outputs):
            self.events.append(("step", len(inputs["x"])))

        def _on_sample_end(self, sample):
            self.events.append("sample")

        def _on_predict_end(self):
            self.events.append("end")

    params = PredictorParams(pipeline=DataPipelineParams(batch_size=2, num_processes=1), progress_bar=False)
    predictor = Hooked(params, exported[1].create_data())
    predictor.set_model(exported[1].keras_predict_model)
    lines = []
    predictor.print_fn = lines.append
    assert len(list(predictor.predict(TinyGeneratorParams(n=3)))) == 3
    assert predictor.events.count("sample") == 3
    assert [event for event in predictor.events if event[0] == "step"] == [("step", 2), ("step", 1)]
    assert predictor.events[-1] == "end"
    assert len(lines) == 3
    assert "label" in lines[0]
    results = predictor.benchmark_results
    assert (results.n_batches, results.n_samples) == (2, 3)
    assert results.samples_per_second > 0


def test_a_predictor_refuses_unknown_arguments(exported):
    with pytest.raises(AssertionError, match="codec"):
        Predictor(predictor_params(), exported[1].create_data(), codec=1)


def test_a_program_that_predicts_imports_no_command_line_and_no_progress_bar(exported):
    code = (
        "import sys\n"
        "from test.tinyscenario.scenario import TinyScenario\n"
        "from tfaip import PredictorParams\n"
        f"predictor = TinyScenario.create_predictor({exported[0]!r}, PredictorParams(silent=True))\n"
        "assert len(list(predictor.predict_raw([[1, 2]]))) == 1\n"
        "print(*sorted(sys.modules))\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=600)
    assert result.returncode == 0, result.stderr
    assert {"tqdm", "tfaip.params.cli.parser"} & set(result.stdout.split()) == set()


def test_a_single_prediction_leaves_the_input_to_the_caller(exported, monkeypatch):
    def double(self, sample):
        sample.inputs *= 2
        return sample.new_inputs({"x": sample.inputs})

    monkeypatch.setattr(ReadProcessor, "apply", double)
    x = np.ones(2, "float32")
    with TinyScenario.create_predictor(exported[0], predictor_params()).raw() as predict:
        assert predict(x).inputs["x"].tolist() == predict(x).inputs["x"].tolist() == [2, 2]
    assert x.tolist() == [1, 1]


def test_batches_are_counted_whatever_post_processing_makes_of_the_inputs(exported, monkeypatch):
    def rename(self, sample):
        return sample.new_inputs({"text": "abc" * sample.meta["index"]}).new_outputs({"label": "x"})

    monkeypatch.setattr(LabelProcessor, "apply", rename)
    predictor = TinyScenario.create_predictor(exported[0], predictor_params())
    predictor.params.pipeline.batch_size = 2
    batches = list(predictor.predict(TinyGeneratorParams(n=3), batched=True))
    assert [batch.inputs["text"] for batch in batches] == [["", "abc"], ["abcabc"]]
    assert predictor.benchmark_results.n_samples == 3


def test_a_model_directory_may_begin_with_the_home(exported, monkeypatch):
    monkeypatch.setenv("HOME", os.path.dirname(exported[0]))
    path = os.path.join("~", os.path.basename(exported[0]))
    assert list(TinyScenario.create_predictor(path, predictor_params()).predict_raw([[1.0, 2.0]]))
