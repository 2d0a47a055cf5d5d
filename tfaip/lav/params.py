# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of load and validate."""

from dataclasses import dataclass, field
from typing import List, Optional, Union

from paiargparse import pai_dataclass, pai_meta

from tfaip.data.databaseparams import DataPipelineParams
from tfaip.data.pipeline.definitions import PipelineMode
from tfaip.device.device_config import DeviceConfigParams


@pai_dataclass
@dataclass
class LAVParams:
    """How a model is loaded and validated."""

    pipeline: DataPipelineParams = field(
        default_factory=lambda: DataPipelineParams(mode=PipelineMode.EVALUATION),
        metadata=pai_meta(fix_dc=True, mode="ssnake", help="Pipeline of the data to evaluate"),
    )
    model_path: Optional[Union[str, List[str]]] = field(
        default=None, metadata=pai_meta(mode="ignore", help="Directory of the exported model (of each for MultiLAV)")
    )
    device: DeviceConfigParams = field(
        default_factory=DeviceConfigParams, metadata=pai_meta(help="Devices of the evaluation")
    )
    print_samples: bool = field(
        default=False, metadata=pai_meta(help="Print every sample with the model's _print_evaluate")
    )
    silent: bool = field(default=False, metadata=pai_meta(help="No progress bar"))
    store_results: bool = field(
        default=True, metadata=pai_meta(help="Let evaluations that write result files (list files) write them")
    )
    results_dir: Optional[str] = field(
        default=None, metadata=pai_meta(help="Directory of the result files. Default: that of the model")
    )

    def __post_init__(self) -> None:
        self.pipeline.mode = PipelineMode.EVALUATION
