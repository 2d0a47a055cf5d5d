# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Puts the templates into the package, where ``tfaip-new`` finds them; all metadata is in pyproject.toml."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

TEMPLATES = Path("templates")


class BuildWithTemplates(build_py):
    """Copies the templates of the repository, so that there is only one version of them to maintain."""

    def run(self) -> None:
        """Copy the package, then the templates."""
        super().run()
        if not self.editable_mode:
            for source, target in self._templates().items():
                self.mkpath(str(Path(target).parent))
                self.copy_file(str(source), target)

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """Return the files of the package, with the templates."""
        return [*super().get_outputs(include_bytecode), *self._templates().values()]

    def _templates(self) -> dict[Path, str]:
        files = [path for pattern in ("**/*.py", "**/*.md") for path in sorted(TEMPLATES.glob(pattern))]
        return {path: str(Path(self.build_lib, "tfaip", path)) for path in files}


setup(cmdclass={"build_py": BuildWithTemplates})
