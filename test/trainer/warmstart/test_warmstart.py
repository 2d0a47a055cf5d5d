# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A warm start copies the weights that its parameters say, of every kind of stored model, or none and says why."""

import json
import logging
import pickle
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from test.conftest import MODEL_1_2
from tfaip import WarmStartParams
from tfaip.trainer.warmstart.warmstarter import WarmStarter
from tfaip.util.errors import UserError
from waves.scenario import WaveScenario


def scenario_of(hidden: list[int], seed: int = 1) -> WaveScenario:
    keras.utils.set_random_seed(seed)
    params = WaveScenario.default_trainer_params().scenario
    params.model.hidden = hidden
    scenario = WaveScenario(params)
    assert scenario.keras_train_model is not None
    return scenario


def weights(scenario: WaveScenario) -> dict[str, np.ndarray]:
    return {w.path.removeprefix("root/waves/"): w.numpy() for w in scenario.keras_predict_model.weights}


def start(scenario: WaveScenario, model: Any, cls: type[WarmStarter] = WarmStarter, **params: Any) -> None:
    cls(WarmStartParams(model=str(model), **params)).warmstart(scenario.keras_predict_model)


def assert_copied(scenario: WaveScenario, expected: dict[str, np.ndarray]) -> None:
    found = weights(scenario)
    for name, value in expected.items():
        np.testing.assert_array_equal(found[name], value, err_msg=name)


def values_of_1_2() -> dict[str, np.ndarray]:
    reader: Any = tf.train.load_checkpoint(str(MODEL_1_2 / "best" / "serve" / "variables" / "variables"))
    names = ["hidden_0/kernel", "hidden_0/bias", "logits/kernel", "logits/bias"]
    return {name: reader.get_tensor(f"variables/{i}/.ATTRIBUTES/VARIABLE_VALUE") for i, name in enumerate(names)}


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, np.ndarray]]:
    """A model directory with two hidden layers of five units, and its weights."""
    folder = tmp_path_factory.mktemp("model")
    scenario = scenario_of([5, 5], seed=7)
    for weight in scenario.keras_predict_model.weights:
        weight.assign(np.random.RandomState(len(weight.path)).normal(size=weight.shape))
    scenario.export(str(folder / "export"))
    return folder / "export", weights(scenario)


# ---------------------------------------------------------------------- kinds of stored models
@pytest.mark.parametrize("path", ["best", "best/serve", "export/serve", "best/serve/saved_model.pb"])
def test_a_model_of_1_2_is_loaded(path: str) -> None:
    scenario = scenario_of([12])
    start(scenario, MODEL_1_2 / path)
    expected = values_of_1_2()
    if path.startswith("best"):
        assert_copied(scenario, expected)
    assert np.abs(weights(scenario)["hidden_0/bias"]).max() > 0


@pytest.mark.parametrize("path", [".", "serve", "scenario_params.json"])
def test_an_exported_model_is_loaded(path: str, exported: tuple[Path, dict[str, np.ndarray]]) -> None:
    scenario = scenario_of([5, 5])
    start(scenario, exported[0] / path)
    assert_copied(scenario, exported[1])


def test_a_training_checkpoint_of_1_2_is_loaded_without_its_optimizer(tmp_path: Path) -> None:
    # the objects of such a file: a model with optimizer slots and metrics
    expected = weights(scenario_of([12], seed=5))
    tracked: dict[str, Any] = {}
    model, optimizer = tf.train.Checkpoint(), tf.train.Checkpoint()
    for name, value in expected.items():
        tracked[name] = tf.Variable(value, name=f"root/root/waves/{name}")
        setattr(model, name.replace("/", "_"), tracked[name])
    optimizer.m = tf.Variable(np.zeros(3), name="Adam/root/root/waves/logits/bias/m")
    checkpoint = tf.train.Checkpoint(model=model, optimizer=optimizer)
    checkpoint.write(str(tmp_path / "variables" / "variables"))
    for path in (tmp_path, tmp_path / "variables" / "variables", tmp_path / "variables" / "variables.index"):
        scenario = scenario_of([12])
        start(scenario, path)
        assert_copied(scenario, expected)


def test_files_of_weights_are_loaded(tmp_path: Path) -> None:
    expected = weights(scenario_of([4], seed=5))
    np.savez(tmp_path / "w.npz", **{f"other/net/{name}": value for name, value in expected.items()})
    header: dict[str, Any] = {"__metadata__": {"format": "np"}}
    data = b""
    for name, value in expected.items():
        end = len(data) + value.nbytes
        header[name.replace("/", ".")] = {"dtype": "F32", "shape": value.shape, "data_offsets": [len(data), end]}
        data += value.tobytes()
    text = json.dumps(header).encode()
    (tmp_path / "w.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + data)
    for name in ("w.npz", "w.safetensors"):
        scenario = scenario_of([4])
        start(scenario, tmp_path / name)
        assert_copied(scenario, expected)


def test_layers_with_other_names_are_copied_in_their_order(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    expected = weights(scenario_of([4, 4], seed=5))
    names = ["a/kernel", "a/bias", "b/kernel", "b/bias", "c/kernel", "c/bias"]
    np.savez(tmp_path / "w.npz", **dict(zip(names, expected.values(), strict=True)))
    scenario = scenario_of([4, 4])
    with caplog.at_level(logging.WARNING):
        start(scenario, tmp_path / "w.npz")
    assert_copied(scenario, expected)
    assert "in their order" in caplog.text


def test_the_order_does_not_mix_kernels_and_biases_or_contradict_names(tmp_path: Path) -> None:
    values = weights(scenario_of([3, 3], seed=5))  # of shape [3, 3] twice
    np.savez(tmp_path / "kinds.npz", **{f"x{i}": value for i, value in enumerate(values.values())})
    swapped = {"hidden_1/kernel": values["logits/kernel"], "logits/kernel": values["hidden_1/kernel"]}
    order = ["hidden_0/kernel", "hidden_0/bias", "logits/kernel", "hidden_1/bias", "hidden_1/kernel", "other/bias"]
    np.savez(
        tmp_path / "order.npz",
        **{name: {**values, **swapped, "other/bias": values["logits/bias"]}[name] for name in order},
    )
    for name in ("kinds.npz", "order.npz"):
        scenario = scenario_of([3, 3])
        before = weights(scenario)
        with pytest.raises(NameError, match="cannot be loaded"):
            start(scenario, tmp_path / name)
        assert_copied(scenario, before)


# ---------------------------------------------------------------------- rules
def test_names_are_changed_by_rules_on_both_sides(tmp_path: Path) -> None:
    values = weights(scenario_of([4], seed=5))
    stored = {
        "net/first/kernel": values["hidden_0/kernel"],
        "net/first/bias": values["hidden_0/bias"],
        "net/last/kernel": values["logits/kernel"],
        "net/last/bias": values["logits/bias"],
        "net/more/bias": np.zeros(9),
    }
    np.savez(tmp_path / "w.npz", **stored)
    scenario = scenario_of([4])
    start(scenario, tmp_path / "w.npz", rename=["first->hidden_0"], rename_targets=["logits->last"])
    assert_copied(scenario, values)


def test_a_suffix_is_added_to_the_stored_names(tmp_path: Path) -> None:
    values = weights(scenario_of([4], seed=5))
    np.savez(tmp_path / "w.npz", more=np.zeros(3), **{name[:-2]: value for name, value in values.items()})
    scenario = scenario_of([4])
    rules = ["kernel->kernel_x", "bias->bias_x"]
    np.savez(tmp_path / "w.npz", more=np.zeros(3), **values)
    start(scenario, tmp_path / "w.npz", add_suffix="_x", rename_targets=rules)
    assert_copied(scenario, values)
    with pytest.raises(NameError):
        start(scenario, tmp_path / "w.npz", rename_targets=rules)


def test_running_numbers_of_cells_are_ignored(tmp_path: Path) -> None:
    inputs = keras.Input([None, 2])
    model = keras.Model(inputs, keras.layers.Dense(1, name="d")(keras.layers.LSTM(3, name="l")(inputs)))
    values = [np.random.RandomState(i).normal(size=w.shape) for i, w in enumerate(model.weights)]
    names = ["l/lstm_cell_17/kernel", "l/lstm_cell_17/recurrent_kernel", "l/lstm_cell_17/bias", "d/kernel", "d/bias"]
    np.savez(tmp_path / "w.npz", more=np.zeros(1), **dict(zip(names, values, strict=True)))
    WarmStarter(WarmStartParams(model=str(tmp_path / "w.npz"))).warmstart(model)
    for weight, value in zip(model.weights, values, strict=True):
        np.testing.assert_allclose(weight.numpy(), value, atol=1e-6)
    with pytest.raises(NameError):
        WarmStarter(WarmStartParams(model=str(tmp_path / "w.npz"), auto_remove_numbers_for=[])).warmstart(model)


@pytest.mark.parametrize(
    ("selection", "loaded"),
    [
        ({"exclude": "logits/.*"}, "hidden"),
        ({"exclude": "graph/logits/.*"}, "hidden"),
        ({"include": "hidden_.*"}, "hidden"),
        ({"include": "waves|hidden.*|logits.*", "exclude": ".*hidden.*"}, "logits"),
    ],
)
def test_patterns_select_by_the_names_of_layers_and_attributes(
    selection: dict[str, str], loaded: str, exported: tuple[Path, dict[str, np.ndarray]]
) -> None:
    scenario = scenario_of([5, 5])
    before = weights(scenario)
    start(scenario, exported[0], **selection)
    assert_copied(scenario, {k: (v if k.startswith(loaded) else before[k]) for k, v in exported[1].items()})


def test_a_pattern_must_match_the_whole_name(exported: tuple[Path, dict[str, np.ndarray]]) -> None:
    with pytest.raises(UserError, match="matches no weight"):
        start(scenario_of([5, 5]), exported[0], exclude="logits")


def test_partial_starts_take_what_fits_and_the_log_tells_the_rest(
    caplog: pytest.LogCaptureFixture, exported: tuple[Path, dict[str, np.ndarray]]
) -> None:
    scenario = scenario_of([5, 7, 4])
    before = weights(scenario)
    with caplog.at_level(logging.INFO):
        start(scenario, exported[0], allow_partial=True)
    same = {name: exported[1][name] for name in ("hidden_0/kernel", "hidden_0/bias", "logits/bias")}
    others = {name: value for name, value in before.items() if name not in same}
    assert_copied(scenario, {**same, **others})
    assert "3 loaded, 2 missing, 3 other shape" in caplog.text
    assert "5x7 (stored: 5x5)" in caplog.text


# ---------------------------------------------------------------------- own classes
class Halved(WarmStarter):
    def _transform_weight(self, weight: Any, trainable_name: str, name: str) -> Any:
        assert trainable_name.rpartition("/")[2] == name.rpartition("/")[2]
        return weight / 2


class Wider(WarmStarter):
    """Brings the output layer to four classes."""

    def __init__(self, params: WarmStartParams):
        super().__init__(params)
        self.seen: list[tuple[str, tuple[int, ...]]] = []

    def _trim(self, names):
        return super()._trim(names)

    def apply_weights(self, target_model, new_weights):
        new = []
        for target, value in zip(target_model.weights, new_weights, strict=True):
            if "logits" in target.name:
                value = np.concatenate([value, np.zeros((*value.shape[:-1], 1))], axis=-1)
            new.append(value)
        super().apply_weights(target_model, new)


def test_an_own_class_transforms_weights(exported: tuple[Path, dict[str, np.ndarray]]) -> None:
    scenario = scenario_of([5, 5])
    start(scenario, exported[0], Halved)
    assert_copied(scenario, {name: value / 2 for name, value in exported[1].items()})


def test_an_own_class_changes_shapes_in_the_list_of_all_weights(exported: tuple[Path, dict[str, np.ndarray]]) -> None:
    scenario = scenario_of([5, 5])
    scenario.params.model.n_classes = 4
    scenario = WaveScenario(scenario.params)
    start(scenario, exported[0], Wider)
    found = weights(scenario)
    np.testing.assert_array_equal(found["logits/kernel"][:, :3], exported[1]["logits/kernel"])
    assert not found["logits/kernel"][:, 3].any()
    np.testing.assert_array_equal(found["hidden_1/kernel"], exported[1]["hidden_1/kernel"])


# ---------------------------------------------------------------------- mistakes
def test_every_mistake_is_one_message_and_changes_nothing(
    tmp_path: Path, exported: tuple[Path, dict[str, np.ndarray]]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "w.h5").write_bytes(b"x")
    (tmp_path / "w.npz").write_bytes(b"x")
    (tmp_path / "w.safetensors").write_bytes((1 << 60).to_bytes(8, "little") + b"{}")
    (tmp_path / "broken" / "variables").mkdir(parents=True)
    (tmp_path / "broken" / "saved_model.pb").write_bytes(b"x")
    (tmp_path / "broken" / "variables" / "variables.index").write_bytes(b"x")
    model = exported[0]
    cases: list[tuple[dict[str, Any], str]] = [
        ({"model": model.parent / "exprot"}, "Did you mean export"),
        ({"model": tmp_path / "empty"}, "an empty directory"),
        ({"model": tmp_path / "w.h5"}, "np.savez"),
        ({"model": tmp_path / "w.npz"}, "an archive of NumPy arrays"),
        ({"model": tmp_path / "w.safetensors"}, "longer than the file"),
        ({"model": tmp_path / "broken"}, "cannot be read"),
        ({"model": model, "rename": ["a=b"]}, "FROM->TO"),
        ({"model": model, "rename_targets": ["->b"]}, "FROM->TO"),
        ({"model": model, "include": "*"}, "no regular expression"),
        ({"model": model, "include": "x", "allow_partial": True}, "cannot be partial"),
        ({"model": MODEL_1_2 / "best", "allow_partial": True, "rename": ["i->"]}, "would load nothing"),
        ({"model": MODEL_1_2 / "best"}, "12 instead of"),
    ]
    scenario = scenario_of([5, 5])
    before = weights(scenario)
    for params, text in cases:
        model_path = params.pop("model")
        with pytest.raises(UserError) as caught:
            start(scenario, model_path, **params)
        assert text in str(caught.value), (params, str(caught.value))
    assert_copied(scenario, before)
    with pytest.raises(NameError, match="Did you mean grahp"):
        start(scenario_of([5, 5, 5]), model, rename=["graph->grahp"], trim_graph_name=False)


class Bomb:
    def __reduce__(self):
        return (exec, ("raise SystemExit('executed')",))


def test_no_pickle_is_executed(tmp_path: Path) -> None:
    np.savez(tmp_path / "w.npz", x=np.array([Bomb()], dtype=object))
    with pytest.raises(UserError, match="cannot be read"):
        start(scenario_of([4]), tmp_path / "w.npz")
    assert b"exec" in pickle.dumps(Bomb())
