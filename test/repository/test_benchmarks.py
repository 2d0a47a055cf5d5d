# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The benchmarks that need no data run and print their figures; how fast is not tested."""

import json
import sys

from benchmarks import parse_time


def test_parsing_a_tree_is_measured_beside_argparse(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["parse_time", "--repeat", "1"])
    parse_time.main()
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures["fields"] == 300
    assert set(figures["median_ms"]) == {"tfaip, first", "tfaip", "argparse"}
