# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Import of all modules of a package, so that the classes in them become known."""

import importlib
import pkgutil
from types import ModuleType
from typing import Dict, Union


def import_submodules(package: Union[str, ModuleType], recursive: bool = True) -> Dict[str, ModuleType]:
    """Import all modules of a package and return them by their full names.

    Args:
        package: The package or its name.
        recursive: Also import the packages in the package.
    """
    if isinstance(package, str):
        package = importlib.import_module(package)
    modules: Dict[str, ModuleType] = {}
    for info in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        modules[info.name] = importlib.import_module(info.name)
        if recursive and info.ispkg:
            modules.update(import_submodules(modules[info.name]))
    return modules


def import_graphs(module_name: str, sub_module_name: str = "graphs") -> Dict[str, ModuleType]:
    """Import all modules of the package with the graphs that lies next to a module.

    Args:
        module_name: Name of the module, usually ``__name__`` of a model.
        sub_module_name: Name of the package.
    """
    parent = module_name.rpartition(".")[0]
    return import_submodules(f"{parent}.{sub_module_name}" if parent else sub_module_name)
