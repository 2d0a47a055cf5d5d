# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Each field of each optimizer changes what it does, and the optimizers of Keras are those of Keras."""

import dataclasses
import inspect
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfaip.trainer import optimizer as o
from tfaip.trainer.scheduler import ExponentialDecayParams

SHAPES = {"dense/kernel": (4, 3), "dense/bias": (3,), "embedding/embeddings": (5, 2), "norm/gamma": (2, 2)}
N_STEPS = 6


def train(params: o.OptimizerParams, scale: float = 1.0, lr: Any = 0.01) -> dict[str, np.ndarray]:
    """Return the variables after some steps."""
    cls, kwargs = params.create()
    random = np.random.RandomState(0)
    with_paths = {}
    for path, shape in SHAPES.items():
        layer, name = path.split("/")
        with keras.name_scope(layer):
            with_paths[path] = keras.Variable(random.normal(size=shape), dtype="float32", name=name)
    optimizer = cls(learning_rate=lr, **kwargs)
    optimizer.build(list(with_paths.values()))
    for _ in range(N_STEPS):
        gradients = [tf.constant(scale * random.normal(size=shape), tf.float32) for shape in SHAPES.values()]
        optimizer.apply_gradients(list(zip(gradients, with_paths.values(), strict=True)))
    assert [variable.path for variable in with_paths.values()] == list(SHAPES)
    return {path: variable.numpy() for path, variable in with_paths.items()}


# field -> a value that is not the default, and what else must be set for it to count
CLIPPING = {"clip_norm": (0.1, {}), "clip_value": (0.1, {}), "global_clip_norm": (0.1, {})}
MOMENTS = {"beta_1": (0.5, {}), "beta_2": (0.5, {}), "epsilon": (0.1, {})}
DECAY = {"weight_decay": (0.1, {})}
EXCLUDED = {"exclude_from_weight_decay": (["kernel"], {"weight_decay": 0.5})}
FIELDS: dict[str, dict[str, tuple[Any, dict[str, Any]]]] = {
    "Adam": {**MOMENTS, **DECAY},
    "Adamax": {**MOMENTS, **DECAY},
    "RMSprop": {"momentum": (0.5, {}), "epsilon": (0.1, {}), "rho": (0.5, {}), "centered": (True, {})},
    "SGD": {"momentum": (0.5, {}), "nesterov": (True, {"momentum": 0.5}), **DECAY},
    "AdaBelief": {
        **MOMENTS,
        **DECAY,
        "rectify": (False, {}),
        "amsgrad": (True, {"rectify": False, "beta_2": 0.5}),
        "sma_threshold": (1.0, {}),
        "total_steps": (5, {}),
        "warmup_proportion": (0.9, {"total_steps": 5}),
        "min_lr": (0.005, {"total_steps": 5}),
    },
    "LAMB": {**MOMENTS, **DECAY, **EXCLUDED, "exclude_from_layer_adaptation": (["kernel"], {})},
    "AdamW": {**MOMENTS, **DECAY, **EXCLUDED, "amsgrad": (True, {"beta_2": 0.5})},
    "Nadam": {**MOMENTS, **DECAY, **EXCLUDED},
    "Lion": {"beta_1": (0.5, {}), "beta_2": (0.5, {}), **DECAY, **EXCLUDED},
    "Adafactor": {
        "beta_2_decay": (-0.3, {}),
        "epsilon_1": (0.1, {}),
        "epsilon_2": (10.0, {}),
        "clip_threshold": (0.1, {}),
        **DECAY,
        **EXCLUDED,
    },
    "Muon": {
        "momentum": (0.5, {}),
        "nesterov": (False, {}),
        "ns_steps": (2, {}),
        "rms_rate": (None, {}),
        "muon_a": (3.0, {}),
        "muon_b": (-4.7, {}),
        "muon_c": (2.05, {}),
        "exclude_layers": (["dense"], {}),
        "exclude_embeddings": (False, {}),
        "adam_lr_ratio": (0.5, {}),
        "adam_beta_1": (0.5, {}),
        "adam_beta_2": (0.5, {}),
        "adam_weight_decay": (0.5, {"exclude_from_weight_decay": []}),
        "epsilon": (0.1, {}),
        **DECAY,
        **EXCLUDED,
    },
}
CLASSES = {cls.__alt_name__: cls for cls in o.DEFAULT_OPTIMIZERS}
NEW = ["AdamW", "Nadam", "Lion", "Adafactor", "Muon"]


def test_the_table_holds_every_field() -> None:
    fields = {name: {field.name for field in dataclasses.fields(cls)} for name, cls in CLASSES.items()}
    assert fields == {name: set(entries) | set(CLIPPING) for name, entries in FIELDS.items()}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in ("Adam", "SGD", "Lion") else pytest.mark.slow) for name in CLASSES]
)
def test_each_field_changes_the_result(name: str) -> None:
    for field, (value, others) in {**CLIPPING, **FIELDS[name]}.items():
        scale = 1e-3 if field == "epsilon_1" else 1.0
        before, after = (train(CLASSES[name](**{**others, **more}), scale) for more in ({}, {field: value}))
        assert all(np.isfinite(after[path]).all() for path in SHAPES), field
        assert any(np.abs(before[path] - after[path]).max() > 1e-5 for path in SHAPES), field


@pytest.mark.parametrize("name", NEW)
def test_defaults_and_names_are_those_of_keras(name: str) -> None:
    arguments = inspect.signature(getattr(keras.optimizers, name).__init__).parameters
    params = CLASSES[name]()
    for field in FIELDS[name]:
        if field not in ("exclude_from_weight_decay", "exclude_layers", "epsilon_1"):
            assert getattr(params, field) == (arguments[field].default or 0.0), field


@pytest.mark.parametrize("name", CLASSES)
def test_an_input_that_is_always_zero_and_an_output_without_gradient_make_no_weight_nan(name: str) -> None:
    kernel = keras.Variable(np.full((3, 4), 0.1, dtype="float32"), name="kernel")
    gradient = np.full((3, 4), 0.1, dtype="float32")
    gradient[0, :] = gradient[:, 0] = 0.0
    cls, kwargs = CLASSES[name]().create()
    optimizer = cls(learning_rate=0.01, **kwargs)
    optimizer.build([kernel])
    for _ in range(3):
        optimizer.apply_gradients([(tf.constant(gradient), kernel)])
    assert np.isfinite(kernel.numpy()).all()


@pytest.mark.parametrize("name", NEW)
def test_it_is_the_optimizer_of_keras(name: str) -> None:
    params = CLASSES[name](weight_decay=0.1, exclude_from_weight_decay=[])
    if name == "Muon":
        params.adam_weight_decay = 0.1
    if name == "Adafactor":
        params.epsilon_1 = 1e-30

    class OfKeras(o.OptimizerParams):
        def create(self):
            more = {"adam_weight_decay": 0.1} if name == "Muon" else {}
            return getattr(keras.optimizers, name), {"weight_decay": 0.1, **more}

    expected, found = train(OfKeras()), train(params)
    for path in SHAPES:
        np.testing.assert_array_equal(found[path], expected[path])


@pytest.mark.parametrize("name", NEW)
def test_biases_and_normalisations_do_not_decay_by_default_and_the_decay_follows_the_schedule(name: str) -> None:
    schedule = ExponentialDecayParams(lr=0.1, lr_decay_rate=0.5, learning_circle=1, epochs=4, steps_per_epoch=2)
    params = CLASSES[name](weight_decay=0.5)
    if name == "Muon":
        params.adam_weight_decay = 0.5
    start, end = train(params, scale=0.0, lr=0.0), train(params, scale=0.0, lr=schedule.create())
    left = np.prod([(1 - 0.5 * 0.1 * 0.5**epoch) ** 2 for epoch in range(3)])
    for path in SHAPES:
        decays = path in ("dense/kernel", "embedding/embeddings")
        np.testing.assert_allclose(end[path], start[path] * (left if decays else 1.0), rtol=1e-5, err_msg=path)


@pytest.mark.parametrize("name", ["Adam", "Adamax", "SGD", "AdaBelief"])
def test_all_variables_decay_with_the_optimizers_of_1_2(name: str) -> None:
    params = CLASSES[name](weight_decay=0.5)
    start, end = train(params, scale=0.0, lr=0.0), train(params, scale=0.0, lr=0.1)
    for path in SHAPES:
        assert np.abs(end[path]).max() < np.abs(start[path]).max()


def test_all_state_is_in_the_variables() -> None:
    for cls in o.DEFAULT_OPTIMIZERS:
        optimizer_cls, kwargs = cls().create()

        def create(optimizer_cls=optimizer_cls, kwargs=kwargs):
            variable = keras.Variable(np.ones((2, 2)), dtype="float32")
            optimizer = optimizer_cls(learning_rate=0.1, **kwargs)
            optimizer.build([variable])
            return optimizer, variable

        def step(optimizer, variable, i):
            optimizer.apply_gradients(
                [(tf.constant(np.random.RandomState(i).normal(size=(2, 2)), tf.float32), variable)]
            )

        (first, x), (second, y) = create(), create()
        for i in range(3):
            step(first, x, i)
        for target, source in zip([y, *second.variables], [x, *first.variables], strict=True):
            target.assign(source)
        for i in range(3, 6):
            step(first, x, i)
            step(second, y, i)
        np.testing.assert_array_equal(x.numpy(), y.numpy(), err_msg=cls.__name__)
