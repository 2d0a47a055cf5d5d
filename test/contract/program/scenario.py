# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The scenarios."""

from test.contract.program.scenario_params import EnsembleScenarioParams, LineScenarioParams
from test.contract.program.training.pipeline_params import LinePipelineParams, SplitPipelineParams
from tfaip.scenario.scenariobase import ScenarioBase, TScenarioParams
from tfaip.trainer.optimizer import AdamOptimizer
from tfaip.trainer.scheduler import Constant


class LineScenarioBase(ScenarioBase[TScenarioParams, LinePipelineParams]):
    @classmethod
    def trainer_cls(cls):
        from test.contract.program.training.trainer import LineTrainer

        return LineTrainer

    @classmethod
    def default_params(cls):
        params = super().default_params()
        params.export_serve = True
        params.export_net_config = False
        params.default_serve_dir = "best.ckpt"
        params.scenario_params_filename = "scenario.json"
        params.trainer_params_filename = "best.ckpt.json"
        return params

    @classmethod
    def default_trainer_params(cls):
        params = super().default_trainer_params()
        params.export_final = False
        params.checkpoint_sub_dir = "checkpoint/checkpoint_{epoch:04d}"
        params.early_stopping.upper_threshold = 0.9
        params.early_stopping.lower_threshold = 0.0
        params.early_stopping.frequency = 1
        params.early_stopping.n_to_go = 5
        params.early_stopping.best_model_name = ""
        params.skip_model_load_test = True
        params.ema_decay = 0.99
        params.optimizer = AdamOptimizer(weight_decay=1e-5, global_clip_norm=5)
        params.learning_rate = Constant()
        params.gen.setup.val.num_processes = params.gen.setup.train.num_processes = 1
        return params


class LineScenario(LineScenarioBase[LineScenarioParams]):
    pass


class EnsembleScenario(LineScenarioBase[EnsembleScenarioParams]):
    @classmethod
    def default_params(cls):
        params = super().default_params()
        params.model.ensemble = params.data.ensemble = 2
        return params

    @classmethod
    def trainer_pipeline_params_cls(cls):
        return SplitPipelineParams
