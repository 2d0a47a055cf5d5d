# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Load-and-validate on list files, which keeps the results of each list."""

import hashlib
import json
import logging
import os
from collections.abc import Iterable, Iterator
from typing import Any, Dict, List, Type

from tfaip.data.databaseparams import DataGeneratorParams
from tfaip.lav.callbacks.lav_callback import LAVCallback
from tfaip.lav.lav import LAV
from tfaip.lav.params import LAVParams
from tfaip.scenario.listfile.lavparams import ListFileLAVParams
from tfaip.scenario.listfile.params import ListsFileGeneratorParams
from tfaip.util.file.atomic import write_text_atomically
from tfaip.util.json_helper import to_json_value

logger = logging.getLogger(__name__)

MAX_NAME = 150


class ListFileLAVCallback(LAVCallback):
    """Writes the results of each evaluation to ``lav_results_<lists>.json``.

    The file is written into ``results_dir`` of the parameters, by default into the directory of the model,
    or beside its archive. It holds the
    paths of the lists and the results.
    """

    def on_lav_end(self, result: Dict[str, Any]) -> None:
        """Write the file, complete or not at all; a directory that cannot be written to gives a warning."""
        assert self.lav is not None
        generator_params = self.current_data_generator_params
        folder = results_directory(self.lav.params)
        if folder is None or not isinstance(generator_params, ListsFileGeneratorParams):
            return
        lists = [os.path.abspath(filename) for filename in generator_params.lists or []]
        content = json.dumps({"lists": lists, "results": result}, indent=2, default=to_json_value)
        try:
            write_text_atomically(results_file(folder, lists), content + "\n")
        except OSError as error:
            logger.warning("The results of the evaluation are not stored: %s", error)


def results_directory(params: LAVParams) -> Any:
    """Return where the results are written, None if they are not."""
    folder = params.results_dir or params.model_path
    if isinstance(folder, str) and os.path.isfile(folder):
        folder = os.path.dirname(os.path.abspath(folder))
    return folder if params.store_results and isinstance(folder, str) else None


def results_file(folder: str, lists: List[str]) -> str:
    """Return the file for the results of lists.

    It is named after the lists; if there is a file of that name for other lists, a part of a hash is added.

    Args:
        folder: Where the file is.
        lists: The absolute paths of the lists.
    """
    name = "_".join(os.path.splitext(os.path.basename(filename))[0] for filename in lists) or "none"
    file = os.path.join(folder, f"lav_results_{name[:MAX_NAME]}.json")
    if len(name) <= MAX_NAME and _lists_of(file) in (None, lists):
        return file
    digest = hashlib.sha256("\n".join(lists).encode()).hexdigest()[:8]
    return os.path.join(folder, f"lav_results_{name[:MAX_NAME]}_{digest}.json")


def _lists_of(file: str) -> Any:
    """Return the lists whose results a file holds, None if there is no such file."""
    try:
        with open(file, encoding="utf-8") as stream:
            content = json.load(stream)
    except (OSError, ValueError):
        return None
    return content.get("lists") if isinstance(content, dict) else None


class ListFileLAV(LAV):
    """Load-and-validate that writes its results into files; see :class:`ListFileLAVCallback`."""

    @classmethod
    def params_cls(cls) -> Type[LAVParams]:
        """Return the class of the parameters."""
        return ListFileLAVParams

    def run(
        self, generator_params: Iterable[DataGeneratorParams], *args: Any, **kwargs: Any
    ) -> Iterator[Dict[str, Any]]:
        """Evaluate the lists of each generator together, or each on its own; see the base class.

        Raises:
            UserFileNotFoundError: A list file is missing.
        """
        params = list(generator_params)
        for generator in params:
            if isinstance(generator, ListsFileGeneratorParams):
                generator.check_lists_exist("--data.lists")
        if getattr(self._params, "per_list", False):
            params = [single for generator in params for single in _single_lists(generator)]
        yield from super().run(params, *args, **kwargs)

    def _custom_callbacks(self) -> List[LAVCallback]:
        return [*super()._custom_callbacks(), ListFileLAVCallback()]


def _single_lists(params: DataGeneratorParams) -> List[DataGeneratorParams]:
    return [*params.each_list()] if isinstance(params, ListsFileGeneratorParams) else [params]
