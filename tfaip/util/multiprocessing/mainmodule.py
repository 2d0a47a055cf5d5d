# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Keeping the user's script out of the worker processes unless something in it is needed there.

The standard library runs the main script once more in each worker, which imports TensorFlow there and starts the
training again if the script has no ``if __name__ == "__main__"``. Here a worker runs it only if a class or function
that it gets is defined in the script.
"""

import contextlib
import os
import pickle
import runpy
import sys
import threading
import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Optional, Union

from tfaip.util.multiprocessing.failure import WorkerError

_START_LOCK = threading.Lock()
_WORKER_MAIN = "__mp_main__"  # the name that multiprocessing gives to the script in a worker


@dataclass(frozen=True)
class MainModule:
    """Where the main module of a process comes from.

    Args:
        name: Its importable name if it was started by ``python -m``.
        path: The path of the script otherwise; both are None in an interactive session and if the script was piped in.
    """

    name: Optional[str] = None
    path: Optional[str] = None

    @classmethod
    def of_this_process(cls) -> "MainModule":
        """Return that of this process."""
        main = sys.modules["__main__"]
        spec = getattr(main, "__spec__", None)
        if spec is not None:
            return cls(name=spec.name)
        path = getattr(main, "__file__", None)
        return cls(path=os.path.abspath(path)) if path is not None and os.path.exists(path) else cls()

    def load(self) -> bool:
        """Run the module in this process under the name ``__mp_main__``; return whether it did so just now."""
        if _WORKER_MAIN in sys.modules and getattr(sys.modules[_WORKER_MAIN], "__tfaip_main__", False):
            return False
        module = types.ModuleType(_WORKER_MAIN)
        if self.name is not None:
            content = runpy.run_module(self.name, run_name=_WORKER_MAIN, alter_sys=True)
        elif self.path is not None:
            content = runpy.run_path(self.path, run_name=_WORKER_MAIN)
        else:
            return False
        module.__dict__.update(content, __tfaip_main__=True)
        sys.modules["__main__"] = sys.modules[_WORKER_MAIN] = module
        return True

    def loads(self, data: Union[bytes, memoryview], buffers: Iterable[Any] = ()) -> Any:
        """Unpickle; load this main module first if something in the data is defined there.

        Args:
            data: The pickled object.
            buffers: What was kept out of it.
        """
        buffers = list(buffers)
        try:
            return pickle.loads(data, buffers=buffers)
        except AttributeError as error:
            if b"__main__" not in bytes(data):
                raise
            if self == MainModule():
                raise WorkerError(
                    "Worker processes cannot find what is defined in a notebook, in an interactive session or in a "
                    "script that is no file.",
                    got=str(error),
                    hint="define it in a module and import it, or run in one process (run_parallel=False)",
                ) from error
            if not self.load():
                raise
        return pickle.loads(data, buffers=buffers)


@contextlib.contextmanager
def hidden_main_module() -> Iterator[None]:
    """Let multiprocessing start processes without running the main script in them."""
    main = sys.modules["__main__"]
    missing = object()
    with _START_LOCK:
        spec, path = getattr(main, "__spec__", None), getattr(main, "__file__", missing)
        main.__spec__ = None
        if path is not missing:
            del main.__file__
        try:
            yield
        finally:
            main.__spec__ = spec
            if path is not missing:
                main.__file__ = path  # type: ignore[assignment]
