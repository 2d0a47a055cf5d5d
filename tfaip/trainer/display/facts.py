# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What is trained where, with which code, and how to go on afterwards."""

import dataclasses
import os
import platform
import shlex
import sys
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

import keras
import numpy as np
import tensorflow as tf

from tfaip.trainer.callbacks.earlystopping.best import best_is_there, best_path
from tfaip.trainer.callbacks.earlystopping.stopped import is_stopped
from tfaip.trainer.checkpoint.finalexport import EXPORT_DIR
from tfaip.util.versioning import CodeVersion, code_version
from tfaip.version import __version__

if TYPE_CHECKING:
    from tfaip.trainer.trainer import Trainer

Rows = List[Tuple[str, str]]


def run_facts(trainer: "Trainer") -> Dict[str, Any]:
    """Return what a training is, for a program."""
    params = trainer.params
    cls = type(trainer.scenario)
    return {
        "scenario": f"{cls.__module__}:{cls.__qualname__}",
        "output_dir": os.path.abspath(params.output_dir) if params.output_dir else None,
        "epochs": params.epochs,
        "random_seed": params.random_seed,
        "devices": trainer.device_config.describe(),
        "precision": keras.config.dtype_policy().name,
        "code": {"tfaip": _code(code_version(__file__)), "scenario": _code(_scenario_code(cls))},
        "versions": {
            "tfaip": __version__,
            "tensorflow": tf.__version__,
            "keras": keras.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
    }


def describe_run(facts: Dict[str, Any]) -> Rows:
    """Return the facts of :func:`run_facts` for people."""
    seed = facts["random_seed"]
    return [
        ("scenario", facts["scenario"]),
        ("output", facts["output_dir"] or "nothing is written (no --trainer.output_dir)"),
        ("code", ", ".join(f"{name} {_describe_code(code)}" for name, code in facts["code"].items())),
        ("seed", "none: another training gives other results" if seed is None else str(seed)),
        ("devices", facts["devices"]),
        ("precision", facts["precision"]),
        ("versions", ", ".join(f"{name} {version}" for name, version in facts["versions"].items())),
    ]


def end_facts(trainer: "Trainer") -> Dict[str, Any]:
    """Return what a training has reached, for a program."""
    params = trainer.params
    stopping = params.early_stopping
    best = best_path(params) if params.export_best and best_is_there(params) else None
    last = os.path.join(params.output_dir, EXPORT_DIR) if params.export_final and params.output_dir else None
    return {
        "status": "stopped_early" if is_stopped(stopping) else "finished",
        "epochs": params.current_epoch,
        "best": {"monitor": stopping.monitor, "value": stopping.current, "model": best},
        "last": last,
        "checkpoint": _checkpoint(trainer),
        "commands": commands(trainer, best or last),
    }


def describe_end(facts: Dict[str, Any]) -> Rows:
    """Return the facts of :func:`end_facts` for people."""
    how = "stopped early" if facts["status"] == "stopped_early" else "finished"
    rows = [("state", f"{how} after {facts['epochs']} epochs")]
    best = facts["best"]
    if best["value"] is not None:
        where = f" in {best['model']}" if best["model"] else ""
        rows.append(("best", f"{best['monitor']} {best['value']:.6g}{where}"))
    if facts["last"]:
        rows.append(("last", facts["last"]))
    return rows + list(facts["commands"].items())


def commands(trainer: "Trainer", model: Optional[str]) -> Dict[str, str]:
    """Return the command lines that go on with a run: ``resume``, ``evaluate``, ``predict``."""
    params = trainer.params
    lines: Dict[str, str] = {}
    if params.output_dir and params.write_checkpoints:
        more = f" --trainer.epochs {params.epochs * 2}" if params.current_epoch >= params.epochs else ""
        lines["resume"] = f"tfaip-resume-training {shlex.quote(params.output_dir)}{more}"
    if model is not None:
        lines["evaluate"] = f"tfaip-lav --export_dir {shlex.quote(model)}"
        lines["predict"] = f"tfaip-predict --export_dir {shlex.quote(model)}{_data_flags(trainer)}"
    return lines


def _data_flags(trainer: "Trainer") -> str:
    """Return the flags that name the data of a prediction: those that are required or name nothing by default."""
    generator = type(trainer.scenario).predict_generator_params_cls()
    fields = [field for field in dataclasses.fields(generator) if _names_nothing(field)]
    return "".join(f" --data.{field.name} {field.name.upper()}" for field in fields)


def _names_nothing(field: "dataclasses.Field[Any]") -> bool:
    if field.metadata.get("required"):
        return True
    default = field.default_factory() if callable(field.default_factory) else field.default
    return default in ("", [])


def _checkpoint(trainer: "Trainer") -> Optional[str]:
    params = trainer.params
    if not params.output_dir or not params.saved_checkpoint_sub_dir:
        return None
    return os.path.join(params.output_dir, params.saved_checkpoint_sub_dir)


def _scenario_code(cls: type) -> Optional[CodeVersion]:
    filename = getattr(sys.modules.get(cls.__module__), "__file__", None)
    return code_version(filename) if filename else None


def _code(version: Optional[CodeVersion]) -> Optional[Dict[str, Any]]:
    return None if version is None else {"commit": version.commit, "is_dirty": version.is_dirty}


def _describe_code(code: Optional[Dict[str, Any]]) -> str:
    if code is None:
        return "not under version control"
    return f"{code['commit'][:10]}{' with changes that are not committed' if code['is_dirty'] else ''}"
