# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Making one result of the results of several models."""

from abc import ABC, abstractmethod

from tfaip.data.pipeline.definitions import Sample


class MultiModelVoter(ABC):
    """Base class of a voter; create yours in ``MultiModelPredictor.create_voter``."""

    @abstractmethod
    def vote(self, sample: Sample) -> Sample:
        """Return a sample with the common result.

        It may run in a worker process, so it should depend on the sample only.

        Args:
            sample: ``outputs`` is the list of the models' outputs, each after the post-processing of its model, and
                ``meta`` the list of their meta data, both in the order of the models. ``inputs`` and ``targets`` are
                those of the first model.
        """
        raise NotImplementedError

    def finalize_sample(self, sample: Sample) -> Sample:
        """Complete a sample after the vote; runs in the main process, sample by sample in their order.

        Default: a list of meta data is replaced by its first one.
        """
        return sample.new_meta(sample.meta[0]) if isinstance(sample.meta, list) and sample.meta else sample
