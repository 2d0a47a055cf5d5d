# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Voting: the mean of the probabilities."""

import numpy as np

from test.contract.program.dataset.postprocessors import Line, best_path
from tfaip import Sample
from tfaip.predict.multimodelvoter import MultiModelVoter


class LineVoter(MultiModelVoter):
    def __init__(self, params, codec):
        self.params = params
        self.codec = codec

    def vote(self, sample: Sample) -> Sample:
        assert isinstance(sample.outputs, list) and isinstance(sample.meta, list)
        softmax = np.mean([line.softmax for line in sample.outputs], axis=0) + self.params.eps
        return sample.new_outputs((sample.outputs, Line(self.codec.decode(best_path(softmax)), softmax)))

    def finalize_sample(self, sample: Sample) -> Sample:
        assert isinstance(sample.meta, list)
        return super().finalize_sample(sample.new_meta(sample.meta[0]))
