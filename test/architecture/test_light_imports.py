# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What must be quick to import does not import TensorFlow."""

import subprocess
import sys

from test.architecture.imports import ROOT, all_modules

SCRIPT = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
    heavy = [module for module in ("tensorflow", "keras") if module in sys.modules]
    assert not heavy, f"{name} imports {heavy}"
"""


def test_package_parameters_and_programs_import_without_tensorflow() -> None:
    modules = ["tfaip"]
    modules += [name for name in all_modules() if name.endswith("params") or name.startswith("tfaip.scripts")]
    result = subprocess.run([sys.executable, "-c", SCRIPT, *modules], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


PACKAGE_ALONE = """
import sys, tfaip
print([name for name in sys.modules if name.startswith(("tfaip.data", "tfaip.trainer", "numpy", "tensorflow"))])
print([name for name in tfaip.__all__ if not hasattr(tfaip, name)], tfaip.trainer.params.TrainerParams.__name__)
tfaip.no_such_name
"""


def test_the_package_imports_its_names_when_the_first_is_used() -> None:
    result = subprocess.run([sys.executable, "-c", PACKAGE_ALONE], cwd=ROOT, capture_output=True, text=True)
    assert result.stdout.splitlines() == ["[]", "[] TrainerParams"], result.stderr
    assert "AttributeError: module 'tfaip' has no attribute 'no_such_name'" in result.stderr
