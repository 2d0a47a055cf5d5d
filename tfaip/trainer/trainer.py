# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The trainer: sets a training up from its parameters, runs it, and exports the result."""

import os
from typing import TYPE_CHECKING, Any, Callable, Dict, Generic, List, Optional, Tuple, Type, TypeVar, Union

import keras

from tfaip.data.pipeline.seeding import sample_seed
from tfaip.device.device_config import DeviceConfig, distribute_strategy
from tfaip.device.precision import computing_with
from tfaip.runs.format.status import Phase
from tfaip.runs.record.recorder import Recorder
from tfaip.trainer.beginning import restore_or_warmstart, setup_training
from tfaip.trainer.callbacks.exporters.exporter import Exporter
from tfaip.trainer.callbacks.extract_logs import ExtractLogsCallback
from tfaip.trainer.callbacks.logger_callback import LoggerCallback
from tfaip.trainer.callbacks.profile_callback import ProfileCallback
from tfaip.trainer.callbacks.train_params_logger import TrainerCheckpointsCallback
from tfaip.trainer.callbackslist import create_callbacks
from tfaip.trainer.checkpoint.finalexport import EXPORT_DIR, final_export_done
from tfaip.trainer.checkpoint.outputdir import prepare_output_dir
from tfaip.trainer.checkpoint.runconfig import run_config_text
from tfaip.trainer.checkpoint.runstate import point_to_run
from tfaip.trainer.determinism import (
    enable_deterministic_operations,
    is_deterministic,
    naming_operations_without_determinism,
)
from tfaip.trainer.display.telling import tell_end, tell_model, tell_run
from tfaip.trainer.display.view import View, create_view
from tfaip.trainer.finder.batchsize import find_batch_size
from tfaip.trainer.finder.learningrate import find_learning_rate
from tfaip.trainer.graphcheck import build_graph_on_real_data, check_graph_on_real_data
from tfaip.trainer.hooknote import note_hook
from tfaip.trainer.nonfinite.policy import NonFinitePolicy
from tfaip.trainer.nonfinite.restoring import Restoring
from tfaip.trainer.params import TrainerParams
from tfaip.trainer.record.recording import create_recorder, recording
from tfaip.trainer.resume.changes import Resumption, read_resumption
from tfaip.trainer.resume.ending import ending_with_a_checkpoint
from tfaip.trainer.resume.finished import check_epochs, is_finished
from tfaip.trainer.resume.fit import check_optimizer, check_updates
from tfaip.trainer.settings import check_can_be_resumed, check_values, resolve_export_best, set_scenario_id
from tfaip.trainer.state import reset_state
from tfaip.trainer.stepsperepoch import count_steps_per_epoch
from tfaip.trainer.storedrun import read_trainer_params
from tfaip.trainer.unsupported import check_trainer_params_supported
from tfaip.util.errors import UserError
from tfaip.util.generic_meta import CollectGenericTypes
from tfaip.util.logging import logger
from tfaip.util.random import set_global_random_seed

if TYPE_CHECKING:
    from tfaip.data.data import DataBase
    from tfaip.scenario.scenariobase import ScenarioBase
    from tfaip.trainer.warmstart.warmstarter import WarmStarter

log = logger(__name__)

TTrainerParams = TypeVar("TTrainerParams", bound=TrainerParams)


class Trainer(Generic[TTrainerParams], metaclass=CollectGenericTypes):
    """Trains a scenario.

    Args:
        params: Parameters of the training.
        scenario: The scenario to train, created of ``params.scenario``.
        restore: Continue the run in ``params.output_dir``.

    Raises:
        ValueError: If the parameters contradict each other.
        NotSupportedYetError: If a parameter asks for a feature of a later version.
    """

    @classmethod
    def params_cls(cls) -> Type[TrainerParams]:
        """Return the class of the trainer's parameters."""
        return cls.__generic_types__["TTrainerParams"]

    @staticmethod
    def parse_trainer_params(source: Union[str, Dict[str, Any]]) -> "Tuple[TrainerParams, Type[ScenarioBase]]":
        """Return the parameters and the scenario class of a run.

        Args:
            source: The parameters as dictionary, their file, or the run's directory.
        """
        return read_trainer_params(source)

    @classmethod
    def restore_trainer(cls, checkpoint: Union[str, Dict[str, Any]]) -> "Trainer":
        """Create the trainer that continues a run.

        Args:
            checkpoint: The run's directory, one of its checkpoints, a parameter file of either, or its dictionary.
        """
        trainer_params, scenario_cls = cls.parse_trainer_params(checkpoint)
        if isinstance(checkpoint, str):
            point_to_run(trainer_params, checkpoint)
        return scenario_cls.create_trainer(trainer_params, restore=True)

    def __init__(self, params: TTrainerParams, scenario: "ScenarioBase", restore: bool = False):
        self._params = params
        self._scenario = scenario
        self.restore = restore
        self.stop_training = False
        self.has_begun = False
        # called once everything is checked, before the first file of the run is written
        self.before_writing: List[Callable[[], None]] = []
        self._resumption: Optional[Resumption] = None
        self._data: Optional[DataBase] = None
        self._callbacks: List[keras.callbacks.Callback] = []
        self._view: Optional[View] = None
        self._recorder: Optional[Recorder] = None
        self._steps_per_epoch: int = -1
        check_values(params)
        check_trainer_params_supported(params)
        if not restore:
            reset_state(params)
        resolve_export_best(params)
        if restore:
            check_can_be_resumed(params)
        set_global_random_seed(params.random_seed)
        if is_deterministic(params):
            enable_deterministic_operations()
        self.device_config = DeviceConfig(params.device)
        set_scenario_id(params)

    @property
    def scenario(self) -> "ScenarioBase":
        """The scenario that is trained."""
        return self._scenario

    @property
    def params(self) -> TTrainerParams:
        """Parameters of the training."""
        return self._params

    @property
    def data(self) -> "DataBase":
        """The data of the scenario."""
        self.setup_data()
        assert self._data is not None
        return self._data

    @property
    def view(self) -> View:
        """Where the training shows itself. Default: what ``progress_bar_mode`` says."""
        if self._view is None:
            self._view = create_view(self._params.progress_bar_mode, self._params.progbar_delta_time)
        return self._view

    @view.setter
    def view(self, view: View) -> None:
        self._view = view

    # ------------------------------------------------------------------ set-up
    def setup_data(self) -> None:
        """Create the data. Its pipelines get their seed of ``random_seed``, not of what was drawn before."""
        if self._data is None:
            self._data = self._scenario.data
            if self._params.random_seed is not None:
                self._data.seed_pipelines(sample_seed(self._params.random_seed, 0, 0))
            elif self._resumption is not None and self._resumption.state.position is not None:
                self._data.seed_pipelines(self._resumption.state.position.seed)

    @distribute_strategy
    def setup_model(self) -> None:
        """Create model and graph, with the weights that the seed gives."""
        if self._params.random_seed is not None:
            keras.utils.set_random_seed(self._params.random_seed + 1)
        _ = self._scenario.root_graph

    def setup_steps_per_epoch(self) -> None:
        """Compute the number of optimizer steps of an epoch.

        Raises:
            ValueError: If an epoch would have no step.
        """
        generator = self._params.gen.train_data(self.data).create_data_generator()
        self._steps_per_epoch = count_steps_per_epoch(self._params, generator)

    def setup_callbacks(
        self, optimizer: keras.optimizers.Optimizer, callbacks: Optional[List[keras.callbacks.Callback]] = None
    ) -> List[keras.callbacks.Callback]:
        """Create the callbacks of the training; ``callbacks`` of the user come last."""
        self._callbacks = create_callbacks(self, callbacks or [], self._steps_per_epoch, self._recorder)
        return self._callbacks

    def create_train_params_logger_callback(
        self, store_weights: bool, store_params: bool
    ) -> TrainerCheckpointsCallback:
        """Create a callback that writes the weights, the parameters or both."""
        return TrainerCheckpointsCallback(
            self._params, store_weights=store_weights and self._params.write_checkpoints, store_params=store_params
        )

    def create_warmstarter(self, **kwargs: Any) -> "WarmStarter":
        """Create the warm starter of the parameters."""
        return self._params.warmstart.create(**kwargs)

    # ------------------------------------------------------------------ training
    def train(self, callbacks: Optional[List[keras.callbacks.Callback]] = None, **kwargs: Any) -> Dict[str, Any]:
        """Run the training and export the final model.

        Args:
            callbacks: Further callbacks, called after the trainer's own.

        Returns:
            The logs of the last epoch: every loss and metric, ``val_`` + its name for the validation,
            ``lav_l<i>_`` + its name for load-and-validate. Empty if no epoch was left to train.
        """
        # once more: they may have been set since the trainer was created
        check_values(self._params)
        deterministic = is_deterministic(self._params)
        with ending_with_a_checkpoint(self._params), naming_operations_without_determinism(deterministic):
            with computing_with(self._params.precision):
                return self._train(callbacks)

    def _train(self, callbacks: Optional[List[keras.callbacks.Callback]]) -> Dict[str, Any]:
        params = self._params
        # before anything is derived of the parameters
        config = run_config_text(params, type(self._scenario).default_trainer_params()) if params.output_dir else ""
        try:
            self._check_resumption()
            if self._resumption is not None and is_finished(self._resumption, params):
                return {}
            tell_run(self, self.view)
            self.setup_data()
            self.setup_model()
            self.setup_steps_per_epoch()
            if params.scenario.debug_graph_construction:
                with self.device_config.scope():
                    build_graph_on_real_data(self._scenario, params.gen)
            optimizer = self._setup_training()
            restore_or_warmstart(self, self._resumption)
            if params.scenario.debug_graph_construction:
                check_graph_on_real_data(self._scenario, params.gen)
            if params.only_searches:
                return self._search()
            self._prepare_output_dir(config)
            tell_model(self, self.view)
            self._recorder = create_recorder(self, self._steps_per_epoch, self._resumption)
            self.setup_callbacks(optimizer, callbacks)
            with recording(self._recorder):
                logs = self._fit_and_export()
            tell_end(self, self.view)
        except UserError:
            raise
        except Exception as error:
            note_hook(error, self._classes_of_scenario())
            raise
        finally:
            self._close()
        return logs

    def _fit_and_export(self) -> Dict[str, Any]:
        logs: Dict[str, Any] = {}
        if self._params.current_epoch < self._params.epochs:
            logs = self.fit()
        else:
            log.info("All %d epochs are trained already.", self._params.epochs)
        if self._recorder is not None:
            self._recorder.enter(Phase.EXPORT)
        self._export_final()
        return logs

    def _search(self) -> Dict[str, Any]:
        """Look for a learning rate or a batch size, write nothing else, and return no logs."""
        if self._params.batch_size_find:
            find_batch_size(self)
        if self._params.lr_find:
            find_learning_rate(self)
        return {}

    def _classes_of_scenario(self) -> List[type]:
        params = self._params.scenario
        parts = [
            self,
            self._scenario,
            self._params,
            params,
            params.model,
            params.data,
            self._params.gen,
            *self._callbacks,
        ]
        return [type(part) for part in parts]

    def _check_resumption(self) -> None:
        self._resumption = read_resumption(self._params) if self.restore else None
        if self._resumption is not None:
            check_epochs(self._resumption, self._params)
            check_optimizer(self._resumption, self._params)
            check_updates(self._resumption, self._params)

    def _prepare_output_dir(self, config: str) -> None:
        params = self._params
        for hook in self.before_writing:
            hook()
        if params.output_dir:
            prepare_output_dir(params, config, self._resumption)

    @distribute_strategy
    def _setup_training(self) -> keras.optimizers.Optimizer:
        return setup_training(self, self._steps_per_epoch, self._resumption)

    def fit(self) -> Dict[str, Any]:
        """Train the remaining epochs with the present callbacks and return the logs of the last one."""
        self.has_begun = True
        restores = self._params.non_finite is NonFinitePolicy.RESTORE
        logs = Restoring(self).run(self._fit) if restores else self._fit()
        self.stop_training = bool(self._scenario.keras_train_model.stop_training)
        return self._all_logs(logs)

    def _fit(self) -> Dict[str, Any]:
        params = self._params
        return self._scenario.fit(
            epochs=params.epochs,
            callbacks=self._callbacks,
            steps_per_epoch=self._steps_per_epoch,
            initial_epoch=params.current_epoch,
            validation_freq=params.val_every_n,
        )

    def _all_logs(self, logs: Dict[str, Any]) -> Dict[str, Any]:
        extracted = next((cb for cb in self._callbacks if isinstance(cb, ExtractLogsCallback)), None)
        # Keras hands the callbacks a copy, so what they add (load-and-validate) is known to the callbacks only
        logged = next((cb for cb in self._callbacks if isinstance(cb, LoggerCallback)), None)
        return {**(extracted.extracted_logs if extracted else {}), **logs, **(logged.last_logs if logged else {})}

    def _export_final(self) -> None:
        params = self._params
        self._scenario.keras_train_model.updates.use_averaged_weights()
        if params.export_final and params.output_dir:
            self._scenario.export(os.path.join(params.output_dir, EXPORT_DIR))
            final_export_done(params)

    def _close(self) -> None:
        for callback in self._callbacks:
            if isinstance(callback, (ProfileCallback, Exporter)):
                callback.close()
        self.view.close()
        if self._data is not None:
            self._data.join()

    def export_trainable_pb(self) -> None:
        """Not available: a TensorFlow 1 training graph does not exist with Keras 3.

        Raises:
            NotSupportedYetError: Always.
        """
        check_trainer_params_supported(self._params, export_training_graph=True)
