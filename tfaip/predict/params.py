# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of a prediction."""

from dataclasses import dataclass, field

from paiargparse import pai_dataclass, pai_meta

from tfaip.data.databaseparams import DataPipelineParams
from tfaip.data.pipeline.definitions import PipelineMode, SampleErrorPolicy
from tfaip.device.device_config import DeviceConfigParams


@pai_dataclass
@dataclass
class PredictorParams:
    """How a model is applied to data."""

    device: DeviceConfigParams = field(
        default_factory=DeviceConfigParams, metadata=pai_meta(fix_dc=True, help="Devices of the prediction")
    )
    pipeline: DataPipelineParams = field(
        default_factory=lambda: DataPipelineParams(mode=PipelineMode.PREDICTION, sample_errors=SampleErrorPolicy.SKIP),
        metadata=pai_meta(fix_dc=True, mode="ssnake", help="Pipeline of the data to predict"),
    )
    silent: bool = field(default=False, metadata=pai_meta(help="Do not print the predictions"))
    progress_bar: bool = field(default=True, metadata=pai_meta(help="Show a progress bar"))
    run_eagerly: bool = field(
        default=False, metadata=pai_meta(help="Run a model that is held in memory eagerly (slow, for debugging)")
    )
    include_targets: bool = field(
        default=False, metadata=pai_meta(mode="ignore", help="Add the targets to the predicted samples")
    )
    include_meta: bool = field(
        default=False,
        metadata=pai_meta(
            mode="ignore",
            help="Add the meta data to batches and to files of results, too; single samples have it anyway",
        ),
    )
    strict: bool = field(
        default=False, metadata=pai_meta(help="Fail if a sample cannot be read instead of skipping and reporting it")
    )
