# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The trainer: finds the letters, warm-starts, and ends with a second stage on the lines as they are."""

import os

from test.contract.program.dataset.codec import Codec
from test.contract.program.dataset.processors import AugmentationParams
from test.contract.program.training.params import TrainerParams
from test.contract.program.training.warmstart import LineWarmStarter
from tfaip.data.pipeline.datapipeline import RawDataPipeline
from tfaip.data.pipeline.definitions import PipelineMode
from tfaip.trainer.callbacks.logger_callback import LoggerCallback
from tfaip.trainer.callbacks.tensor_board_callback import TensorBoardCallback
from tfaip.trainer.callbacks.train_params_logger import TrainerCheckpointsCallback
from tfaip.trainer.trainer import Trainer
from tfaip.util.logging import logger
from tfaip.util.multiprocessing.parallelmap import tqdm_wrapper

log = logger(__name__)


class LineTrainer(Trainer):
    @staticmethod
    def params_cls():
        return TrainerParams

    @staticmethod
    def warmstarter_cls():
        return LineWarmStarter

    def __init__(self, params, scenario, restore=False):
        super().__init__(params, scenario, restore)
        self.codec_changes = None
        self.warmstarter = None
        self.logs_of_stages = []

    @property
    def augments(self):
        return any(
            p.n_augmentations > 0 for p in self._params.scenario.data.pre_proc.processors_of_type(AugmentationParams)
        )

    def train(self, callbacks=None, **kwargs):
        self.setup_data()
        train_pipeline = self._params.gen.train_data(self._data)
        val_pipeline = self._params.gen.val_data(self._data)
        self.find_letters(train_pipeline)
        if self._params.gen.train_gen().preload:
            self._data.preload(progress_bar=self._params.progress_bar)
            train_pipeline = self._params.gen.train_data(self._data)
            assert isinstance(train_pipeline, RawDataPipeline)
        elif val_pipeline is not None:
            self._data._pipelines[PipelineMode.EVALUATION] = val_pipeline.as_preloaded(progress_bar=False)
        logs = super().train(callbacks=callbacks)
        self.logs_of_stages.append(logs)
        if self.augments and self._params.data_aug_retrain_on_original and self._params.current_stage == 0:
            logs = self.train_on_original(train_pipeline)
            self.logs_of_stages.append(logs)
        return logs

    def find_letters(self, train_pipeline):
        params, data_params = self._params, self._data.params
        if data_params.codec is None:
            pipeline = train_pipeline.to_mode(PipelineMode.TARGETS)
            letters = set(params.codec.include)
            with pipeline.generate_input_samples(auto_repeat=False) as samples:
                for sample in tqdm_wrapper(samples, progress_bar=params.progress_bar, total=len(samples), desc="Codec"):
                    letters.update(sample.targets)
            data_params.codec = Codec(["", *sorted(letters)])
            params.codec.resolved_include_chars = sorted(letters)
        codec = params.scenario.data.codec = data_params.codec
        params.scenario.model.classes = len(codec)
        if params.warmstart.model and not self.restore:
            stored = self.scenario.params_from_path(f"{params.warmstart.model}.json").data.codec
            both = [letter for letter in codec.charset if letter in stored.charset]
            if stored.charset != codec.charset:
                self.codec_changes = [(stored.charset.index(c), codec.charset.index(c)) for c in both]

    def create_warmstarter(self):
        self.warmstarter = self.warmstarter_cls()(self._params.warmstart, self.codec_changes)
        return self.warmstarter

    def setup_callbacks(self, optimizer, callbacks=None):
        callbacks = super().setup_callbacks(optimizer, callbacks)
        if self.augments and self._params.data_aug_retrain_on_original:
            sub_dir = "aug_data" if self._params.current_stage == 0 else "real_data"
            for callback in callbacks:
                if isinstance(callback, TensorBoardCallback):
                    callback.log_dir = os.path.join(callback.log_dir, sub_dir)
        return callbacks

    def train_on_original(self, train_pipeline):
        """Train again on the compiled model, with other data and with other callbacks in the places of these."""
        params = self._params
        log.info("Now without augmentation")
        params.current_epoch = 0
        params.current_stage = 1
        params.early_stopping.current = 1
        params.early_stopping.n = 0
        self._data.params.pre_proc.erase_all(AugmentationParams)
        if isinstance(train_pipeline, RawDataPipeline):
            train_pipeline.samples = [s for s in train_pipeline.samples if not s.meta["augmented"]]
        params.scale_epoch_size = abs(params.scale_epoch_size_no_da_train)
        self.setup_steps_per_epoch()
        params.learning_rate.epochs = params.epochs
        params.learning_rate.steps_per_epoch = self._steps_per_epoch
        self.replace_callbacks()
        self.fit()
        return next(cb for cb in self._callbacks if isinstance(cb, LoggerCallback)).last_logs

    def replace_callbacks(self):
        checkpoints = [i for i, cb in enumerate(self._callbacks) if isinstance(cb, TrainerCheckpointsCallback)]
        weights, parameters = checkpoints
        self._callbacks[weights] = self.create_train_params_logger_callback(store_weights=True, store_params=False)
        self._callbacks[parameters] = self.create_train_params_logger_callback(store_weights=False, store_params=True)
        for i, callback in enumerate(self._callbacks):
            if isinstance(callback, TensorBoardCallback):
                self._callbacks[i] = TensorBoardCallback(
                    os.path.join(os.path.dirname(callback.log_dir), "real_data"),
                    self._steps_per_epoch,
                    callback.extracted_logs_cb,
                )
