# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Explain the flags that no parameter took."""

import difflib
from typing import Collection, Iterable, List, Optional, Sequence

from tfaip.params.cli.arguments import Assignment, Assignments
from tfaip.params.cli.errors import Mistake, listing
from tfaip.params.cli.nodes import FAILED, SEPARATOR, Branch, Fixed, Group, Leaf, flags_of, has_flag, walk
from tfaip.params.fieldtypes import FieldSpec, TypeSpec, field_specs

# From here on a name counts as a misspelling of another.
_LEAST_SIMILARITY = 0.7


def ambiguous_flags(assignments: Assignments, roots: List[Branch]) -> List[Mistake]:
    """Return a mistake for each flag that names several parameters."""
    mistakes = []
    for assignment in assignments.ambiguous():
        paths = [f"--{node.place.path}" for node in walk(roots) if assignment.key in flags_of(node)]
        mistake = Mistake(f"{assignment.flag} names several parameters.", expected=" or ".join(paths))
        mistakes.append(mistake.at(assignment.position))
    return mistakes


def unknown_flags(
    unknown: Iterable[Assignment], roots: Sequence[Branch], plain_flags: Collection[str], choices_known: bool = True
) -> List[Mistake]:
    """Return a mistake for each flag that is not available.

    Args:
        unknown: The flags.
        roots: The tree of the available flags.
        plain_flags: The flags of the program's own arguments, with dashes.
        choices_known: Whether all choices are known; a file that cannot be read may have made others.
    """
    nodes = list(walk(roots))
    uncertain = [node for node in nodes if has_failed(node) or (not choices_known and is_choice(node))]
    available = [*plain_flags, *(f"--{node.place.flag}" for node in nodes if flags_of(node))]
    mistakes = []
    for assignment in unknown:
        if any(_is_below(assignment.key, node) for node in uncertain):
            continue  # its place depends on a choice that is reported already
        mistakes.append(_explain(assignment, nodes, available).at(assignment.position))
    return mistakes


def misspelt_flags(flags: Iterable[Assignment], known: List[str]) -> List[Mistake]:
    """Return a mistake for each flag that resembles one of the known ones, while the other flags are not known yet."""
    found = [(flag, nearest_flag(flag.flag, known)) for flag in flags if f"--{flag.key.lstrip('-')}" not in known]
    return [Mistake(f"Unknown flag {flag.flag}.", hint=hint).at(flag.position) for flag, hint in found if hint]


def has_failed(node: object) -> bool:
    """Tell whether a mistake was made in the choice of a class or of elements."""
    return (isinstance(node, Branch) and node.cls is FAILED) or (isinstance(node, Group) and node.failed)


def _explain(assignment: Assignment, nodes: List, available: List[str]) -> Mistake:
    for node in nodes:
        mistake = None
        if isinstance(node, Branch):
            mistake = _other_choice(assignment, node) or _hidden(assignment, node)
        elif isinstance(node, Group):
            mistake = _other_element(assignment, node)
        if mistake is not None:
            return mistake
    parent = _chosen_parent(assignment.key, nodes)
    if parent is not None:
        return _no_such_field(assignment, parent, available)
    prefix = assignment.key.rpartition(SEPARATOR)[0]
    siblings = [flag for flag in available if flag[2:].rpartition(SEPARATOR)[0] == prefix]
    hint = nearest_flag(assignment.flag, siblings) and nearest_flag(assignment.flag, available)
    hint = hint or nearest_flag(assignment.flag, available)
    return Mistake(f"Unknown flag {assignment.flag}.", hint=hint or "--help lists the flags that apply.")


def _chosen_parent(key: str, nodes: List) -> Optional[Branch]:
    """Return the innermost dataclass that a flag is below, if it stands there by choice."""
    rests = [(node, _rest(key, node)) for node in nodes if isinstance(node, Branch)]
    found = [(len(rest), not has_alternatives(node), node) for node, rest in rests if rest is not None]
    parent = min(found, key=lambda item: item[:2], default=(0, True, None))
    return None if parent[1] else parent[2]


def is_choice(node: object) -> bool:
    """Tell whether what is below a node depends on a choice."""
    return isinstance(node, Group) or (isinstance(node, Branch) and has_alternatives(node))


def has_alternatives(branch: Branch) -> bool:
    """Tell whether another class could stand at the place of a dataclass."""
    return branch.selectable and not branch.tuple_like and len(branch.choice.names()) > 1


def _no_such_field(assignment: Assignment, parent: Branch, available: List[str]) -> Mistake:
    """Explain a flag below a dataclass whose chosen class has no such field."""
    own = [child for child in parent.children.values() if not isinstance(child, Fixed)]
    hint = nearest_flag(assignment.flag, [f"--{child.place.flag}" for child in own])
    hint = hint or _nearest_of_other_choices(assignment, parent) or _namesakes(assignment.flag, available)
    return Mistake(
        f"Unknown flag {assignment.flag}; {parent.choice.display(parent.cls)} is chosen.",
        expected=listing([child.spec.name for child in own if child.spec]) or None,
        hint=hint or f"--{parent.place.flag} --help explains the choices.",
    )


def _nearest_of_other_choices(assignment: Assignment, node: Branch) -> Optional[str]:
    """Return the flag of a class that is not chosen which was probably meant."""
    rest = _rest(assignment.key, node) or ""
    for cls in node.choice.alternatives():
        names = [spec.name for spec in field_specs(cls).values() if field_at(cls, spec.name) is not None]
        near = max(names, key=lambda name: _similarity(rest, name), default="")
        if _similarity(rest, near) >= _LEAST_SIMILARITY:
            flag, owner = f"--{node.place.flag}", node.choice.display(cls)
            return f"Did you mean {flag}.{near}, which belongs to {flag} {owner}?"
    return None


def _namesakes(flag: str, available: Collection[str]) -> Optional[str]:
    """Return the flags of other components that have the same last name."""
    name = flag.replace("-", "_").rpartition(SEPARATOR)[2]
    return nearest_flag(flag, [known for known in available if known.rpartition(SEPARATOR)[2] == name])


def nearest_flag(flag: str, available: Collection[str]) -> Optional[str]:
    """Return the flags that were probably meant: their last name must be near, their prefix ranks them."""
    prefix, _, name = flag.lstrip("-").replace("-", "_").rpartition(SEPARATOR)
    scored = []
    for known in available:
        known_prefix, _, known_name = known.lstrip("-").rpartition(SEPARATOR)
        near = _similarity(name, known_name)
        if near >= _LEAST_SIMILARITY:
            scored.append((2 * near + _similarity(prefix, known_prefix), known))
    best = max(scored, default=(0.0, ""))[0]
    names = [known for score, known in sorted(scored, key=lambda item: (-item[0], item[1])) if score > best - 0.3]
    return f"Did you mean {', '.join(names[:3])}?" if names else None


def _similarity(a: str, b: str) -> float:
    """Return from 0 to 1 how near two names are; the order of their words does not count."""
    if sorted(a.split("_")) == sorted(b.split("_")):
        return 1.0
    return difflib.SequenceMatcher(None, a, b).ratio()


def _rest(key: str, node: "Branch | Group") -> Optional[str]:
    """Return what follows the name of the node in a flag, None if the flag is not below the node."""
    for alias in node.place.aliases:
        if key.startswith(alias + SEPARATOR):
            return key[len(alias) + 1 :]
    return None


def _is_below(key: str, node: "Branch | Group | Leaf") -> bool:
    return not isinstance(node, Leaf) and _rest(key, node) is not None


def _other_choice(assignment: Assignment, node: Branch) -> Optional[Mistake]:
    """Explain a flag that belongs to a class which is not chosen."""
    rest = _rest(assignment.key, node)
    if not node.selectable or rest is None:
        return None
    owners = [cls for cls in node.choice.alternatives() if cls is not node.cls and field_at(cls, rest) is not None]
    if not owners:
        return None
    flag = f"--{node.place.flag}"
    names = " and ".join(node.choice.display(cls) for cls in owners)
    chosen = node.choice.display(node.cls)
    return Mistake(
        f"{assignment.flag} belongs to {names}; {chosen} is chosen.",
        hint=f"Choose by {' or '.join(f'{flag} {node.choice.display(cls)}' for cls in owners)}",
    )


def _hidden(assignment: Assignment, node: Branch) -> Optional[Mistake]:
    """Explain a flag of a field that has none."""
    rest = _rest(assignment.key, node)
    if rest is None or not isinstance(node.cls, type):
        return None
    spec = field_at(node.cls, rest, hidden=True)
    if spec is None or (spec.mode != "ignore" and has_flag(spec.type)):
        return None
    return Mistake(
        f"{assignment.flag} cannot be set on the command line.",
        hint="The scenario's default parameters set this field.",
    )


def _other_element(assignment: Assignment, group: Group) -> Optional[Mistake]:
    """Explain a flag of an element that a list or dict does not have."""
    rest = _rest(assignment.key, group)
    if rest is None:
        return None
    keys = list(group.elements or {})
    if rest.split(SEPARATOR)[0] in keys:
        return None
    flag = f"--{group.place.flag}"
    return Mistake(
        f"Unknown flag {assignment.flag}.",
        expected=f"one of {', '.join(f'{flag}.{key}' for key in keys)}"
        if keys
        else f"elements, which {flag} has none of",
        hint=f"{flag} sets the elements: {', '.join(group.choice.names())}" if group.choice.names() else None,
    )


def field_at(cls: type, path: str, hidden: bool = False) -> Optional[FieldSpec]:
    """Return the field at a path below a class, as far as the declared types tell."""
    name, _, rest = path.partition(SEPARATOR)
    spec = field_specs(cls).get(name)
    if spec is None or (spec.mode == "ignore" and not hidden):
        return None
    if not rest:
        return spec
    inner: TypeSpec = spec.type
    while inner.items:
        _, _, rest = rest.partition(SEPARATOR)
        inner = inner.item
    return field_at(inner.type, rest, hidden) if rest and hasattr(inner.type, "__dataclass_fields__") else None
