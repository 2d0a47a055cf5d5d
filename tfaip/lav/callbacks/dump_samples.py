# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Writing the samples of an evaluation to a file that is no pickle."""

from types import TracebackType
from typing import TYPE_CHECKING, Any, Dict, Optional, Type

from tfaip.data.pipeline.definitions import Sample
from tfaip.data.samplefile import SampleFileWriter
from tfaip.lav.callbacks.lav_callback import LAVCallback

if TYPE_CHECKING:
    from tfaip.data.databaseparams import DataGeneratorParams

LISTS = "lists"


class DumpSamplesCallback(LAVCallback):
    """Writes targets, outputs and meta data of all samples to a file (see ``docs/formats.md``).

    A context manager; the file appears when its block ends without an error, and holds all lists that were evaluated::

        with DumpSamplesCallback("dump.samples") as dump:
            for result in lav.run(lists, callbacks=[dump]):
                print(result)

    What is written of a sample is up to ``LAV.extract_dump_data``. The attribute ``lists`` of the file holds for each
    list the number of its ``samples``, its ``result``, the ``data`` (parameters of the generator) and the ``model``.

    Args:
        filename: The file.
        with_inputs: Write the inputs, too.
    """

    def __init__(self, filename: str, with_inputs: bool = False):
        super().__init__()
        self.with_inputs = with_inputs
        self.writer = SampleFileWriter(filename, {LISTS: []})
        self._first = 0

    def __enter__(self) -> "DumpSamplesCallback":
        """Create the file, under a temporary name.

        Raises:
            OSError: It cannot be created.
        """
        self.writer.__enter__()
        return self

    def __exit__(
        self,
        exc_type: Optional[Type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        """Complete the file, or remove it after an error."""
        self.writer.__exit__(exc_type, exc_value, traceback)

    def on_lav_start(self) -> None:
        """Begin another list."""
        self._first = self.writer.n_samples

    def on_sample_end(self, sample: Sample) -> None:
        """Write the sample."""
        assert self.lav is not None
        targets, outputs = self.lav.extract_dump_data(sample)
        inputs = sample.inputs if self.with_inputs else None
        self.writer.write(Sample(inputs=inputs, targets=targets, outputs=outputs, meta=sample.meta))

    def on_lav_end(self, result: Dict[str, Any]) -> None:
        """Note the result of the list."""
        assert self.lav is not None
        self.writer.attributes[LISTS].append(
            {
                "samples": self.writer.n_samples - self._first,
                "result": result,
                "data": data_description(self.current_data_generator_params),
                "model": self.lav.params.model_path,
            }
        )


def data_description(params: "Optional[DataGeneratorParams]") -> Any:
    """Return the parameters of a data generator as JSON has them, or None."""
    from tfaip.params.codec import params_to_dict

    return None if params is None else params_to_dict(params)
