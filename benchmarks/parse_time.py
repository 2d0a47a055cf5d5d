# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How long the command line of a tree of 300 fields takes, from a new parser to the instances, as median.

The tree has 30 dataclasses of 10 fields (numbers, texts, booleans, lists, enumerations), every third one a choice of
two classes. Argparse with 300 arguments and the same line is the reference. "First" forgets what tfaip remembers of
classes, as at the start of a program; in any other parse of a process it is known.

python -m benchmarks.parse_time --repeat 50
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import field, make_dataclass
from enum import Enum
from typing import Any, List, Optional

from paiargparse import pai_dataclass, pai_meta

from tfaip.params.fieldtypes import field_specs
from tfaip.util.tfaipargparse import TFAIPArgumentParser

N_CLASSES = 30
LIMIT_MS = 50


class Mode(Enum):
    """An enumeration."""

    A = "a"
    B = "b"


def scalar(default: Any) -> Any:
    """Return a field with a default."""
    return field(default=default, metadata=pai_meta(help="What it means"))


def numbers() -> Any:
    """Return a field with a list."""
    return field(default_factory=lambda: [1, 2], metadata=pai_meta(help="Some numbers"))


def parts_class(name: str, bases: "tuple[type, ...]" = ()) -> type:
    """Return a dataclass with ten fields."""
    fields = [("n", int, scalar(1)), ("m", int, scalar(2)), ("x", float, scalar(0.5)), ("y", float, scalar(0.25))]
    fields += [("name", str, scalar("a")), ("path", Optional[str], scalar(None)), ("on", bool, scalar(True))]
    fields += [("mode", Mode, scalar(Mode.A)), ("sizes", List[int], numbers()), ("rates", List[float], numbers())]
    return pai_dataclass(make_dataclass(name, [] if bases else fields, bases=bases))


def tree_class() -> type:
    """Return the class of the tree."""
    fields = []
    for index in range(N_CLASSES):
        cls = parts_class(f"Part{index}")
        other = parts_class(f"Other{index}", (cls,))
        choices = [cls, other] if index % 3 == 0 else []
        metadata = pai_meta(help="A part", choices=choices) if choices else pai_meta(help="A part", fix_dc=True)
        fields.append((f"part{index}", cls, field(default_factory=cls, metadata=metadata)))
    return pai_dataclass(make_dataclass("Tree", fields))


TREE = tree_class()
# 20 flags, one of them a choice
LINE = [word for index in range(9) for word in (f"--tree.part{index}.n", "7", f"--tree.part{index}.sizes", "3", "4")]
LINE += ["--tree.part9.mode", "b"]
CHOICE = ["--tree.part0", "Other0"]


def with_tfaip() -> Any:
    """Parse with tfaip."""
    parser = TFAIPArgumentParser(prog="prog")
    parser.add_root_argument("tree", TREE)
    return parser.parse_args([*CHOICE, *LINE]).tree


def with_tfaip_first() -> Any:
    """Parse with tfaip as for the first time."""
    field_specs.cache_clear()
    return with_tfaip()


def with_argparse() -> Any:
    """Parse the same flags with argparse."""
    parser = argparse.ArgumentParser(prog="prog")
    types: dict[str, Any] = {"n": int, "m": int, "x": float, "y": float, "name": str, "path": str, "on": bool}
    for index in range(N_CLASSES):
        for name, kind in types.items():
            parser.add_argument(f"--tree.part{index}.{name}", type=kind, help="What it means")
        parser.add_argument(f"--tree.part{index}.mode", choices=["a", "b"])
        parser.add_argument(f"--tree.part{index}.sizes", type=int, nargs="*")
        parser.add_argument(f"--tree.part{index}.rates", type=float, nargs="*")
    return parser.parse_args(LINE)


def milliseconds_of(call: Callable[[], Any]) -> float:
    """Return the time of one call."""
    start = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - start)


def main() -> None:
    """Measure in turn, print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=50)
    options = parser.parse_args()
    parsed = with_tfaip()
    assert (parsed.part8.n, parsed.part8.sizes, parsed.part9.mode) == (7, [3, 4], Mode.B)
    assert type(parsed.part0).__name__ == "Other0"
    calls = {"tfaip, first": with_tfaip_first, "tfaip": with_tfaip, "argparse": with_argparse}
    measured: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(options.repeat):
        for name, call in calls.items():
            measured[name].append(milliseconds_of(call))
    medians = {name: statistics.median(times) for name, times in measured.items()}
    for name, median in medians.items():
        print(f"{name:15} {median:7.2f} ms")
    print(json.dumps({"repeat": options.repeat, "fields": 10 * N_CLASSES, "median_ms": medians, "limit_ms": LIMIT_MS}))


if __name__ == "__main__":
    main()
