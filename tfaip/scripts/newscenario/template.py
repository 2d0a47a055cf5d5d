# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The templates, and how a scenario is made of one."""

import importlib.util
import os
import re
from typing import Any, Dict, List

import tfaip
from tfaip.scripts.newscenario.name import CLASSES_OF_TEMPLATE, check_classes, class_prefix
from tfaip.util.errors import UserFileNotFoundError
from tfaip.util.file.atomic import new_directory

TEMPLATES = {
    "general": "generators and processors of your own",
    "listfile": "samples are the lines of text files",
}
README = "README.md"
# of the package in the documents of a template, and of the graph in its code
NAME_IN_DOCUMENTS = "myscenario"
NAME_IN_CODE = '"template"'
TOY_DATA = "toydata"
# what is written is the user's own
_LICENCE = re.compile(r"\A# Copyright .*\n# SPDX-License-Identifier: .*\n")
_COMMANDS = re.compile(r"```bash\n(.*?)```", re.DOTALL)


def template_directory(template: str) -> str:
    """Return where the files of a template are: in the package, or beside it in a clone of the repository.

    Raises:
        UserFileNotFoundError: They are not there.
    """
    package = os.path.dirname(os.path.abspath(tfaip.__file__))
    folders = [os.path.join(root, "templates", template) for root in (package, os.path.dirname(package))]
    for folder in folders:
        if os.path.isfile(os.path.join(folder, "scenario.py")):
            return folder
    raise UserFileNotFoundError(
        "The templates are missing: tfaip is not installed completely.",
        where=package,
        expected=" or ".join(folders),
        hint="install it again",
    )


def read_template(template: str) -> Dict[str, str]:
    """Return the files of a template by their names.

    Raises:
        UserFileNotFoundError: They are not there.
    """
    folder = template_directory(template)
    texts = {}
    for filename in sorted(os.listdir(folder)):
        if filename.endswith((".py", ".md")):
            with open(os.path.join(folder, filename), encoding="utf-8") as file:
                texts[filename] = file.read()
    return texts


def fill(texts: Dict[str, str], name: str) -> Dict[str, str]:
    """Return the files of a scenario.

    Args:
        texts: The files of a template.
        name: The name of the scenario.

    Raises:
        UserValueError: Its classes would have the names of other classes.
    """
    check_classes(name, [text for filename, text in texts.items() if filename.endswith(".py")])
    filled = {}
    for filename, text in texts.items():
        if filename.endswith(".py"):
            text = CLASSES_OF_TEMPLATE.sub(class_prefix(name), _LICENCE.sub("", text))
            filled[filename] = text.replace(NAME_IN_CODE, f'"{name}"')
        else:
            filled[filename] = re.sub(rf"\b{NAME_IN_DOCUMENTS}\b", name, text)
    return filled


def write_scenario(path: str, texts: Dict[str, str], template: str) -> None:
    """Write the files of a scenario and its toy data, all or nothing.

    Args:
        path: Where its package will be; nothing is there.
        texts: The files.
        template: The template that they are made of.

    Raises:
        OSError: They cannot be written.
    """
    with new_directory(path) as folder:
        for filename, text in texts.items():
            with open(os.path.join(folder, filename), "w", encoding="utf-8") as file:
                file.write(text)
        if f"{TOY_DATA}.py" in texts:
            data = os.path.join(folder, TOY_DATA)
            os.mkdir(data)
            _toy_data_module(template).write_toy_data(data, called=os.path.join(os.path.abspath(path), TOY_DATA))


def commands(texts: Dict[str, str]) -> List[str]:
    """Return the commands to begin with, which the document of the scenario shows first."""
    found = _COMMANDS.search(texts[README])
    return found.group(1).splitlines() if found else []


def _toy_data_module(template: str) -> Any:
    # by its path: templates in a clone of the repository are no part of the package
    path = os.path.join(template_directory(template), f"{TOY_DATA}.py")
    spec = importlib.util.spec_from_file_location(f"_{TOY_DATA}_of_{template}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
