# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Choose a dataclass by name on the command line."""

import dataclasses
import inspect
from abc import ABC
from typing import Any, List, Optional, Tuple

from tfaip.params.cli.errors import Mistake, listing
from tfaip.params.fieldtypes import FieldSpec, Kind
from tfaip.util.classref import class_reference, resolve_class
from tfaip.util.errors import UserError, did_you_mean

# Endings that a name on the command line may leave out if that leaves it unambiguous, after "Params" itself.
_KIND_SUFFIXES = (
    "GraphParams",
    "LayerParams",
    "ProcessorParams",
    "GeneratorParams",
    "ProcessorPipelineParams",
    "PipelineParams",
)


def alt_names_of_choice(cls: type) -> List[str]:
    """Return the names of a class on the command line: class name, alternative name, name without ``Params``."""
    names = [cls.__name__]
    # Only the class's own name: a subclass that is no pai_dataclass would inherit that of its base.
    alt = vars(cls).get("__alt_name__")
    if alt:
        names.append(alt)
    if cls.__name__.endswith("Params") and cls.__name__ != "Params":
        names.append(cls.__name__[: -len("Params")])
    return list(dict.fromkeys(names))


def names_by_class_name(name: str) -> List[str]:
    """Return the names of a class on the command line that follow from the name of the class alone."""
    endings = ("", "Params", *_KIND_SUFFIXES)
    return [name.removesuffix(ending) for ending in endings if name.endswith(ending) and name != ending]


def _lenient_names(cls: type) -> List[str]:
    name = cls.__name__
    return [name[: -len(suffix)] for suffix in _KIND_SUFFIXES if name.endswith(suffix) and name != suffix]


@dataclasses.dataclass
class ChoiceField:
    """The alternatives of a dataclass field.

    Attributes:
        declared: The class that a choice must inherit; None if any dataclass may stand here.
        choices: The classes that the developer listed.
        enforce: Whether no other class is allowed.
        default: The class of the default, None without.
        optional: Whether none can be chosen.
    """

    declared: Optional[type]
    choices: List[type]
    enforce: bool = False
    default: Optional[type] = None
    optional: bool = False

    @classmethod
    def of(cls, spec: Optional[FieldSpec], declared: Any, default: Any, optional: bool) -> "ChoiceField":
        """Return the alternatives that a field declares; without field those of a root."""
        choices: List[type] = list(spec.meta("choices", [])) if spec else []
        if spec and not choices and spec.type.kind is Kind.UNION:
            choices = [item.type for item in spec.type.items]
        check = declared is not None and not (spec and spec.meta("disable_subclass_check", False))
        return cls(
            declared=declared if check else None,
            choices=choices,
            enforce=bool(spec and choices and spec.meta("enforce_choices", False)),
            default=None if default is None or default is dataclasses.MISSING else type(default),
            optional=optional,
        )

    def alternatives(self) -> List[type]:
        """Return all classes that can be chosen by name: the listed ones, else the known subclasses."""
        found = list(self.choices)
        if self.default is not None and self.default not in found and not self.enforce:
            found.append(self.default)
        if not self.choices and self.declared is not None:
            found += [cls for cls in _concrete_subclasses(self.declared) if cls not in found]
        return found

    def display(self, cls: Any) -> str:
        """Return the name of a choice for help and messages: the shortest one that is understood here."""
        if not isinstance(cls, type):
            return "none"
        alt = vars(cls).get("__alt_name__")
        if alt:
            return str(alt)
        others = [other for other in self.alternatives() if other is not cls]
        taken = {name.lower() for other in others for name in [*alt_names_of_choice(other), *_lenient_names(other)]}
        free = [name for name in [*alt_names_of_choice(cls), *_lenient_names(cls)] if name.lower() not in taken]
        return min(free, key=len, default=class_reference(cls))

    def names(self) -> List[str]:
        """Return the names of all alternatives, for help and messages."""
        names = [self.display(cls) for cls in self.alternatives()]
        return list(dict.fromkeys(names + (["none"] if self.optional else [])))

    def names_of(self, cls: type) -> List[str]:
        """Return all names by which a class can be chosen here, the shortest one first and ``module:Class`` last.

        Upper and lower case count as the same where that is not ambiguous. A class that cannot be chosen has none.
        """
        if inspect.isabstract(cls):
            return []
        names = [self.display(cls), *alt_names_of_choice(cls), *_lenient_names(cls)]
        names = [name for name in names if ":" not in name and self.find(name, "")[0] is cls]
        return list(dict.fromkeys([*names, class_reference(cls)]))

    def expected(self) -> str:
        """Return what may stand here, for messages."""
        return listing(self.names() if self.alternatives() else ["package.module:Class", *["none"] * self.optional])

    def find(self, name: str, flag: str) -> Tuple[Optional[type], Optional[Mistake]]:
        """Return the class of that name, or the mistake in it."""
        if ":" in name:
            return self._by_reference(name, flag)
        alternatives = self.alternatives()
        for fold in (str, str.lower):
            for names_of in (alt_names_of_choice, _lenient_names):
                matches = [cls for cls in alternatives if fold(name) in map(fold, names_of(cls))]
                present = self.default or self.declared
                if present is not None and present in matches and all(issubclass(cls, present) for cls in matches):
                    # a program may call a derived class the same; where the base serves, the name is the base's
                    matches = [present]
                if len(matches) == 1:
                    return self._concrete(matches[0], flag)
                if matches:
                    return None, Mistake(
                        f"The choice of {flag} is ambiguous.",
                        expected=" or ".join(map(class_reference, matches)),
                        got=name,
                    )
        return None, self._unknown(name, flag)

    def _unknown(self, name: str, flag: str) -> Mistake:
        names = self.names()
        return Mistake(
            f"{flag} has no such choice.",
            expected=self.expected(),
            got=name,
            hint=did_you_mean(name, {*names, *(n for c in self.alternatives() for n in alt_names_of_choice(c))}),
        )

    def _by_reference(self, name: str, flag: str) -> Tuple[Optional[type], Optional[Mistake]]:
        try:
            found: Any = resolve_class(name, trusted=True)
        except UserError as e:
            return None, Mistake(f"{flag}: {e.what}", expected=e.expected, got=e.got or name, hint=e.hint)
        if self.enforce and found not in self.choices:
            return None, self._unknown(name, flag)
        if not hasattr(found, "__dataclass_fields__"):
            return None, Mistake(f"{flag} needs a dataclass.", expected=listing(self.names()) or None, got=name)
        if self.declared is not None and self.declared not in found.__mro__ and found not in self.choices:
            return None, Mistake(
                f"{found.__name__} cannot stand for {flag}.",
                expected=f"a subclass of {class_reference(self.declared)}",
                got=name,
            )
        return self._concrete(found, flag)

    def _concrete(self, cls: type, flag: str) -> Tuple[Optional[type], Optional[Mistake]]:
        if inspect.isabstract(cls):
            others = [self.display(c) for c in self.alternatives() if not inspect.isabstract(c)]
            return None, Mistake(
                f"{flag} needs a class that is not abstract.", expected=listing(others) or None, got=cls.__name__
            )
        return cls, None


def _concrete_subclasses(cls: type) -> List[type]:
    """Return the class and all its subclasses that are imported and can be chosen.

    Classes in functions cannot, and a direct child of ABC is meant as base, even if nothing in it is abstract.
    """
    found: List[type] = []
    pending: List[type] = [cls]
    while pending:
        current = pending.pop(0)
        if current in found:
            continue
        subclasses: List[type] = current.__subclasses__()
        pending += [sub for sub in subclasses if "__dataclass_fields__" in vars(sub)]
        found.append(current)
    return [
        c for c in found if not inspect.isabstract(c) and ABC not in c.__bases__ and "<locals>" not in c.__qualname__
    ]
