# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Reads sweep files."""

import os
from collections.abc import Callable
from typing import Any, Dict, List, Optional, Tuple, Type

from tfaip.experiments.sweeps.mistakes import SweepErrors
from tfaip.experiments.sweeps.optunanames import PRUNERS, SAMPLERS
from tfaip.experiments.sweeps.parameterreader import read_parameters
from tfaip.experiments.sweeps.spec import Method, Mode, Summary, Sweep
from tfaip.params.cli.arguments import normalised
from tfaip.params.cli.errors import Mistake
from tfaip.params.config.entry import Entry
from tfaip.params.config.reader import read_config
from tfaip.util.enum import StrEnum
from tfaip.util.errors import UserFileNotFoundError, did_you_mean

KEYS = (
    "scenario",
    "method",
    "trials",
    "seed",
    "metric",
    "mode",
    "summary",
    "output_dir",
    "arguments",
    "parameters",
    "sampler",
    "pruner",
)
REQUIRED = ("scenario", "method", "output_dir", "parameters")
OUTPUT_DIR = "output_dir"
ROOT = "trainer"


def read_sweep(path: str) -> Sweep:
    """Return what a sweep file says.

    Args:
        path: The file; JSON if its name ends with ``.json``, else YAML.

    Raises:
        UserError: It cannot be read, or there are mistakes in it, as far as they can be seen without the scenario.
    """
    if not os.path.exists(path):
        raise UserFileNotFoundError("There is no such sweep file.", where=path)
    mistakes: List[Mistake] = []
    content = read_config(path, mistakes)
    if content is None:
        raise SweepErrors(path, mistakes)
    reader = _Reader(path, {str(key): entry for key, entry in content.value.items()}, mistakes)
    sweep = reader.read()
    if sweep is None or mistakes:
        raise SweepErrors(path, mistakes)
    return sweep


class _Reader:
    """Reads the values of a sweep file.

    Args:
        path: The file.
        entries: What it says.
        mistakes: Gets what is wrong.
    """

    def __init__(self, path: str, entries: Dict[str, Entry], mistakes: List[Mistake]):
        self._path = path
        self._entries = entries
        self._mistakes = mistakes

    def read(self) -> Optional[Sweep]:
        """Return the sweep, None if there are mistakes."""
        for key, entry in self._entries.items():
            if key not in KEYS:
                hint = did_you_mean(key, KEYS) or "Parameters stand below arguments or parameters."
                self._tell(f"Unknown key {key}.", entry, ", ".join(KEYS), hint=hint)
        for key in REQUIRED:
            if key not in self._entries:
                self._mistakes.append(Mistake(f"{key} is required.", where=self._path))
        method = self._choice("method", Method)
        parameters = read_parameters(self._mapping("parameters"), self._mistakes)
        if "parameters" in self._entries and not parameters and not self._mistakes:
            self._tell("The sweep has no parameters.", self._entries["parameters"], "at least one")
        trials = self._whole("trials", 1)
        self._check_metric()
        self._check_optuna(method)
        sweep = {
            "arguments": self._mapping("arguments"),
            "seed": self._whole("seed", 0) or 0,
            "metric": self._text("metric"),
            "mode": self._choice("mode", Mode),
            "summary": self._choice("summary", Summary) or Summary.BEST,
            "sampler": self._named("sampler", SAMPLERS, "tpe"),
            "pruner": self._named("pruner", PRUNERS, "none"),
        }
        is_grid = method is Method.GRID or sweep["sampler"][0] == "grid"
        if method is not None and not is_grid and "trials" not in self._entries:
            self._mistakes.append(Mistake(f"trials is required: {method} goes on for ever.", where=self._path))
        self._check_output_dir(sweep["arguments"])
        self._check_output_dir({parameter.name: parameter.entry for parameter in parameters})
        scenario, output_dir = self._text("scenario"), self._text("output_dir")
        if self._mistakes or scenario is None or output_dir is None or method is None:
            return None
        return Sweep(
            self._path, scenario, output_dir, method, tuple(parameters), trials=trials, lines=self._entries, **sweep
        )

    def _check_metric(self) -> None:
        if "metric" in self._entries and "mode" not in self._entries:
            self._tell("mode is required with metric.", self._entries["metric"], "mode: min, or mode: max")
        if "mode" in self._entries and "metric" not in self._entries:
            self._tell("metric is required with mode.", self._entries["mode"], "such as metric: val_loss")

    def _check_optuna(self, method: Optional[Method]) -> None:
        for key in ("sampler", "pruner"):
            if key in self._entries and method not in (None, Method.OPTUNA):
                self._tell(f"{key} belongs to optuna; {method} is chosen.", self._entries[key], "method: optuna")

    def _check_output_dir(self, arguments: Dict[Any, Entry]) -> None:
        for key, entry in arguments.items():
            if normalised(str(key)) in (OUTPUT_DIR, f"{ROOT}.{OUTPUT_DIR}"):
                self._tell("Each trial has a directory of its own.", entry, "output_dir outside of the arguments")
            elif key == ROOT and isinstance(entry.value, dict):
                self._check_output_dir(entry.value)

    # ------------------------------------------------------------------ values
    def _text(self, key: str) -> Optional[str]:
        return self._value(key, lambda value: isinstance(value, str) and bool(value.strip()), "a text")

    def _whole(self, key: str, least: int) -> Optional[int]:
        def is_whole(value: Any) -> bool:
            return isinstance(value, int) and not isinstance(value, bool) and value >= least

        return self._value(key, is_whole, f"a whole number >= {least}")

    def _choice(self, key: str, names: Type[StrEnum]) -> Any:
        known = [str(name.value) for name in names]
        value = self._value(key, lambda text: text in known, ", ".join(known), known)
        return None if value is None else names(value)

    def _mapping(self, key: str) -> Dict[Any, Entry]:
        entry = self._entries.get(key)
        if entry is None or entry.value is None:
            return {}
        if not isinstance(entry.value, dict):
            self._tell(f"{key} has a wrong value.", entry, "a mapping: name: value", f"{entry.show()} ({entry.kind()})")
            return {}
        return entry.value

    def _named(self, key: str, known: Dict[str, Tuple[str, ...]], default: str) -> Tuple[str, Dict[str, Any]]:
        """Return a name with its options: a text, or a mapping that has the name as ``name``."""
        entry = self._entries.get(key)
        if entry is None:
            return default, {}
        options = dict(entry.value) if isinstance(entry.value, dict) else {"name": entry}
        name = options.pop("name", entry)
        text = str(name.value).lower() if isinstance(name.value, str) else ""
        if text not in known:
            hint = did_you_mean(text, known) if text else None
            self._tell(f"{key} has no such choice.", name, ", ".join(known), name.show(), hint)
            return default, {}
        for option, value in options.items():
            number = isinstance(value.value, (int, float)) and not isinstance(value.value, bool)
            if option not in known[text]:
                expected = ", ".join(known[text]) or "no options"
                self._tell(
                    f"{key} {text} has no option {option}.", value, expected, hint=did_you_mean(option, known[text])
                )
            elif not number or value.value < 0:
                self._tell(f"{key}.{option} has a wrong value.", value, "a number >= 0", value.show())
        return text, {str(option): value.value for option, value in options.items()}

    def _value(
        self, key: str, is_right: Callable[[Any], bool], expected: str, known: Optional[List[str]] = None
    ) -> Optional[Any]:
        entry = self._entries.get(key)
        if entry is None:
            return None
        if not is_right(entry.value):
            hint = did_you_mean(entry.value, known) if known and isinstance(entry.value, str) else None
            self._tell(f"{key} has a wrong value.", entry, expected, f"{entry.show()} ({entry.kind()})", hint)
            return None
        return entry.value

    def _tell(
        self, what: str, entry: Entry, expected: str, got: Optional[str] = None, hint: Optional[str] = None
    ) -> None:
        self._mistakes.append(Mistake(what, expected, got, hint, entry.where))
