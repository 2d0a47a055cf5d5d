# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Dependencies point one way: util, params, data, model, scenario, trainer and its like, scripts."""

import re

import pytest

from test.architecture.imports import Import, all_imports, all_modules

# the first pattern that matches tells the layer; a module may import its own and lower layers
LAYERS = [
    (r"tfaip\.util\.testing(\.|$)", 9),
    (r"tfaip\.imports$", 8),
    (r"tfaip\.scripts(\.|$)", 8),
    # the contract's path of the command line parser, which lives in tfaip.params
    (r"tfaip\.util\.tfaipargparse$", 1),
    (r"tfaip\.util(\.|$)", 0),
    (r"tfaip\.version$", 0),
    (r"tfaip\.params(\.|$)", 1),
    (r"tfaip\.runs(\.|$)", 2),
    (r"tfaip\.experiments(\.|$)", 3),
    (r"tfaip\.dashboard(\.|$)", 4),
    (r"tfaip(\.publicnames)?$", 2),
    (r"tfaip\..*params$", 2),
    (r"tfaip\.data\.pipeline\.definitions$", 2),
    # processors and batches are made in workers: as light as parameters
    (r"tfaip\.data\.pipeline\.(processor|batching|timing|errors$|seeding$|position$|chunkstarts$)", 2),
    (r"tfaip\.device\.(device_config|precision)$", 2),
    (r"tfaip\.trainer\.nonfinite(\.policy)?$", 2),
    (r"tfaip\.trainer\.optimizer(\.optimizers)?$", 2),
    (r"tfaip\.trainer\.scheduler$", 2),
    (r"tfaip\.(data|model|scenario|scenario\.listfile|trainer|lav|predict|evaluator|device)$", 2),
    (r"tfaip\.(data\.pipeline|data\.pipeline\.processor|data\.generators|trainer\.callbacks)$", 2),
    (r"tfaip\.(trainer\.callbacks\.earlystopping|trainer\.warmstart|resource)$", 2),
    (r"tfaip\.resource(\.|$)", 2),
    (r"tfaip\.scenario\.(paramsfile$|archive(\.|$))", 2),
    (r"tfaip\.(data|evaluator)(\.|$)", 3),
    (r"tfaip\.model(\.|$)", 4),
    (r"tfaip\.trainer\.(optimizer|scheduler)(\.|$)", 4),
    (r"tfaip\.scenario\.listfile\.listfilelav$", 6),
    (r"tfaip\.scenario(\.|$)", 5),
    (r"tfaip\.predict(\.|$)", 6),
    (r"tfaip\.serve(\.|$)", 7),
    (r"tfaip\.lav(\.|$)", 6),
    (r"tfaip\.trainer(\.|$)", 6),
]
# users of a scenario that must not know each other
SIBLINGS = [r"tfaip\.trainer(\.|$)", r"tfaip\.(lav|predict)(\.|$)"]

TENSORFLOW = re.compile(r"(tensorflow|keras)(\.|$)")


def layer_of(module: str) -> int:
    return next(layer for pattern, layer in LAYERS if re.match(pattern, module))


def is_params(module: str) -> bool:
    return layer_of(module) <= 2 and not module.startswith("tfaip.util")


@pytest.mark.parametrize("module", all_modules())
def test_every_module_has_a_layer(module: str) -> None:
    assert 0 <= layer_of(module) <= 9


def test_imports_point_to_the_same_or_a_lower_layer() -> None:
    wrong = [
        f"{entry.module}:{entry.line} (layer {layer_of(entry.module)}) imports {entry.imported} "
        f"(layer {layer_of(entry.imported)})"
        for entry in all_imports()
        if entry.imported.partition(".")[0] == "tfaip" and not _allowed(entry)
    ]
    assert not wrong, "\n".join(wrong)


def _allowed(entry: Import) -> bool:
    return layer_of(entry.imported) <= layer_of(entry.module)


def test_trainer_and_prediction_do_not_know_each_other() -> None:
    wrong = []
    for entry in all_imports():
        if not entry.imported.startswith("tfaip"):
            continue
        if is_params(entry.module) or is_params(entry.imported):
            continue
        for pattern in SIBLINGS:
            others = [other for other in SIBLINGS if other != pattern]
            if re.match(pattern, entry.module) and any(re.match(other, entry.imported) for other in others):
                wrong.append(f"{entry.module}:{entry.line} imports {entry.imported}")
    assert not wrong, "\n".join(wrong)


def test_parameter_modules_do_not_import_tensorflow() -> None:
    wrong = [
        f"{entry.module}:{entry.line} imports {entry.imported}"
        for entry in all_imports()
        if entry.at_import and is_params(entry.module) and TENSORFLOW.match(entry.imported)
    ]
    assert not wrong, "\n".join(wrong)


def test_runs_import_parameters_and_utilities_only() -> None:
    wrong = [
        f"{entry.module}:{entry.line} imports {entry.imported}"
        for entry in all_imports()
        if entry.module.startswith("tfaip.runs") and not _is_for_runs(entry)
    ]
    assert not wrong, "\n".join(wrong)


def test_experiments_import_runs_parameters_and_utilities_only() -> None:
    known = re.compile(r"tfaip\.(experiments|runs|params|util|version)(\.|$)")
    wrong = [
        f"{entry.module}:{entry.line} imports {entry.imported}"
        for entry in all_imports()
        if entry.module.startswith("tfaip.experiments")
        and (
            TENSORFLOW.match(entry.imported) or (entry.imported.startswith("tfaip") and not known.match(entry.imported))
        )
    ]
    assert not wrong, "\n".join(wrong)


def _is_for_runs(entry: Import) -> bool:
    if entry.imported.partition(".")[0] == "tfaip":
        return bool(re.match(r"tfaip\.(runs|params|util|version)(\.|$)", entry.imported))
    # listing three hundred runs takes less than importing one of these
    return not (entry.at_import and entry.imported.partition(".")[0] in ("numpy", "tensorflow", "keras", "tensorboard"))


def test_a_wrong_import_would_be_found() -> None:
    assert not _allowed(Import("tfaip.util.enum", "tfaip.data.data", 1, True))
    assert not _allowed(Import("tfaip.model.modelbase", "tfaip.trainer.trainer", 1, False))
    assert _allowed(Import("tfaip.trainer.trainer", "tfaip.scenario.scenariobase", 1, True))
