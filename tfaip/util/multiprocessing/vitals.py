# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a worker process tells about itself: its memory, and whether it imported TensorFlow."""

import os
import sys
import time
from importlib.abc import MetaPathFinder
from types import FrameType
from typing import Any, List, Optional, Set

_SECONDS_BETWEEN_MEMORY_CHECKS = 1.0
_HEAVY_MODULE = "tensorflow"
_UNINTERESTING = ("importlib", "runpy")
_MACHINERY = "tfaip.util.multiprocessing"


class Vitals:
    """Looks at this process. Creating it begins to watch the imports."""

    def __init__(self) -> None:
        self._memory = 0
        self._next_memory_check = 0.0
        self._imports = ImportWatch(_HEAVY_MODULE)
        self._is_told = _HEAVY_MODULE in sys.modules
        if not self._is_told:
            sys.meta_path.insert(0, self._imports)

    def memory(self) -> int:
        """Return the bytes of memory of this process, as of a look in the last second."""
        now = time.monotonic()
        if now >= self._next_memory_check:
            self._next_memory_check = now + _SECONDS_BETWEEN_MEMORY_CHECKS
            self._memory = resident_memory()
        return self._memory

    def import_of_tensorflow(self) -> Optional[str]:
        """Return once who imported TensorFlow, None if nobody did or if this was told before."""
        if self._is_told or _HEAVY_MODULE not in sys.modules:
            return None
        self._is_told = True
        sys.meta_path.remove(self._imports)
        return self._imports.chain


class ImportWatch(MetaPathFinder):
    """Notes who imports a module; finds nothing itself.

    Args:
        module: Name of the module.

    Attributes:
        chain: The modules and functions that led to the last import.
    """

    def __init__(self, module: str):
        self._module = module
        self.chain = f"-> {module}"

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> None:
        """Leave the search to the other finders."""
        if fullname == self._module:
            self.chain = " -> ".join([*_places(sys._getframe(1)), self._module])


def _places(frame: Optional[FrameType]) -> List[str]:
    """Return modules with lines and functions from the outermost to the innermost call, without the machinery."""
    places: List[str] = []
    known: Set[str] = set()
    while frame is not None:
        module = str(frame.f_globals.get("__name__", "?"))
        if module.startswith(_MACHINERY):
            break
        if not module.startswith(_UNINTERESTING) and module not in known:
            known.add(module)
            function = frame.f_code.co_qualname
            suffix = "" if function == "<module>" else f" in {function}"
            places.append(f"{module}:{frame.f_lineno}{suffix}")
        frame = frame.f_back
    return places[::-1]


def resident_memory() -> int:
    """Return the bytes of memory that this process alone holds, 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            _, resident, shared = file.read().split()[:3]
    except OSError:
        return 0
    return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE")
