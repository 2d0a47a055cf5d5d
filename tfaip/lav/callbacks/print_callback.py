# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Printing the samples of an evaluation."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tfaip.data.pipeline.definitions import describe
from tfaip.lav.callbacks.lav_callback import LAVCallback
from tfaip.util.logging import logger

if TYPE_CHECKING:
    from tfaip.data.pipeline.definitions import Sample

log = logger(__name__)


class PrintCallback(LAVCallback):
    """Prints each sample as the model's ``_print_evaluate`` tells.

    Args:
        print_fn: Called with each line. Default: the log.
    """

    def __init__(self, print_fn: Callable[[str], Any] = log.info):
        super().__init__()
        self.print_fn = print_fn

    def on_sample_end(self, sample: "Sample") -> None:
        """Print the sample."""
        if self.model is None or self.data is None:
            self.print_fn(f"{describe(sample.targets)} -> {describe(sample.outputs)}")
        else:
            self.model.print_evaluate(sample, self.data, self.print_fn)
