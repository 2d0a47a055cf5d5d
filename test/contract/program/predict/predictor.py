# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Prediction with one model or several."""

import tfaip.imports as tfaip_cls
from test.contract.program.predict.params import PredictorParams, VoterParams
from test.contract.program.predict.voter import LineVoter
from test.contract.program.scenario import LineScenario
from tfaip.data.databaseparams import DataBaseParams
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams
from tfaip.device.device_config import DeviceConfig
from tfaip.predict.multimodelpredictor import MultiModelVoter


def parts_of(checkpoint: str) -> tuple[str, str]:
    """Return the model and its parameters; a path is cut behind ``.ckpt``."""
    model = checkpoint[: checkpoint.rindex(".ckpt") + len(".ckpt")]
    return model, f"{model}.json"


class LinePredictor(tfaip_cls.Predictor):
    @staticmethod
    def from_checkpoint(params: PredictorParams, checkpoint: str) -> "LinePredictor":
        DeviceConfig(params.device)
        model, filename = parts_of(checkpoint)
        scenario = LineScenario(LineScenario.params_from_path(filename))
        stored = scenario.params.data.pre_proc
        scenario.params.data.pre_proc = SequentialProcessorPipelineParams(
            run_parallel=stored.run_parallel,
            num_threads=stored.num_threads,
            max_tasks_per_process=stored.max_tasks_per_process,
            processors=stored.processors,
        )
        predictor = LinePredictor(params, scenario.create_data())
        predictor.set_model(model)
        return predictor


class LineMultiPredictor(tfaip_cls.MultiModelPredictor):
    @classmethod
    def from_paths(cls, checkpoints, auto_update_checkpoints=True, predictor_params=None, voter_params=None):
        DeviceConfig(predictor_params.device)
        parts = [parts_of(checkpoint) for checkpoint in checkpoints]
        return super().from_paths(
            [filename for _, filename in parts],
            predictor_params,
            LineScenario,
            model_paths=[model for model, _ in parts],
            predictor_args={"voter_params": voter_params or VoterParams()},
        )

    def __init__(self, voter_params, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.voter_params = voter_params

    def create_voter(self, data_params: DataBaseParams) -> MultiModelVoter:
        codecs = [data.params.codec for data in self.datas]
        assert all(codec.charset == data_params.codec.charset for codec in codecs)
        return LineVoter(self.voter_params, self.datas[0].params.codec)
