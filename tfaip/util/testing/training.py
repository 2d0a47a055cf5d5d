# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests that every scenario should pass: train, resume, load and validate.

Each function takes the ``unittest.TestCase`` and the scenario class, and uses the scenario's default parameters with
one batch an epoch.
"""

import glob
import json
import os
import tempfile
from typing import Any, Dict, List, NamedTuple, Optional, Set, Type
from unittest import TestCase

import numpy as np

from tfaip.data.databaseparams import DataPipelineParams
from tfaip.lav.params import LAVParams
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.trainer.callbacks.extract_logs import is_number
from tfaip.trainer.params import TrainerParams
from tfaip.trainer.trainer import Trainer

debug_test = False


class AdditionalTrainerArgs(NamedTuple):
    """Further settings of the trainings of a test."""

    input_gradient_regularization: bool = False
    preload_data: bool = False

    def apply(self, params: TrainerParams) -> None:
        """Set them."""
        params.scenario.use_input_gradient_regularization = self.input_gradient_regularization
        params.preload_data = self.preload_data


NO_ADDITIONAL_ARGS = AdditionalTrainerArgs()


def _small_trainer_params(
    scenario: Type[ScenarioBase], output_dir: str, args: AdditionalTrainerArgs, epochs: int, debug: bool
) -> TrainerParams:
    params = scenario.default_trainer_params()
    args.apply(params)
    params.force_eager = debug
    params.output_dir = output_dir
    params.epochs = epochs
    params.samples_per_epoch = 1
    params.random_seed = params.random_seed or 1
    params.skip_model_load_test = True
    params.gen.setup.train = DataPipelineParams(
        batch_size=1, num_processes=1, limit=2, mode=params.gen.setup.train.mode
    )
    params.gen.setup.val = DataPipelineParams(batch_size=1, num_processes=1, limit=2, mode=params.gen.setup.val.mode)
    params.gen.__post_init__()
    return params


def single_train_iter(
    test: TestCase,
    scenario: Type[ScenarioBase],
    debug: bool = debug_test,
    lav_every_n: int = 2,
    args: AdditionalTrainerArgs = NO_ADDITIONAL_ARGS,
) -> None:
    """Train two epochs of one batch and compare the TensorBoard files with the logs."""
    with tempfile.TemporaryDirectory() as folder:
        params = _small_trainer_params(scenario, folder, args, epochs=2, debug=debug)
        params.lav_every_n = lav_every_n
        trainer = scenario.create_trainer(params)
        logs = trainer.train()
        test_tensorboard_content(test, folder, logs)
        test.assertEqual(params.current_epoch, 2)
        test.assertTrue(os.path.isdir(os.path.join(folder, "export")))


def test_tensorboard_content(test: TestCase, folder: str, logs: Dict[str, Any]) -> None:
    """Check that every logged value is in the event files of its data, with the tag ``epoch_<name>``."""
    for name in logs:
        run, short = _run_of(name)
        tags = _read_tags(os.path.join(folder, run))
        test.assertIn(f"epoch_{short.replace('@', '_')}", tags, f"{name} is not in the event files of {run}")
    test.assertIn("epoch_lr", _read_tags(os.path.join(folder, "train")))


test_tensorboard_content.__test__ = False  # type: ignore[attr-defined]


def _run_of(name: str) -> Any:
    if name.startswith("val_"):
        return "validation", name[len("val_") :]
    if name.startswith("lav_l"):
        run, _, short = name[len("lav_") :].partition("_")
        return f"lav_{run}", short
    return "train", name


def _read_tags(folder: str) -> Set[str]:
    from tensorflow.compat.v1 import train as tf_train

    tags: Set[str] = set()
    for filename in glob.glob(os.path.join(folder, "events.out.tfevents.*")):
        for event in tf_train.summary_iterator(filename):
            tags.update(value.tag for value in event.summary.value)
    return tags


def resume_training(
    test: TestCase,
    scenario: Type[ScenarioBase],
    delta: float = 1e-5,
    debug: bool = debug_test,
    ignore_binary_metric: bool = False,
    ignore_array_metric: bool = False,
    args: AdditionalTrainerArgs = NO_ADDITIONAL_ARGS,
) -> None:
    """Train an epoch, resume with a learning rate of zero, and compare the validation of both."""
    with tempfile.TemporaryDirectory() as folder:
        params = _small_trainer_params(scenario, folder, args, epochs=1, debug=debug)
        first = scenario.create_trainer(params).train()
        filename = os.path.join(folder, params.scenario.trainer_params_filename)
        with open(filename, encoding="utf-8") as file:
            stored = json.load(file)
        stored["epochs"] = 2
        stored["learning_rate"]["lr"] = 0.0
        with open(filename, "w", encoding="utf-8") as file:
            json.dump(stored, file)
        second = Trainer.restore_trainer(folder).train()
        assert_equality_dict(
            test, _validation(first), _validation(second), delta, ignore_binary_metric, ignore_array_metric
        )


def _validation(logs: Dict[str, Any]) -> Dict[str, Any]:
    return {name: value for name, value in logs.items() if name.startswith("val_")}


def lav_test_case(
    test: TestCase,
    scenario: Type[ScenarioBase],
    debug: bool = False,
    delta: float = 1e-5,
    batch_size_test: bool = True,
    ignore_binary_metric: bool = False,
    ignore_array_metric: bool = False,
    instantiate_graph: bool = False,
    args: AdditionalTrainerArgs = NO_ADDITIONAL_ARGS,
) -> None:
    """Train an epoch and check that load-and-validate gives the same values with batches of 1 and of 5 samples."""
    with tempfile.TemporaryDirectory() as folder:
        params = _small_trainer_params(scenario, folder, args, epochs=1, debug=debug)
        scenario.create_trainer(params).train()
        model_dir = os.path.join(folder, "export")
        results = [
            _run_lav(scenario, model_dir, params, batch_size, debug, instantiate_graph)
            for batch_size in ([1, 5] if batch_size_test else [1])
        ]
        for result in results:
            test.assertGreater(len(result), 0)
            assert_equality_dict(test, results[0], result, delta, ignore_binary_metric, ignore_array_metric)


def _run_lav(
    scenario: Type[ScenarioBase],
    model_dir: str,
    params: TrainerParams,
    batch_size: int,
    run_eagerly: bool,
    instantiate_graph: bool,
) -> Dict[str, Any]:
    lav_params = LAVParams(pipeline=DataPipelineParams(batch_size=batch_size, limit=10, num_processes=1), silent=True)
    lav_params.model_path = model_dir
    lav = scenario.create_lav(lav_params, scenario.params_from_path(model_dir))
    results: List[Dict[str, Any]] = list(
        lav.run(params.gen.lav_gen(), run_eagerly=run_eagerly, instantiate_graph=instantiate_graph)
    )
    return results[0]


def warmstart_training_test_case(
    test: TestCase,
    scenario: Type[ScenarioBase],
    debug: bool = debug_test,
    delta: float = 1e-5,
    ignore_binary_metric: bool = False,
    ignore_array_metric: bool = False,
    args: AdditionalTrainerArgs = NO_ADDITIONAL_ARGS,
) -> None:
    """Train an epoch, start a second training from its best model without learning, compare the validation of both."""
    with tempfile.TemporaryDirectory() as folder:
        first_params = _small_trainer_params(scenario, os.path.join(folder, "first"), args, epochs=1, debug=debug)
        first = scenario.create_trainer(first_params).train()
        params = _small_trainer_params(scenario, os.path.join(folder, "second"), args, epochs=1, debug=debug)
        params.learning_rate.lr = 0.0
        params.warmstart.model = os.path.join(folder, "first", "best", params.scenario.default_serve_dir)
        second = scenario.create_trainer(params).train()
        assert_equality_dict(
            test, _validation(first), _validation(second), delta, ignore_binary_metric, ignore_array_metric
        )


def assert_equality_dict(
    test: TestCase,
    first: Dict[str, Any],
    second: Dict[str, Any],
    delta: float = 1e-5,
    ignore_binary_metric: bool = False,
    ignore_array_metric: bool = False,
) -> None:
    """Check that two dicts of logs have the same names and values."""
    test.assertEqual(set(first), set(second))
    for name in first:
        assert_equality(test, first[name], second[name], delta, ignore_binary_metric, ignore_array_metric, name)


def assert_equality(
    test: TestCase,
    first: Any,
    second: Any,
    delta: float = 1e-5,
    ignore_binary_metric: bool = False,
    ignore_array_metric: bool = False,
    name: Optional[str] = None,
) -> None:
    """Check that two logged values (numbers, arrays or bytes) are the same, numbers up to ``delta``."""
    if isinstance(first, bytes):
        if not ignore_binary_metric:
            test.assertEqual(first, second, name)
    elif is_number(first):
        test.assertAlmostEqual(float(first), float(second), delta=delta, msg=name)
    elif not ignore_array_metric:
        np.testing.assert_allclose(first, second, atol=delta, err_msg=name or "")
