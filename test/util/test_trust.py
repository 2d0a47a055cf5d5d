# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Names out of files lead to installed code, to PYTHONPATH and to trusted packages; nothing else is even imported."""

import importlib.machinery
import importlib.metadata
import os
import sys
import types
from pathlib import Path

import pytest

from test.hostile import MODULES, Hostile
from tfaip.scenario.importing import import_stored_scenario
from tfaip.util import installed
from tfaip.util.classref import class_reference, resolve_class
from tfaip.util.errors import UserError
from tfaip.util.trust import (
    MissingModuleError,
    UntrustedError,
    check_trusted,
    locate_module,
    trust_package,
    trust_package_of,
    trusted_packages,
)

NAMES = list(MODULES.values())


def import_named(module: str) -> type:
    return resolve_class(f"{module}:Evil", where="file.json, a.__cls__")


# ---------------------------------------------------------------- refused
@pytest.mark.parametrize("module", NAMES, ids=list(MODULES))
def test_code_in_the_working_directory_is_refused_and_does_not_run(hostile: Hostile, search: str, module: str) -> None:
    with pytest.raises(UntrustedError) as error:
        import_named(module)
    hostile.assert_nothing_ran()
    assert error.value.where == "file.json, a.__cls__"


@pytest.mark.parametrize("module", NAMES, ids=list(MODULES))
def test_a_refusal_names_the_package_the_place_and_both_ways_in(hostile: Hostile, module: str) -> None:
    top = module.partition(".")[0]
    with pytest.raises(UntrustedError, match=f"--trust {top}, or first export PYTHONPATH={hostile.path}") as error:
        import_named(module)
    assert "working directory" in error.value.what
    assert str(hostile.path / top) in (error.value.got or "")


@pytest.mark.parametrize(
    "reference",
    [
        *["antigravity:x", "this:x", "os:system", "subprocess:Popen", "builtins:exec", "sys:exit", "nt:system"],
        *["builtins:object", "importlib:import_module", "idlelib.idle:main", "os.path:join", "_io:FileIO"],
        *["__hello__:main", "__phello__.spam:main", "encodings.rot_13:Codec", "test.support:x", "lib2to3:x"],
    ],
)
def test_python_itself_is_refused(hostile: Hostile, reference: str, capsys: pytest.CaptureFixture) -> None:
    module = reference.partition(":")[0]
    known = module in sys.modules
    with pytest.raises(UserError):
        resolve_class(reference)
    assert (module in sys.modules) == known
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "reference",
    [
        *["", ":", "evil", "evil:", ":Evil", "evil:Evil:Evil", "evil..inner:Evil", ".evil:Evil", "evil.:Evil"],
        *["../evil:Evil", "evil/inner:Evil", "evil\\inner:Evil", "/tmp/evil:Evil", "evil.py:Evil;1", "evil:Evil()"],
        *["evil :Evil", " evil:Evil", "evil\n:Evil", "evil\0:Evil", "evil:__import__('os')", "1evil:Evil"],
        *["еvil:Evil", "evil.іnner:Evil", "ｅvil:Evil", "evil‮:Evil"],  # noqa: RUF001
        *["evil." + "a" * 1000 + ":Evil", "a." * 5000 + "a:Evil", "evil.__init__:Evil", "evil.__main__:Evil"],
        *["tfaip.__main__:X", "pip.__main__:main", "__init__:X"],
    ],
)
def test_tricks_with_names_are_refused(hostile: Hostile, search: str, reference: str) -> None:
    with pytest.raises(UserError) as error:
        resolve_class(reference, where="file.json")
    hostile.assert_nothing_ran()
    assert len(str(error.value)) < 1000


def test_a_file_of_the_directory_that_hides_an_installed_package_is_refused(
    hostile: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "examples", raising=False)
    sys.path.insert(0, str(hostile.path))
    with pytest.raises(UntrustedError):
        check_trusted("examples.structures")
    hostile.assert_nothing_ran()


def test_an_imported_package_of_the_directory_does_not_let_in_its_other_modules(hostile: Hostile) -> None:
    package = types.ModuleType("evil")
    package.__path__ = [str(hostile.path / "evil")]
    sys.modules["evil"] = package
    with pytest.raises(UntrustedError, match="--trust evil"):
        import_named("evil.inner")
    assert not hostile.marker.exists()


@pytest.mark.parametrize("value", ["{cwd}/..", ":", "", "/nowhere", "/nowhere::", "{cwd}/evil"])
def test_a_pythonpath_without_the_directory_lets_nothing_in(
    hostile: Hostile, search: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", value.format(cwd=hostile.path))
    with pytest.raises(UntrustedError):
        import_named("evil.inner")
    hostile.assert_nothing_ran()


def test_the_directory_of_a_pth_file_in_the_directory_is_not_installed(hostile: Hostile, search: str) -> None:
    (hostile.path / "evil.pth").write_text(str(hostile.path))
    with pytest.raises(UntrustedError):
        import_named("evil")
    hostile.assert_nothing_ran()


def test_a_finder_of_the_user_does_not_make_code_trusted(hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    class _EditableFinder:  # the name of setuptools, but this file is not installed
        @classmethod
        def find_spec(cls, name, path=None, target=None):
            return importlib.machinery.PathFinder.find_spec(name, [str(hostile.path)])

    monkeypatch.setattr(sys, "meta_path", [_EditableFinder, *sys.meta_path])
    with pytest.raises(UntrustedError):
        import_named("evil.inner")
    hostile.assert_nothing_ran()


def test_a_missing_module_is_told_apart(hostile: Hostile) -> None:
    with pytest.raises(MissingModuleError, match="There is no module no_such.module"):
        check_trusted("no_such.module")
    with pytest.raises(MissingModuleError, match="has no such module"):
        check_trusted("pytest.no_such_module")


@pytest.mark.parametrize("module", ["tfaip.util.packbits", "evil_user.params"])
def test_a_name_of_trusted_code_does_not_open_the_working_directory(
    hostile: Hostile, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # whose modules would stand for optional dependencies of what is imported later
    (hostile.path / "tfaip").mkdir()
    monkeypatch.setitem(sys.modules, "evil_user", types.ModuleType("evil_user"))
    monkeypatch.delitem(sys.modules, module, raising=False)
    trust_package_of("evil_user.scenario")
    before = list(sys.path)
    with pytest.raises(UserError):
        resolve_class(f"{module}:Nothing")
    assert sys.path == before
    with pytest.raises(UserError):
        import_stored_scenario(module)
    assert sys.path == before


@pytest.mark.parametrize("module", NAMES[:4], ids=list(MODULES)[:4])
def test_code_that_came_with_the_file_is_refused_although_its_directory_is_on_pythonpath(
    hostile: Hostile, tmp_path: Path, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # as if the working directory were a model that was unpacked below a directory on PYTHONPATH
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    sys.path.insert(0, str(tmp_path))
    (tmp_path / "link").symlink_to(hostile.path)
    for way in ("cwd", "link"):
        with pytest.raises(UntrustedError, match=f"lies in its own directory.*{module}.*(\n.*)*--trust {way}"):
            resolve_class(f"{way}.{module}:Evil", folder=str(tmp_path / "link"))
    hostile.assert_nothing_ran()
    check_trusted(f"cwd.{module}", folder=str(tmp_path))
    check_trusted(f"cwd.{module}", folder=str(tmp_path / "other"))
    trust_package("cwd")
    check_trusted(f"cwd.{module}", folder=str(hostile.path))


def test_an_installed_package_may_have_its_model_beside_its_code(hostile: Hostile, site_packages: Path) -> None:
    (site_packages / "evil").symlink_to(hostile.path / "evil")
    check_trusted("evil.inner", folder=str(site_packages / "evil"))


# ---------------------------------------------------------------- let in
@pytest.mark.parametrize("module", NAMES[:4], ids=list(MODULES)[:4])
def test_a_directory_on_pythonpath_is_let_in(hostile: Hostile, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", f"/nowhere{os.pathsep}{hostile.path}")
    sys.path.insert(0, str(hostile.path))
    assert import_named(module).__module__ == module


def test_pythonpath_is_compared_by_what_it_means(
    hostile: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(hostile.path)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}/link/")
    sys.path.insert(0, str(hostile.path))
    assert import_named("evil.inner").__module__ == "evil.inner"


def test_a_trusted_package_is_found_in_the_working_directory(hostile: Hostile) -> None:
    trust_package("evil")
    assert import_named("evil.inner").__module__ == "evil.inner"
    with pytest.raises(UntrustedError):
        import_named("evil_module")


def test_a_trusted_package_of_the_directory_comes_before_an_installed_one(hostile: Hostile) -> None:
    trust_package("examples")
    assert import_named("examples.evil").__module__ == "examples.evil"


def test_a_part_of_a_package_can_be_trusted(hostile: Hostile) -> None:
    trust_package("evil_space.inner")
    with pytest.raises(UntrustedError):
        import_named("evil.inner")
    assert import_named("evil_space.inner").__module__ == "evil_space.inner"
    assert "evil_space.inner" in trusted_packages()


@pytest.mark.parametrize("name", ["", ".", "a b", "../evil", "evil.", "-x", "evil:Evil"])
def test_only_names_of_packages_can_be_trusted(hostile: Hostile, name: str) -> None:
    with pytest.raises(UserError, match="not the name of a package"):
        trust_package(name)


def test_imported_modules_are_accepted_and_main_is_one(hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("evil_of_a_notebook")
    module.Evil = type("Evil", (), {"__module__": "evil_of_a_notebook"})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "evil_of_a_notebook", module)
    assert import_named("evil_of_a_notebook") is module.Evil  # type: ignore[attr-defined]
    check_trusted("__main__")


def test_installed_packages_and_tfaip_are_let_in(hostile: Hostile) -> None:
    for module in ("pytest", "paiargparse.param_tree", "tfaip.trainer.optimizer.lamb", "examples.tutorial.full.params"):
        check_trusted(module)
    location = locate_module("paiargparse.param_tree")
    assert location.trusted
    assert location.path is not None
    assert location.path.endswith("param_tree.py")


def test_names_the_user_typed_are_not_asked_for(hostile: Hostile) -> None:
    assert resolve_class("evil.inner:Evil", trusted=True).__module__ == "evil.inner"


# ---------------------------------------------------------------- installed code
@pytest.fixture
def site_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site-packages"
    folder.mkdir()
    directories = installed.installation_directories() | {os.path.realpath(folder)}
    monkeypatch.setattr(installed, "installation_directories", lambda: directories)
    sys.path.append(str(folder))
    return folder


def test_the_directory_of_an_editable_install_is_installed(hostile: Hostile, site_packages: Path) -> None:
    (site_packages / "__editable__.evil.pth").write_text(f"# a comment\nimport os\n{hostile.path}\n")
    sys.path.append(str(hostile.path))
    assert import_named("evil.inner").__module__ == "evil.inner"


FINDER = """
import importlib.machinery
class _EditableFinder:
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.partition(".")[0] == "evil":
            return importlib.machinery.PathFinder.find_spec(name, [{path!r}])
"""


def test_the_finder_of_an_editable_install_is_believed(
    hostile: Hostile, site_packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site_packages / "evil_finder.py").write_text(FINDER.format(path=str(hostile.path)))
    import evil_finder

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, evil_finder._EditableFinder])
    assert import_named("evil.inner").__module__ == "evil.inner"
    with pytest.raises(UntrustedError):
        import_named("evil_module")


def test_the_parts_of_a_namespace_package_are_trusted_one_by_one(hostile: Hostile, site_packages: Path) -> None:
    good = site_packages / "evil_space" / "good.py"
    good.parent.mkdir()
    good.write_text("class Evil: pass\n")
    sys.path.insert(0, str(hostile.path))
    with pytest.raises(UntrustedError):
        import_named("evil_space.inner")
    hostile.assert_nothing_ran()
    assert import_named("evil_space.good").__module__ == "evil_space.good"


# ---------------------------------------------------------------- what is found in a module
def test_nothing_is_reached_but_classes_that_stand_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def surprise(*args):
        raise AssertionError("this must not be called")

    class Meta(type):
        __getattr__ = surprise
        computed = property(surprise)

    class Holder(metaclass=Meta):
        Inner = int
        lazy = property(surprise)

    module = types.ModuleType("some_module")
    vars(module).update(__getattr__=surprise, Holder=Holder, instance=Holder(), os=os, function=surprise)
    monkeypatch.setitem(sys.modules, "some_module", module)
    assert resolve_class("some_module:Holder.Inner") is int
    tricks = ["missing", "instance", "instance.Inner", "os.PathLike", "function", "function.__globals__"]
    for path in [*tricks, "Holder.computed", "Holder.lazy", "Holder.missing", "Holder.__init__", "Holder.__class__"]:
        with pytest.raises(UserError):
            resolve_class(f"some_module:{path}")


class Outer:
    class Inner:
        pass


def test_the_reference_of_a_nested_class_is_found_again() -> None:
    assert resolve_class(class_reference(Outer.Inner)) is Outer.Inner


def test_a_check_scans_no_distributions(hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    def scan(*args: object, **kwargs: object) -> None:
        raise AssertionError("this is slow")

    monkeypatch.setattr(importlib.metadata.MetadataPathFinder, "find_distributions", scan)
    check_trusted("paiargparse.param_tree")
    with pytest.raises(UntrustedError):
        check_trusted("evil")


def test_a_dot_on_pythonpath_is_the_directory_that_python_was_started_in(
    hostile: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", ".")
    sys.path.insert(0, str(hostile.path))
    assert import_named("evil.inner").__module__ == "evil.inner"


def test_a_dot_on_pythonpath_is_no_other_directory(hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    # as in a program that has gone to the directory before it imports tfaip
    monkeypatch.setenv("PYTHONPATH", ".")
    sys.path.insert(0, "")
    with pytest.raises(UntrustedError):
        import_named("evil.inner")
    hostile.assert_nothing_ran()
