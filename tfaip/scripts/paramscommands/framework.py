# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What ``tfaip-params diff`` knows of the parameters of the programs, without any scenario."""

from tfaip.params.diff import Framework, Program


def framework() -> Framework:
    """Return the parameters of the programs; those of a scenario stand as the classes that they inherit."""
    # Imported late: only a comparison needs them.
    import tfaip.scenario.listfile.params  # noqa: F401 - makes its classes known
    from tfaip.data.databaseparams import DataGeneratorParams, DataPipelineParams
    from tfaip.lav.params import LAVParams
    from tfaip.params.fieldtypes import field_specs
    from tfaip.predict.params import PredictorParams
    from tfaip.serve.params import ServeParams
    from tfaip.trainer.params import TrainerParams

    pipeline = {f"lav.{name}": f"pipeline.{name}" for name in field_specs(DataPipelineParams)}
    return Framework(
        (
            Program({"trainer": TrainerParams}),
            Program({"data": DataGeneratorParams, "lav": LAVParams, "predictor": PredictorParams}, pipeline),
            Program({"data": DataGeneratorParams, "predict": PredictorParams}, {"prediction": "predict"}),
            Program({"serve": ServeParams, "predict": PredictorParams}),
        )
    )
