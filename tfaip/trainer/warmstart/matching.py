# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Which stored weight belongs to which weight of the model."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Callable, Dict, List, Optional, Sequence

import keras

from tfaip.model.variables import named_variables
from tfaip.trainer.warmstart.names import NameRules, without_common_folders
from tfaip.trainer.warmstart.storedweights import StoredWeights

Trim = Callable[[Sequence[str]], Sequence[str]]


@dataclass(frozen=True)
class Target:
    """A weight of the model that is trained.

    Attributes:
        variable: The weight.
        layer_name: Its name by the names of layers.
        path: Its name by attributes; the name of the layers if no attribute leads to it.
        place: Its place in the order of the attributes.
        short_layer_name: Its name by the names of layers, without the folders that all share.
    """

    variable: keras.Variable
    layer_name: str
    path: str
    place: int
    short_layer_name: str


@dataclass(frozen=True)
class Naming:
    """One way to compare names.

    Attributes:
        targets: The name of each weight of the model.
        stored: The stored weight's own name by the name that is compared.
    """

    targets: Sequence[str]
    stored: Dict[str, str]

    @property
    def sources(self) -> List[Optional[str]]:
        """The stored weight of each weight of the model, None if there is none."""
        return [self.stored.get(name) for name in self.targets]

    @property
    def n_found(self) -> int:
        """How many weights are found."""
        return sum(source is not None for source in self.sources)

    @property
    def is_one_to_one(self) -> bool:
        """Whether each weight has its stored one, and none is left."""
        return self.n_found == len(self.targets) == len(self.stored) == len(set(self.targets))


def targets_of(model: keras.Model) -> List[Target]:
    """Return the weights of a model in the order of ``model.weights``."""
    owners = [layer for layer in model.layers if layer.weights]
    owner = owners[0] if len(owners) == 1 else model
    paths = {id(variable): (path, i) for i, (path, variable) in enumerate(named_variables(owner).items())}
    short = without_common_folders([weight.path for weight in model.weights])
    targets = []
    for index, weight in enumerate(model.weights):
        path, place = paths.get(id(weight), (weight.path, len(paths) + index))
        targets.append(Target(weight, weight.path, path, place, short[index]))
    return targets


def best_naming(targets: Sequence[Target], stored: StoredWeights, rules: NameRules, trim: Trim) -> Naming:
    """Return the way to compare names that finds most; names by attributes, if the stored ones are, come first."""
    by_layer = [target.layer_name for target in targets]
    by_attribute = [target.path for target in targets]
    wanted = [by_attribute, by_layer] if stored.by_attribute else [by_layer, by_attribute]
    namings = [
        _naming(change(names), stored, change(list(stored.arrays)), rules)
        for names in wanted
        for change in (trim, list)
    ]
    return max(namings, key=lambda naming: naming.n_found)


def _naming(targets: Iterable[str], stored: StoredWeights, names: Iterable[str], rules: NameRules) -> Naming:
    compared = rules.of_stored(list(names))
    known: Dict[str, str] = {}
    for name, own in zip(compared, stored.arrays, strict=True):
        # the first of two weights that rules give the same name
        known.setdefault(name, own)
    return Naming(rules.of_targets(list(targets)), known)


def by_position(targets: Sequence[Target], stored: StoredWeights, naming: Naming) -> Optional[List[str]]:
    """Return the stored weight of each weight of the model by their order.

    None if the order means something else: their numbers differ, or their last names (kernel, bias), or a weight has
    the name of another one.
    """
    names = list(stored.arrays)
    if len(names) != len(targets):
        return None
    order = list(range(len(targets)))
    if stored.by_attribute:
        order.sort(key=lambda index: targets[index].place)
    sources = [""] * len(targets)
    for index, name in zip(order, names, strict=True):
        same_name = naming.sources[index]
        if same_name not in (None, name) or _last(name) not in (
            _last(targets[index].layer_name),
            _last(targets[index].path),
        ):
            return None
        sources[index] = name
    return sources


def _last(name: str) -> str:
    return name.rpartition("/")[2].removesuffix(":0")
