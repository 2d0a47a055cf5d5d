# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The tiny scenario, whose service never comes to an end of its work."""

import threading

from test.tinyscenario.scenario import TinyScenario
from tfaip.serve.adapter import ServingAdapter


class HangingAdapter(ServingAdapter):
    def decode_inputs(self, inputs):
        threading.Event().wait()


class HangingScenario(TinyScenario):
    @classmethod
    def serving_cls(cls):
        return HangingAdapter
