# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Epochs of training and validation."""

import dataclasses
import time
from typing import TYPE_CHECKING, Any, Dict, List, Optional

import keras
import tensorflow as tf

from tfaip.data.pipeline.definitions import PipelineMode
from tfaip.data.pipeline.position import Position
from tfaip.trainer.checkpoint.callbackstates import callback_states, restore_callbacks
from tfaip.trainer.checkpoint.randomstates import random_states, restore_random_states
from tfaip.trainer.loop.chunks import StepsPerCall
from tfaip.trainer.loop.datawait import DataWait
from tfaip.trainer.loop.errors import original_errors
from tfaip.trainer.loop.feed import Feed, create_feed
from tfaip.trainer.loop.loopstate import LoopState
from tfaip.trainer.loop.validation import Validation, create_validation
from tfaip.trainer.nonfinite.guard import NumbersGuard
from tfaip.util.errors import UserValueError
from tfaip.util.logging import logger
from tfaip.util.termination import Terminated, postponed

if TYPE_CHECKING:
    from tfaip.scenario.scenariobase import ScenarioBase

log = logger(__name__)


class TrainingLoop:
    """Trains the compiled training model of a scenario.

    Callbacks get the hooks and logs of ``keras.Model.fit``. After all of them come, where a callback has them,
    ``after_train_batch(batch, logs, snapshot)`` and ``after_epoch(epoch, logs, snapshot)``; ``snapshot()`` returns the
    whole state of the loop, with those of the callbacks. If the process is asked to end, ``save_before_the_end(state)``
    is called. Batch hooks are called once for several steps (with the index of the last one) unless a callback has
    batch hooks and does not declare ``supports_steps_per_call``.

    Args:
        scenario: The scenario; its pipelines for training and evaluation must have been created. If its training model
            has a ``loop_state`` of the first epoch, the training goes on there; the loop keeps it up to date.
        callbacks: Callbacks, in the order in which they are called.
        steps_per_epoch: Number of optimizer steps of an epoch.
        validation_freq: Validate every n-th epoch, and after the last one.
    """

    def __init__(
        self,
        scenario: "ScenarioBase",
        callbacks: List[keras.callbacks.Callback],
        steps_per_epoch: int,
        validation_freq: int = 1,
    ):
        self._scenario = scenario
        self._model = scenario.keras_train_model
        self._callbacks = callbacks
        self._steps_per_epoch = steps_per_epoch
        self._validation_freq = max(1, validation_freq)
        self._run_eagerly = bool(self._model.run_eagerly)
        pipeline = scenario.data.pipeline_by_mode(PipelineMode.TRAINING)
        assert pipeline is not None, "create the training pipeline first"
        self._pipeline = pipeline
        self._feed: Optional[Feed] = None
        self._data_start: Optional[Position] = None
        self._guard = next((callback for callback in callbacks if isinstance(callback, NumbersGuard)), None)
        # where the training goes on if it is ended now; None means where it is
        self._safe_state: Optional[LoopState] = None

    def run(self, epochs: int, initial_epoch: int = 0) -> Dict[str, Any]:
        """Train the epochs from ``initial_epoch`` to ``epochs - 1`` and return the logs of the last one."""
        callback_list = keras.callbacks.CallbackList(
            self._callbacks,
            model=self._model,
            epochs=epochs,
            verbose=0,
            steps=self._steps_per_epoch,
        )
        validation = create_validation(self._scenario, self._run_eagerly)
        if validation is not None:
            validation.prepare()
        self._model.stop_training = False
        self._model.validation = validation
        self._data_start = self._pipeline.next_start()
        self._feed = create_feed(self._pipeline, self._model, self._run_eagerly)
        data_wait = self._model.data_wait = self._create_data_wait(self._feed)
        logs: Dict[str, Any] = {}
        try:
            callback_list.on_train_begin()
            for epoch in range(initial_epoch, epochs):
                # a callback may find at the start of a resumed training that it had been stopped
                if self._model.stop_training:
                    break
                self._begin_epoch(epoch, callback_list)
                logs = self._train_epoch(self._feed, data_wait, epoch, callback_list)
                self._model.synchronize_replicas()
                self._safe_state = self._snapshot(self._model.loop_state)
                # unchanged if all steps had been done before the training was resumed
                position = self._feed.position or self._model.loop_state.position
                self._model.loop_state = LoopState(epoch + 1, 0, position)
                if validation is not None and self._is_validation_epoch(epoch, epochs):
                    logs.update(self._validate(validation, epoch, callback_list))
                callback_list.on_epoch_end(epoch, logs)
                self._complete("after_epoch", epoch, logs)
            callback_list.on_train_end(logs)
        except BaseException as error:
            # an average of the weights that is being validated must not be taken for them
            self._model.updates.use_trained_weights()
            if isinstance(error, Terminated):
                self._save_before_the_end()
            raise
        finally:
            # also while an error holds this frame
            self._feed.close()
            self._feed = self._model.data_wait = None
        return logs

    def _begin_epoch(self, epoch: int, callback_list: keras.callbacks.CallbackList) -> None:
        state: Optional[LoopState] = getattr(self._model, "loop_state", None)
        if state is None or state.epoch != epoch:
            state = self._model.loop_state = LoopState(epoch)
        if state.step == 0:
            self._restore(state)
        with postponed():
            # within an epoch it is the state of the checkpoint
            self._safe_state = state if state.step > 0 else self._snapshot(state)
            callback_list.on_epoch_begin(epoch)
        if state.step > 0:
            self._restore(state)

    def _restore(self, state: LoopState) -> None:
        if state.callbacks is not None:
            restore_callbacks(self._callbacks, state.callbacks)
        if state.random is not None:
            restore_random_states(self._model, state.random)

    def _snapshot(self, state: Optional[LoopState] = None) -> LoopState:
        """Return the present state as a whole, so that nothing of it changes any more."""
        state = state or self._model.loop_state
        return dataclasses.replace(
            state,
            sums=self._model.accumulators() if state.step > 0 else {},
            random=random_states(self._model),
            callbacks=callback_states(self._callbacks),
        )

    def _complete(self, hook: str, index: int, logs: Dict[str, Any]) -> None:
        """Call a hook that comes after those of all callbacks, so that their states may be part of what is stored."""
        with postponed():
            for callback in self._callbacks:
                if hasattr(callback, hook):
                    getattr(callback, hook)(index, logs, self._snapshot)
            self._safe_state = None

    def _save_before_the_end(self) -> None:
        if getattr(self._model, "loop_state", None) is None:
            return
        state = self._safe_state or self._snapshot()
        # callbacks may have begun to deal with an epoch that will be dealt with again
        restore_callbacks(self._callbacks, state.callbacks or {})
        for callback in self._callbacks:
            if hasattr(callback, "save_before_the_end"):
                callback.save_before_the_end(state)

    def _create_data_wait(self, feed: Feed) -> DataWait:
        cls = type(self._scenario)
        return DataWait(feed, self._pipeline, f"{cls.__module__}:{cls.__qualname__}")

    def _is_validation_epoch(self, epoch: int, epochs: int) -> bool:
        return (epoch + 1) % self._validation_freq == 0 or epoch + 1 == epochs

    def _train_epoch(
        self, feed: Feed, data_wait: DataWait, epoch: int, callback_list: keras.callbacks.CallbackList
    ) -> Dict[str, Any]:
        steps_per_call = StepsPerCall(self._callbacks)
        first_step = epoch * self._steps_per_epoch
        done = self._begin_sums(epoch)
        data_wait.begin_epoch()
        while done < self._steps_per_epoch:
            n = steps_per_call.next(self._steps_per_epoch - done)
            with postponed():
                callback_list.on_train_batch_begin(done)
            begin = time.perf_counter()
            self._train_steps(feed, n, first_step, epoch, done)
            data_wait.add(time.perf_counter() - begin)
            done += n
            with postponed():
                logs = self._model.epoch_logs(feed.read)
                callback_list.on_train_batch_end(done - 1, logs)
                self._complete("after_train_batch", done - 1, logs)
            steps_per_call.finished(n)
            if self._model.stop_training:
                break
        with postponed():
            # no gradient is carried into the next epoch
            self._model.updates.finish()
        if self._guard is not None:
            self._guard.check_epoch(self._model.n_samples, epoch)
        return self._model.epoch_logs()

    def _begin_sums(self, epoch: int) -> int:
        """Prepare the sums of an epoch and return how many steps of it are done already."""
        self._model.reset_accumulators()
        state: LoopState = self._model.loop_state
        if not state.sums:
            return 0
        try:
            self._model.restore_accumulators(state.sums)
        except ValueError as error:
            log.warning("The values of this epoch lack its first %d steps: %s", state.step, error)
        return state.step

    def _train_steps(self, feed: Feed, n: int, first_step: int, epoch: int, done: int) -> None:
        end = done + n
        try:
            with original_errors(self._pipeline):
                while done < end:
                    position = feed.position or self._data_start
                    batches = feed.take(end - done)
                    with postponed():
                        step = first_step + done
                        done += feed.run(batches, step, epoch)
                        if self._guard is not None and (feed.read is None or float(feed.read.not_finite) > 0):
                            self._guard.look(self._pipeline, position, step, first_step, epoch)
                        self._model.loop_state = LoopState(epoch, done, feed.position)
                        self._safe_state = None
        except (tf.errors.OutOfRangeError, StopIteration) as error:
            raise UserValueError(
                "The training data ended before the training.",
                where=f"training data {type(self._pipeline.generator_params).__name__}",
                expected="a generator that yields at least one sample each time it is started",
                got=f"no sample at step {first_step + done}",
            ) from error

    def _validate(
        self, validation: Validation, epoch: int, callback_list: keras.callbacks.CallbackList
    ) -> Dict[str, Any]:
        callback_list.on_test_begin()
        start = time.perf_counter()
        logs = validation.run((epoch + 1) * self._steps_per_epoch, epoch)
        self._model.validation_duration = time.perf_counter() - start
        callback_list.on_test_end(logs)
        return {f"val_{name}": value for name, value in logs.items()}
