# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Trains small scenarios on one and on two devices, with all that meets the gradients; prints JSON.

To be run as a program: TensorFlow has to divide its CPU before anything else.
"""

import json
import logging
import sys
from typing import Any

import numpy as np
import tensorflow as tf

from tfaip.device.device_config import DistributionStrategy
from tfaip.device.precision import Precision
from tfaip.trainer.optimizer.keras3params import MuonOptimizer, NadamOptimizer
from tfaip.trainer.trainer import Trainer
from tfaip.util.errors import UserError

HARD = {"train_accum_steps": 3, "ema_decay": 0.8}


def params_of(strategy: str, batch_size: int = 8, clips: bool = False, **changes: Any) -> Any:
    from waves.scenario import WaveScenario

    params = WaveScenario.default_trainer_params()
    params.epochs, params.random_seed, params.progress_bar_mode = 2, 3, 0
    params.skip_model_load_test, params.export_final = True, False
    params.gen.train.n, params.gen.val.n = 80, 17
    for pipeline in (params.gen.setup.train, params.gen.setup.val):
        # 17 samples: the last batch of the validation has one, for two devices
        pipeline.num_processes, pipeline.batch_size = 0, batch_size
    params.device.dist_strategy = DistributionStrategy(strategy)
    if clips:
        params.optimizer.global_clip_norm, params.optimizer.weight_decay = 0.3, 0.01
    for name, value in changes.items():
        setattr(params, name, value)
    return params


def result_of(trainer: Trainer) -> dict[str, Any]:
    logs = trainer.train()
    weights = [float(value) for v in trainer.scenario.keras_train_model.trainable_variables for value in np.ravel(v)]
    return {"logs": {name: float(value) for name, value in logs.items()}, "weights": weights}


def run(strategy: str, **changes: Any) -> dict[str, Any]:
    from waves.scenario import WaveScenario

    return result_of(WaveScenario.create_trainer(params_of(strategy, **changes)))


def run_with_layers_of_state(strategy: str, output_dir: str, interrupted: bool) -> dict[str, Any]:
    """Train a graph with dropout and batch normalisation, maybe in two parts."""
    import keras

    import waves.model
    from waves.scenario import WaveScenario

    class Graph(waves.model.WaveGraph):
        def __init__(self, params: Any, **kwargs: Any) -> None:
            super().__init__(params, **kwargs)
            self.norm, self.dropout = keras.layers.BatchNormalization(), keras.layers.Dropout(0.5)

        def build_graph(self, inputs: Any, training: Any = None) -> Any:
            return super().build_graph(
                {"x": self.dropout(self.norm(inputs["x"]), training=training)}, training=training
            )

    params = params_of(strategy, output_dir=output_dir, epochs=2 if interrupted else 4, export_best=False)
    type(params.scenario.model).graph_cls = lambda self: Graph
    result = result_of(WaveScenario.create_trainer(params))
    if interrupted:
        trainer = Trainer.restore_trainer(output_dir)
        trainer.params.epochs = 4
        result = result_of(trainer)
    return result


def error_of(**changes: Any) -> str:
    try:
        run("mirror", **changes)
    except UserError as error:
        return error.render()
    return "no error"


def error_of_nan_on_the_second_device() -> str:
    import waves.data
    from waves.scenario import WaveScenario

    generate = waves.data.WaveGenerator.generate

    def with_nan(self: Any) -> Any:
        for index, sample in enumerate(generate(self)):
            inputs = np.array(sample.inputs, dtype="float32")
            inputs[3] = np.nan if index == 37 and self.params.n == 80 else inputs[3]
            yield sample.new_inputs(inputs)

    waves.data.WaveGenerator.generate = with_nan
    params = params_of("mirror")
    params.gen.setup.train.shuffle_buffer_size = 1
    try:
        result_of(WaveScenario.create_trainer(params))
    except UserError as error:
        return error.render()
    finally:
        waves.data.WaveGenerator.generate = generate
    return "no error"


def main(folder: str) -> None:
    logging.basicConfig(level=logging.ERROR)
    (cpu,) = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    results: dict[str, Any] = {}
    for strategy in DistributionStrategy:
        results[strategy] = {
            "plain": run(strategy, lav_every_n=1),
            "odd": run(strategy, batch_size=7, **HARD, clips=True),
            "eager": run(strategy, epochs=1, force_eager=True),
            "half": run(strategy, precision=Precision.BFLOAT16),
            "nadam": run(strategy, optimizer=NadamOptimizer(weight_decay=0.01), **HARD),
            "muon": run(strategy, optimizer=MuonOptimizer(exclude_layers=["logits"]), **HARD),
        }
    results["float16"] = run("mirror", precision=Precision.FLOAT16)
    for name in ("mirror", "central_storage"):
        results[name]["whole"] = run_with_layers_of_state(name, f"{folder}/{name}_whole", False)
        results[name]["resumed"] = run_with_layers_of_state(name, f"{folder}/{name}_resumed", True)
    results["not_finite"] = error_of_nan_on_the_second_device()
    # at last: TensorFlow shares nothing any more after an error
    results["small_batch"] = error_of(batch_size=1)
    print(json.dumps(results))


if __name__ == "__main__":
    main(sys.argv[1])
