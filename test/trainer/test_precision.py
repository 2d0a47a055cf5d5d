# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Precision and XLA change how fast steps are, not what is trained."""

from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

from test.trainer.test_trainer import small_params, train
from tfaip.device.precision import Precision, computing_with
from tfaip.trainer.trainer import Trainer
from tfaip.util.errors import UserError
from waves.model import WaveModel


class Dtypes(keras.callbacks.Callback):
    """Keeps what the layers compute with."""

    def on_train_begin(self, logs: Any = None) -> None:
        graph = self.model.root_graph.graph
        self.compute = graph.logits.compute_dtype
        self.variable = graph.logits.variable_dtype
        self.optimizer = type(self.model.optimizer).__name__


@pytest.mark.parametrize("precision", [Precision.FLOAT16, pytest.param(Precision.BFLOAT16, marks=pytest.mark.slow)])
def test_layers_compute_with_half_precision_and_keep_their_weights(precision: Precision, tmp_path: Path) -> None:
    full = train(small_params())
    dtypes = Dtypes()
    params = small_params(precision=precision, output_dir=str(tmp_path))
    logs = train(params, dtypes)
    assert dtypes.compute == precision.value
    assert dtypes.variable == "float32"
    assert (dtypes.optimizer == "LossScaleOptimizer") == (precision == Precision.FLOAT16)
    assert logs["loss"] == pytest.approx(full["loss"], rel=0.02)
    assert logs["loss"] != full["loss"]
    assert keras.config.dtype_policy().name == "float32"
    outputs = tf.saved_model.load(str(tmp_path / "best" / "serve")).signatures["serving_default"].structured_outputs
    assert outputs["pred"].dtype == tf.float32


def test_a_training_with_half_precision_is_resumed_exactly(tmp_path: Path) -> None:
    whole = train(small_params(precision=Precision.FLOAT16, epochs=2))
    train(small_params(precision=Precision.FLOAT16, epochs=1, output_dir=str(tmp_path)))
    trainer = Trainer.restore_trainer(str(tmp_path))
    trainer.params.epochs = 2
    assert trainer.train() == whole


def test_the_precision_is_put_back_after_an_error() -> None:
    with pytest.raises(ValueError), computing_with(Precision.BFLOAT16):
        assert keras.config.dtype_policy().name == "mixed_bfloat16"
        raise ValueError
    assert keras.config.dtype_policy().name == "float32"


@pytest.mark.slow
def test_xla_trains_the_same_weights() -> None:
    plain, compiled = train(small_params()), train(small_params(jit_compile=True))
    assert compiled["loss"] == pytest.approx(plain["loss"], abs=1e-5)
    assert compiled["val_loss"] == pytest.approx(plain["val_loss"], abs=1e-5)


class TextMetric(WaveModel):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.length = keras.metrics.Mean(name="length")

    def _metric(self, inputs: Any, targets: Any, outputs: Any) -> Any:
        length = tf.strings.length(tf.strings.as_string(outputs["pred"][:, 0]))
        return [*super()._metric(inputs, targets, outputs), self.length(tf.cast(length, "float32"))]


@pytest.mark.slow
def test_what_xla_cannot_compile_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    params = small_params(jit_compile=True)
    monkeypatch.setattr(type(params.scenario.model), "cls", staticmethod(lambda: TextMetric))
    with pytest.raises(UserError, match="XLA cannot compile") as error:
        train(params)
    assert "--trainer.jit_compile" in error.value.render()
