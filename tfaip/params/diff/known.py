# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The classes that a comparison knows: those of the framework, whatever else the files name."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Dict, List, Optional, Sequence

from tfaip.params.cli.choices import ChoiceField
from tfaip.params.fieldtypes import Kind, TypeSpec, field_specs
from tfaip.util.classref import class_reference


@dataclasses.dataclass(frozen=True)
class Program:
    """What a configuration file of a program can set.

    Attributes:
        roots: The classes of its root parameters by name.
        spellings: Other names of parameters: what each stands for.
    """

    roots: Mapping[str, type]
    spellings: Mapping[str, str] = dataclasses.field(default_factory=dict)


class KnownClasses:
    """Parameter classes by their names in files. A name that is none of them is never looked up elsewhere.

    Args:
        roots: Where to begin: classes of the same packages that their fields, choices and subclasses lead to are known.
    """

    def __init__(self, roots: Iterable[type]):
        pending = list(roots)
        packages = {root.__module__.partition(".")[0] for root in pending}
        self._by_reference: Dict[str, type] = {}
        while pending:
            cls = pending.pop()
            reference = class_reference(cls)
            if reference in self._by_reference or cls.__module__.partition(".")[0] not in packages:
                continue
            self._by_reference[reference] = cls
            pending += [*cls.__subclasses__(), *_classes_of_fields(cls)]

    def get(self, reference: Any) -> Optional[type]:
        """Return the class of a name ``module:Class``, None if it is not known."""
        return self._by_reference.get(reference) if isinstance(reference, str) else None

    def find(self, name: str, choice: ChoiceField) -> Optional[type]:
        """Return the class of a name, by reference or as a choice, None if it is not known."""
        if ":" in name:
            return self.get(name)
        found, _ = choice.find(name, "")
        return found if found is not None and self.get(class_reference(found)) is found else None


@dataclasses.dataclass(frozen=True)
class Framework:
    """What the programs of the framework know of their parameters.

    Attributes:
        programs: The programs with different roots. The first is that of the training, and has one root.
    """

    programs: Sequence[Program]

    @property
    def training(self) -> type:
        """The class of the parameters of a training."""
        return next(iter(self.programs[0].roots.values()))

    def classes(self) -> KnownClasses:
        """Return its classes."""
        return KnownClasses(root for program in self.programs for root in program.roots.values())

    def program_of(self, keys: Iterable[str]) -> Program:
        """Return the program that reads a configuration file with these keys at the top."""
        names = {key.replace("-", "_").partition(".")[0] for key in keys}
        if names & set(self.programs[0].roots):
            return self.programs[0]
        flags = set(_flags_of(self.programs[0]))
        return next((p for p in self.programs if names & ({*_flags_of(p)} - flags)), self.programs[0])


def _flags_of(program: Program) -> Iterator[str]:
    """Yield the names that stand at the top of a configuration file of a program."""
    yield from program.roots
    yield from program.spellings
    for cls in program.roots.values():
        yield from _root_flags(cls)


def _root_flags(cls: type) -> Iterator[str]:
    for spec in field_specs(cls).values():
        if spec.mode in ("flat", "ssnake"):
            yield spec.name
        if spec.mode == "flat":
            for inner in dataclasses_of(spec.type):
                yield from _root_flags(inner)


def _classes_of_fields(cls: type) -> Iterator[type]:
    for spec in field_specs(cls).values() if dataclasses.is_dataclass(cls) else ():
        yield from dataclasses_of(spec.type)
        yield from (c for c in spec.meta("choices", []) if isinstance(c, type) and dataclasses.is_dataclass(c))


def dataclasses_of(spec: TypeSpec) -> List[type]:
    """Return the dataclasses that a type names."""
    own: List[type] = [spec.type] if spec.kind is Kind.DATACLASS else []
    return own + [cls for item in spec.items for cls in dataclasses_of(item)]
