# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Metaclasses that remember which classes the type variables of a generic class stand for.

``class Data(DataBase[DataParams])`` shall know at run time that ``DataParams`` are its parameters. Python forgets this
after the annotation, these metaclasses keep it in ``__generic_types__``.
"""

import dataclasses
from abc import ABCMeta
from collections.abc import Iterable, Mapping
from typing import Any, Dict, List, Optional, Tuple, TypeVar, Union, get_args, get_origin

Binding = Union[TypeVar, type]


class CollectGenericTypes(ABCMeta):
    """Metaclass that fills ``cls.__generic_types__`` with the classes of the generic arguments.

    ``__generic_types__`` maps the name of each type variable of the base classes to its class. A type variable that is
    still open counts as its bound. ``__generic_typevars__`` maps the same names to what they stand for in this class:
    a class, or the type variable that a further subclass will replace.
    """

    __generic_types__: Dict[str, type]
    __generic_typevars__: Dict[str, Binding]

    def __new__(mcs, name: str, bases: Tuple[type, ...], namespace: Dict[str, Any], **kwargs: Any) -> Any:
        """Create the class and collect its generic types.

        Raises:
            TypeError: A generic argument fits no type variable of the base class.
        """
        bindings = _collect_bindings(name, bases, namespace)
        namespace["__generic_typevars__"] = bindings
        namespace["__generic_types__"] = {
            key: resolved for key, value in bindings.items() if (resolved := _resolve(value)) is not None
        }
        return super().__new__(mcs, name, bases, namespace, **kwargs)


class ReplaceDefaultDataClassFieldsMeta(CollectGenericTypes):
    """Metaclass that also lets named dataclass fields default to the class of their type variable.

    A field whose annotation is a type variable is declared again in each subclass that replaces this variable, with
    the new class as annotation and default factory. Place in the field order, metadata and the other settings of the
    field stay. A subclass that declares the field itself keeps its own declaration.

    Args:
        field_names: The names of the fields; subclasses inherit them.
    """

    __generic_fields__: Dict[str, str]

    def __new__(
        mcs,
        name: str,
        bases: Tuple[type, ...],
        namespace: Dict[str, Any],
        field_names: Optional[List[str]] = None,
        **kwargs: Any,
    ) -> Any:
        """Declare the fields again whose type variable got replaced, then create the class."""
        generic_fields: Dict[str, str] = {}
        for base in reversed(bases):
            generic_fields.update(getattr(base, "__generic_fields__", {}))
        annotations = namespace.get("__annotations__", {})
        candidates = {*generic_fields, *(field_names or ())}
        for key in candidates & annotations.keys():
            generic_fields.pop(key, None)
            if isinstance(annotations[key], TypeVar):
                generic_fields[key] = annotations[key].__name__
        inherited = {key: variable for key, variable in generic_fields.items() if key not in annotations}
        _redeclare_fields(inherited, _collect_bindings(name, bases, namespace), bases, namespace)
        namespace["__generic_fields__"] = generic_fields
        return super().__new__(mcs, name, bases, namespace, **kwargs)

    def __init__(
        cls,
        name: str,
        bases: Tuple[type, ...],
        namespace: Dict[str, Any],
        field_names: Optional[List[str]] = None,
        **kwargs: Any,
    ):
        super().__init__(name, bases, namespace, **kwargs)


def _collect_bindings(name: str, bases: Tuple[type, ...], namespace: Mapping[str, Any]) -> Dict[str, Binding]:
    """Return for each type variable name of the bases what it stands for in the new class."""
    result: Dict[str, Binding] = {}
    own_variables: List[TypeVar] = []
    for base in namespace.get("__orig_bases__", bases):
        origin = get_origin(base)
        if origin is None:
            found = dict(getattr(base, "__generic_typevars__", {}))
        else:
            own_variables += [arg for arg in get_args(base) if isinstance(arg, TypeVar)]
            found = _substitute(name, origin, get_args(base))
        for key, value in found.items():
            if key not in result or _is_narrower(value, result[key], given_here=origin is not None):
                result[key] = value
    for variable in own_variables:
        # A new variable of a name that a base has already bound is reachable through the base's name only.
        result.setdefault(variable.__name__, variable)
    return result


def _is_narrower(value: Binding, other: Binding, given_here: bool) -> bool:
    """Return whether a binding replaces that of a base before it.

    A class replaces a type variable. ``class B(A, Base[New])`` shall mean what it says though ``A`` has bound the same
    variable before, if ``New`` may stand for the class that it replaces.
    """
    if isinstance(value, TypeVar) or isinstance(other, TypeVar):
        return isinstance(other, TypeVar) and not isinstance(value, TypeVar)
    return given_here and other in getattr(value, "__mro__", ())


def _substitute(name: str, origin: Any, args: Tuple[Any, ...]) -> Dict[str, Binding]:
    """Return the bindings of ``origin`` with its own type variables replaced by ``args``."""
    inherited: Dict[str, Binding] = getattr(origin, "__generic_typevars__", {})
    parameters: Tuple[Any, ...] = getattr(origin, "__parameters__", ())
    if not inherited or len(parameters) != len(args):
        return {}
    replacement = _match(name, parameters, [get_origin(arg) or arg for arg in args])
    return {
        key: replacement.get(value, value) if isinstance(value, TypeVar) else value for key, value in inherited.items()
    }


def _match(name: str, parameters: Tuple[Any, ...], args: List[Any]) -> Dict[Any, Any]:
    """Assign the generic arguments to the type variables: by position, or by bound if the order was mixed up."""
    if all(_fits(arg, parameter) for arg, parameter in zip(args, parameters, strict=True)):
        return dict(zip(parameters, args, strict=True))
    free = list(parameters)
    matched = {}
    for arg in args:
        parameter = next((p for p in free if _fits(arg, p)), None)
        if parameter is None:
            bounds = ", ".join(f"{p.__name__} ({_class_name(p.__bound__)})" for p in parameters)
            raise TypeError(
                f"The generic argument {_class_name(arg)} of class {name} fits no type variable of its base class. "
                f"Known type variables with their bounds: {bounds}"
            )
        free.remove(parameter)
        matched[parameter] = arg
    return matched


def _fits(arg: Any, parameter: Any) -> bool:
    """Return whether ``arg`` may replace the type variable. Only ``__mro__`` counts, not ``__subclasshook__``."""
    bound, actual = getattr(parameter, "__bound__", None), _resolve(arg)
    if not isinstance(bound, type) or not isinstance(actual, type):
        return True  # no bound, or one that is known by name only: nothing to check
    return bound in actual.__mro__


def _resolve(binding: Any) -> Optional[type]:
    """Return the class of a binding; the bound of a type variable, None if it has no class as bound."""
    resolved = binding.__bound__ if isinstance(binding, TypeVar) else binding
    resolved = get_origin(resolved) or resolved
    return resolved if isinstance(resolved, type) else None


def _class_name(value: Any) -> str:
    return getattr(value, "__name__", str(value))


def _redeclare_fields(
    fields: Mapping[str, str],
    bindings: Mapping[str, Binding],
    bases: Iterable[type],
    namespace: Dict[str, Any],
) -> None:
    """Write a new declaration for each field whose class differs from that of the base into the namespace."""
    for key, variable in fields.items():
        new_type = _resolve(bindings.get(variable))
        base = next((b for b in bases if key in getattr(b, "__dataclass_fields__", {})), None)
        if new_type is None or base is None or new_type is getattr(base, "__generic_types__", {}).get(variable):
            continue
        old: dataclasses.Field = base.__dataclass_fields__[key]  # type: ignore[attr-defined]
        namespace.setdefault("__annotations__", {})[key] = new_type
        namespace[key] = dataclasses.field(
            default_factory=new_type,
            init=old.init,
            repr=old.repr,
            hash=old.hash,
            compare=old.compare,
            metadata=old.metadata,
            kw_only=bool(old.kw_only) if old.kw_only is not dataclasses.MISSING else False,
        )
