# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A parameter tree with every kind of field, for the tests of this folder."""

from abc import ABC
from dataclasses import dataclass, field
from typing import Any, Dict, Generic, List, Optional, Set, Tuple, TypeVar, Union

from dataclasses_json import LetterCase, config, dataclass_json
from paiargparse import pai_dataclass, pai_meta

from tfaip.util.enum import StrEnum
from tfaip.util.generic_meta import ReplaceDefaultDataClassFieldsMeta


class Mode(StrEnum):
    TRAINING = "training"
    EVALUATION = "evaluation"
    TARGETS = "targets"


class Path:
    """A class that JSON does not know."""

    def __init__(self, path):
        self.path = path

    def __eq__(self, other):
        return isinstance(other, Path) and other.path == self.path

    @staticmethod
    def encode(value):
        return value.path if value else None

    @staticmethod
    def decode(value):
        return Path(value)


@pai_dataclass
@dataclass
class Processor:
    modes: Set[Mode] = field(default_factory=lambda: set(Mode))


@pai_dataclass(alt="Scale")
@dataclass
class ScaleProcessorParams(Processor):
    factor: float = 1.0


@dataclass
class PlainProcessor(Processor):
    """Only a dataclass, below a pai_dataclass."""

    label: str = "plain"


@dataclass_json
@dataclass
class JsonProcessor(Processor):
    depth: int = 2


@dataclass_json(letter_case=LetterCase.CAMEL)
@dataclass
class NodeSpec:
    node_name: str = "n"
    shape: List[str] = field(default_factory=list)


@pai_dataclass
@dataclass
class Base:
    a: int = 1


@pai_dataclass
@dataclass
class Special(Base):
    b: float = 0.5


TBase = TypeVar("TBase", bound=Base)


@pai_dataclass
@dataclass
class Tree(Generic[TBase], ABC, metaclass=ReplaceDefaultDataClassFieldsMeta, field_names=["generic"]):
    n: int = 1
    f: float = 1.0
    flag: bool = False
    text: str = "t"
    maybe: Optional[int] = None
    either: Union[str, int] = "epoch"
    mode: Mode = Mode.TRAINING
    modes: Set[Mode] = field(default_factory=lambda: set(Mode))
    numbers: List[int] = field(default_factory=lambda: [1, 2])
    pair: Tuple[int, str] = (1, "x")
    floats: Tuple[float, ...] = ()
    matrix: List[List[int]] = field(default_factory=list)
    table: Dict[str, float] = field(default_factory=dict)
    by_number: Dict[int, str] = field(default_factory=dict)
    processors: List[Processor] = field(default_factory=list)
    groups: List[List[Processor]] = field(default_factory=list)
    named: Dict[str, Base] = field(default_factory=dict)
    generic: TBase = field(default_factory=Base, metadata=pai_meta(help="A type variable"))
    optional: Optional[Base] = None
    free: Base = field(default_factory=Base, metadata=pai_meta(disable_subclass_check=True))
    node: NodeSpec = field(default_factory=NodeSpec)
    resource: Path = field(
        default=None, metadata={**pai_meta(help="A file"), **config(encoder=Path.encode, decoder=Path.decode)}
    )
    hidden: str = field(default="h", metadata=config(field_name="hiddenName"))
    anything: Any = None


@pai_dataclass
@dataclass
class SpecialTree(Tree[Special]):
    pass
