# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The messages about names of scenarios are frozen: change ``snapshots/importing.txt`` only on purpose.

Run ``python -m test.scenario.test_importing_messages`` to write it anew, then read the difference.
"""

import os
import pathlib
import sys
import tempfile

from test.conftest import FIXTURES  # noqa: F401 - sets the paths, also when this file writes the snapshot
from test.params.message_sources import missing_parts
from tfaip.scenario import importing
from tfaip.util.errors import UserError

SNAPSHOT = pathlib.Path(__file__).parent / "snapshots" / "importing.txt"
PACKAGE = "snapshotpackage"
SCENARIO = "class {}Scenario(ScenarioBase): pass\n"
HEAD = "from tfaip.scenario.scenariobase import ScenarioBase\n"
FILES = {
    "__init__.py": "",
    "two.py": HEAD + SCENARIO.format("First") + SCENARIO.format("Second"),
    "none.py": "",
    "broken.py": "import a_module_that_is_not_there\n",
    "empty/__init__.py": "",
}
NAMES = [
    "snapshotpakage.two",
    "some_other_package",
    "xyzzy",
    f"{PACKAGE}.too",
    f"{PACKAGE}.two",
    f"{PACKAGE}.none",
    f"{PACKAGE}.empty",
    f"{PACKAGE}.broken",
    f"{PACKAGE}.two:Frist",
    f"{PACKAGE}",
    ".",
]

# what a file names
STORED = [5, "test.params.cli_tree:ModelParams"]


def messages(folder: pathlib.Path) -> str:
    for name, text in FILES.items():
        (folder / PACKAGE / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / PACKAGE / name).write_text(text)
    before, path = os.getcwd(), list(sys.path)
    os.chdir(folder)
    blocks = []
    try:
        calls = [(importing.import_scenario, name) for name in NAMES]
        for load, name in [*calls, *((importing.import_stored_scenario, name) for name in STORED)]:
            try:
                load(name)
            except UserError as e:
                text = str(e).replace(str(folder.resolve()), "FOLDER").replace(str(folder), "FOLDER")
                blocks.append(f"## {name}\n{text}\n")
            else:
                blocks.append(f"## {name}\n(no mistake)\n")
    finally:
        os.chdir(before)
        sys.path[:] = path
        for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
            del sys.modules[name]
    return "\n".join(blocks)


def test_texts_are_those_of_the_snapshot(tmp_path: pathlib.Path) -> None:
    assert messages(tmp_path) == SNAPSHOT.read_text(encoding="utf-8")


def test_every_message_stands_in_the_snapshot() -> None:
    frozen = SNAPSHOT.read_text(encoding="utf-8")
    assert missing_parts(pathlib.Path(importing.__file__), frozen) == [], "add the name that causes it to NAMES"


if __name__ == "__main__":
    SNAPSHOT.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        SNAPSHOT.write_text(messages(pathlib.Path(temporary)), encoding="utf-8")
