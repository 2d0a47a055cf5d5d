# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Finding a scenario class by the name that a user or a parameter file gives."""

import importlib
import importlib.util
import inspect
import logging
import os
import pkgutil
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, List, Optional, Type

from tfaip.util.classref import resolve_class
from tfaip.util.errors import UserError, UserValueError, did_you_mean
from tfaip.util.searchpath import search_working_directory
from tfaip.util.trust import UntrustedError, check_trusted, search_for_trusted, trust_package_of

if TYPE_CHECKING:
    from tfaip.scenario.scenariobase import ScenarioBase

logger = logging.getLogger(__name__)

# How documents of tfaip 1.2 name packages, and where they are. An own package of that name is found first.
OLDER_PACKAGES = {"tfaip.scenario.tutorial": "examples.tutorial", "tutorial": "examples.tutorial"}


def import_scenario(name: str) -> "Type[ScenarioBase]":
    """Import the scenario class that ``name`` describes, as the user names it.

    From then on parameter files may name classes of its package, too. A name out of a file is one for
    :func:`import_stored_scenario`.

    Args:
        name: ``package.module:Class``, a module with exactly one scenario (``package.module``), or a package whose
            ``scenario`` module holds exactly one (``package``). ``/`` is accepted for ``.``. The working directory is
            searched last. The names of the tutorials in older documents (``tutorial.full``) are understood.

    Raises:
        UserValueError: If there is no such module or class, or several to choose from.
    """
    written, _, class_name = name.strip().partition(":")
    module_name = _locate(written)
    if module_name != _as_module(written):
        logger.info("%s is %s today.", written, module_name)
    module = _import_scenario_module(module_name, name)
    scenario_cls = _select_scenario(module, class_name, name)
    trust_package_of(module_name)
    return scenario_cls


def import_stored_scenario(scenario_id: Any, where: str = "scenario_id") -> "Type[ScenarioBase]":
    """Return the scenario class that a parameter file names. It is located before anything is imported.

    Args:
        scenario_id: ``package.module:Class``, or only the module if that has one scenario.
        where: The place of the name, for messages.

    Raises:
        UserValueError: The name may not be loaded (see :mod:`tfaip.util.trust`), or there is no such scenario.
    """
    from tfaip.scenario.scenariobase import ScenarioBase

    if not isinstance(scenario_id, str):
        raise UserValueError(
            "The name of the scenario is no text.", where=where, expected="'module:Class'", got=repr(scenario_id)
        )
    if ":" not in scenario_id:
        check_trusted(scenario_id, where)
        search_for_trusted(scenario_id)
        return _select_scenario(_import_module(scenario_id, scenario_id), "", scenario_id)
    try:
        found = resolve_class(scenario_id, where=where)
    except UntrustedError:
        raise
    except UserError as error:
        raise UserValueError(
            error.what, where=error.where, expected=error.expected, got=error.got, hint=error.hint
        ) from error
    if not issubclass(found, ScenarioBase):
        raise UserValueError(
            f"{scenario_id} is not a scenario.", where=where, expected="a subclass of ScenarioBase", got=found.__name__
        )
    return found


def list_scenarios_in_module(module: ModuleType) -> "List[Type[ScenarioBase]]":
    """Return the scenario classes that ``module`` defines itself; names with "ScenarioBase" are base classes."""
    from tfaip.scenario.scenariobase import ScenarioBase

    return [
        cls
        for _, cls in inspect.getmembers(module, inspect.isclass)
        if issubclass(cls, ScenarioBase) and cls.__module__ == module.__name__ and "ScenarioBase" not in cls.__name__
    ]


def is_importable(name: str) -> bool:
    """Tell whether ``name`` could name a scenario, without importing its code."""
    top = _locate(name.partition(":")[0]).partition(".")[0]
    return bool(top) and _exists(top)


def scenario_module(name: str) -> str:
    """Return the module (or package) that the name of a scenario means, without importing anything."""
    return _locate(name.strip().partition(":")[0])


def _locate(module: str) -> str:
    """Return the name by which a module as the user wrote it can be imported, once its directory is searched, too."""
    module = _as_module(module)
    search_working_directory(module.partition(".")[0])
    for old, new in OLDER_PACKAGES.items():
        if f"{module}.".startswith(f"{old}.") and not _exists(old):
            search_working_directory(new.partition(".")[0])
            return new + module[len(old) :]
    return module


def _as_module(path: str) -> str:
    """Return the name of the module that a user wrote, perhaps as a path."""
    return path.strip("/").replace("/", ".").removesuffix(".py")


def _exists(module: str) -> bool:
    """Return whether there is a module, without importing it (only the packages above it)."""
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def _import_scenario_module(module_name: str, name: str) -> ModuleType:
    module = _import_module(module_name, name)
    if not hasattr(module, "__path__") or list_scenarios_in_module(module):
        return module
    if importlib.util.find_spec(f"{module_name}.scenario") is not None:
        return _import_module(f"{module_name}.scenario", name)
    raise UserValueError(
        f"The package {module_name} holds no scenario.",
        where=f"scenario {name!r}",
        expected=f"a module {module_name}.scenario",
        got=_describe_modules(module),
    )


def _import_module(module_name: str, name: str) -> ModuleType:
    try:
        return importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if module_name != missing and not module_name.startswith(missing + "."):
            raise UserValueError(
                f"The scenario {name!r} imports the module {missing!r}, which is not installed.",
                where=_line_of(error),
                expected="a module that Python can import",
                hint=f"install {missing.partition('.')[0]}, or add its folder to PYTHONPATH.",
            ) from error
        raise _module_not_found(module_name, missing, name) from error
    except (ValueError, TypeError) as error:
        if module_name and not module_name.startswith("."):
            raise
        raise UserValueError(
            f"{name!r} is not the name of a scenario.", expected="a module, such as examples.tutorial.full"
        ) from error


def _module_not_found(module_name: str, missing: str, name: str) -> UserValueError:
    parent_name, _, child = missing.rpartition(".")
    if parent_name and parent_name in sys.modules:
        parent = sys.modules[parent_name]
        names = _submodules(parent)
        return UserValueError(
            f"There is no module {missing}.",
            where=f"scenario {name!r}",
            expected=f"a module or package in {parent_name}",
            got=_describe_modules(parent),
            hint=did_you_mean(child, names),
        )
    return UserValueError(
        f"There is no module {missing or module_name!r}.",
        where=f"scenario {name!r}",
        expected="a module in the working directory, on PYTHONPATH or installed",
        got=f"the working directory {os.getcwd()}",
        hint=did_you_mean(missing, _top_level_candidates()) or "add the folder of your scenario to PYTHONPATH.",
    )


def _select_scenario(module: ModuleType, class_name: str, name: str) -> "Type[ScenarioBase]":
    from tfaip.scenario.scenariobase import ScenarioBase

    scenarios = list_scenarios_in_module(module)
    found = ", ".join(cls.__name__ for cls in scenarios) or "no scenario"
    if class_name:
        cls: Optional[type] = getattr(module, class_name, None)
        if isinstance(cls, type) and issubclass(cls, ScenarioBase):
            return cls
        raise UserValueError(
            f"{module.__name__} has no scenario class {class_name}.",
            where=f"scenario {name!r}",
            expected="the name of a subclass of ScenarioBase",
            got=found,
            hint=did_you_mean(class_name, [cls.__name__ for cls in scenarios]),
        )
    if len(scenarios) == 1:
        return scenarios[0]
    raise UserValueError(
        f"The module {module.__name__} defines {'several scenarios' if scenarios else 'no scenario'}.",
        where=f"scenario {name!r}",
        expected="exactly one subclass of ScenarioBase",
        got=found,
        hint=f"name one of them: {module.__name__}:{scenarios[0].__name__}" if scenarios else None,
    )


def _line_of(error: ModuleNotFoundError) -> Optional[str]:
    trace = error.__traceback__
    location = None
    while trace is not None:
        filename = trace.tb_frame.f_code.co_filename
        if not filename.startswith("<") and "importlib" not in filename and filename != __file__:
            location = f"{filename}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return location


def _submodules(package: ModuleType) -> List[str]:
    return sorted(module.name for module in pkgutil.iter_modules(getattr(package, "__path__", [])))


def _describe_modules(package: ModuleType) -> str:
    names = _submodules(package)
    return "the modules " + ", ".join(names) if names else "no modules"


def _top_level_candidates() -> List[str]:
    return [module.name for module in pkgutil.iter_modules([os.getcwd()])]
