# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A range tells which numbers a field may hold, wherever they come from."""

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Optional

import pytest
from paiargparse import pai_dataclass, pai_meta

from tfaip.params.cli.errors import ParameterErrors
from tfaip.params.cli.nodes import Root
from tfaip.params.ranges import Range, check_ranges
from tfaip.params.schema.document import create_schema
from tfaip.util.errors import UserValueError
from tfaip.util.tfaipargparse import TFAIPArgumentParser


@pai_dataclass
@dataclass
class Inner:
    rate: float = field(default=0.1, metadata={**pai_meta(help="Rate"), "range": Range(above=0, maximum=1)})


@pai_dataclass
@dataclass
class Tree:
    n: Optional[int] = field(default=None, metadata={**pai_meta(help="Number"), "range": Range(minimum=1)})
    sizes: List[int] = field(default_factory=list, metadata={**pai_meta(help="Sizes"), "range": Range(nonzero=True)})
    inner: Inner = field(default_factory=Inner, metadata=pai_meta(mode="flat", help="Inner"))
    nested: Inner = field(default_factory=Inner, metadata=pai_meta(help="Nested"))
    more: List[Inner] = field(default_factory=list, metadata=pai_meta(help="More"))
    named: Dict[str, Inner] = field(default_factory=dict, metadata=pai_meta(help="Named"))


@pytest.mark.parametrize(
    ("allowed", "inside", "outside"),
    [
        (Range(), [0, -1e300, None, "text", True, [1, 2]], [math.nan, math.inf, -math.inf, [1, math.nan]]),
        (Range(infinite=True), [math.inf, -math.inf], [math.nan]),
        (Range(minimum=0, below=1), [0, 0.999], [-1e-9, 1, math.inf]),
        (Range(above=0, maximum=2), [1e-9, 2], [0, 2.1]),
        (Range(nonzero=True), [-1, 1], [0, 0.0]),
    ],
)
def test_range_holds_what_it_says(allowed: Range, inside: List[Any], outside: List[Any]) -> None:
    assert [value for value in inside if not allowed.holds(value)] == []
    assert [value for value in outside if allowed.holds(value)] == []


@pytest.mark.parametrize(
    ("allowed", "text"),
    [
        (Range(), "a finite number"),
        (Range(infinite=True), "a number"),
        (Range(minimum=0, below=1), "a number >= 0 and < 1"),
        (Range(nonzero=True), "a number not 0"),
    ],
)
def test_range_tells_what_is_valid(allowed: Range, text: str) -> None:
    assert allowed.describe() == text


def test_all_wrong_numbers_of_a_tree_are_told_by_their_flags() -> None:
    bad = Inner(rate=math.nan)
    tree = Tree(n=0, sizes=[1, 0], inner=bad, nested=bad, more=[Inner(), bad], named={"a": bad})
    with pytest.raises(UserValueError) as caught:
        check_ranges(tree, "tree")
    message = str(caught.value)
    assert message.startswith("6 parameters have wrong values.")
    for flag in ("tree.n", "tree.sizes", "inner.rate", "tree.nested.rate", "tree.more.1.rate", "tree.named.a.rate"):
        assert f"where:    {flag}\n" in message
    check_ranges(Tree(), "tree")


def parse(*args: str) -> Tree:
    parser = TFAIPArgumentParser(prog="prog")
    parser.add_root_argument("tree", Tree)
    return parser.parse_args(list(args)).tree


def test_wrong_numbers_of_a_line_are_told_with_its_other_mistakes() -> None:
    with pytest.raises(ParameterErrors) as caught:
        parse("--tree.n", "0", "--inner.rate", "nan", "--tree.sizes", "1", "0", "--tree.m", "1")
    message = str(caught.value)
    assert "4 mistakes" in message
    assert "--inner.rate has a wrong value.\n  expected: a number > 0 and <= 1\n  got:      nan" in message
    assert parse("--tree.n", "none", "--inner.rate", "1").inner.rate == 1


def test_wrong_number_of_a_file_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("tree:\n  n: -1\n")
    with pytest.raises(ParameterErrors, match=r"c.yaml:2(.|\n)*>= 1"):
        parse("--config", str(path))


def test_schema_knows_the_ranges() -> None:
    definitions = create_schema([Root("tree", Tree, Tree(), (), False)], "test")["$defs"]
    fields = {name: schema for d in definitions.values() for name, schema in d["properties"].items()}
    assert fields["n"]["minimum"] == 1
    assert fields["sizes"]["items"] == {"type": "integer", "not": {"const": 0}}
    assert (fields["rate"]["exclusiveMinimum"], fields["rate"]["maximum"]) == (0, 1)
