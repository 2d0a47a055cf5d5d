# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The page that compares messages shows what our programs say today."""

import shlex

import pytest

from benchmarks.messages import with_tfaip
from benchmarks.messages.mistakes import MISTAKES
from test.conftest import ROOT
from tfaip.util.errors import UserError

PAGE = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.title)
def test_our_message_is_the_one_on_the_page(mistake):
    line = mistake.lines[0]
    with pytest.raises(UserError) as error:
        with_tfaip.main(shlex.split(line))
    text = f"error: {error.value.render()}"
    assert f"$ train {line}\n{text}\n```" in PAGE, "run python -m benchmarks.messages"
    assert all(word in text.lower() for word in mistake.should_name)


def test_a_right_line_is_parsed():
    with_tfaip.main(shlex.split("--trainer.output_dir a --model.graph CNN --model.graph.filters 3 4"))
