# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What the programs that evaluate have in common: results on the terminal and in a file, and the dump of samples."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Union

from tfaip.scripts.modeldirectory import json_form, print_result
from tfaip.scripts.outputfiles import check_can_be_written, check_different
from tfaip.util.errors import UserError
from tfaip.util.file.atomic import write_text_atomically
from tfaip.util.json_helper import to_json_value
from tfaip.util.plaintext import without_controls
from tfaip.version import __version__

if TYPE_CHECKING:
    from tfaip.lav.callbacks.lav_callback import LAVCallback
    from tfaip.lav.lav import LAV
    from tfaip.lav.multilav import MultiLAV
    from tfaip.util.tfaipargparse import TFAIPArgumentParser

FORMAT = "tfaip results"
VERSION = 1

# stands for several models
VOTED = "voted"
PICKLE_ENDINGS = (".pkl", ".pickle")
MAX_TEXT = 60


def add_out_argument(parser: "TFAIPArgumentParser") -> None:
    """Add ``--out``, the file of results."""
    parser.add_argument("--out", metavar="FILE", help="also write the results to this JSON file")


def add_dump_arguments(parser: "TFAIPArgumentParser") -> None:
    """Add ``--dump``, the file of samples."""
    parser.add_argument(
        "--dump",
        metavar="FILE",
        help="write targets, outputs and meta data of all samples, as a pickle if it is called so (.pkl)",
    )
    parser.add_argument("--dump_inputs", action="store_true", help="let --dump write the inputs, too")


def check_outputs(dump: Optional[str], dump_inputs: bool, out: Optional[str]) -> None:
    """Check that the files can be written, before anything is computed.

    Raises:
        UserError: They cannot.
    """
    check_can_be_written(dump, "--dump")
    check_can_be_written(out, "--out")
    check_different({"--dump": dump, "--out": out})
    if dump_inputs and (dump is None or is_pickle(dump)):
        raise UserError(
            "There is no dump to write the inputs to.",
            where="--dump_inputs",
            expected="--dump FILE with a file that is no pickle",
            got="no --dump" if dump is None else dump,
        )


def is_pickle(filename: str) -> bool:
    """Return whether a dump of this name is a pickle."""
    return os.path.splitext(filename)[1].lower() in PICKLE_ENDINGS


@contextmanager
def open_dump(filename: Optional[str], with_inputs: bool) -> "Iterator[List[LAVCallback]]":
    """Give the callbacks that write the dump, which is complete when the block ends."""
    from tfaip.lav.callbacks.dump_results import DumpResultsCallback
    from tfaip.lav.callbacks.dump_samples import DumpSamplesCallback

    if filename is None:
        yield []
    elif is_pickle(filename):
        yield [DumpResultsCallback(filename)]
    else:
        with DumpSamplesCallback(filename, with_inputs) as dump:
            yield [dump]


class ResultsOutput:
    """Prints results and writes them to a file.

    Args:
        program: The name of the program.
        filename: The file, None for none.
        labelled: Print all results in one list, each with its model, instead of one by one.
    """

    def __init__(self, program: str, filename: Optional[str], labelled: bool = False):
        self._program = program
        self._filename = filename
        self._labelled = labelled
        self._results: List[Dict[str, Any]] = []

    def add(self, values: Dict[str, Any], **about: Any) -> None:
        """Print the values of an evaluation as JSON, and keep them for table and file.

        Args:
            values: The values by name.
            about: What the file tells about them (model, data, samples, ...).
        """
        if not self._labelled:
            print_result(values)
        self._results.append({**about, "values": values})

    def finish(self) -> None:
        """Print the table on the error stream and write the file, complete or not at all.

        Raises:
            OSError: It cannot be written.
        """
        if self._labelled:
            print_result([{"model": result["model"], "values": result["values"]} for result in self._results])
        for line in table([result["values"] for result in self._results], self._labels()):
            print(without_controls(line), file=sys.stderr)
        if self._filename is None:
            return
        content = {
            "format": FORMAT,
            "version": VERSION,
            "tfaip_version": __version__,
            "program": self._program,
            "results": self._results,
        }
        text = json.dumps(json_form(content), indent=2, allow_nan=False)
        write_text_atomically(self._filename, text + "\n")

    def _labels(self) -> List[str]:
        """Return the heads of the columns: the models, if they tell the results apart, else the lists."""
        if len(self._results) == 1 and not self._labelled:
            return ["value"]
        models = [result.get("model") for result in self._results]
        names = [VOTED if isinstance(model, list) else str(model) for model in models]
        if len(set(names)) == len(names):
            return names
        return [f"{name if self._labelled else 'list'} {index}" for index, name in enumerate(names)]


def about(lav: "Union[LAV, MultiLAV]") -> Dict[str, Any]:
    """Return what the file of results tells about the last list: its data, the samples, the seconds."""
    from tfaip.lav.callbacks.dump_samples import data_description

    results = lav.benchmark_results
    return {
        "data": data_description(lav.data_generator_params),
        "samples": int(results.n_samples),
        "skipped": [{"index": skipped.index, "message": skipped.message} for skipped in lav.skipped_samples],
        "seconds": results.total_time,
    }


def table(results: List[Dict[str, Any]], labels: List[str]) -> List[str]:
    """Return the lines of a table: a row for each value, a column for each result."""
    names = list(dict.fromkeys(name for result in results for name in result))
    if not names:
        return []
    rows = [["", *labels], *([name, *(_cell(result, name) for result in results)] for name in names)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(_aligned(row, widths)).rstrip() for row in rows]


def _aligned(row: List[str], widths: List[int]) -> List[str]:
    first, *others = row
    return [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))]


def _cell(result: Dict[str, Any], name: str) -> str:
    from tfaip.data.pipeline.definitions import describe

    if name not in result:
        return ""
    value = result[name]
    plain = value.item() if hasattr(value, "item") and getattr(value, "size", 0) == 1 else value
    if isinstance(plain, float):
        return f"{plain:.6g}"
    return describe(to_json_value(plain) if isinstance(plain, (bytes, bytearray)) else plain, MAX_TEXT)
