# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The documents tell the truth where a machine can check it: links lead somewhere, examples run."""

import importlib.util
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from test.docs.pages import Shell, blocks_of

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "examples/**/*.md", "templates/**/*.md")
    for path in ROOT.glob(pattern)
    if ".venv" not in path.parts
)


def anchor_of(title):
    """Return the anchor that a Markdown title gets."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


def anchors(path):
    return {anchor_of(line.lstrip("#")) for line in path.read_text().splitlines() if line.startswith("#")}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    text = re.sub(r"```.*?```", "", path.read_text(), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://")):
            continue
        file, _, anchor = target.partition("#")
        linked = (path.parent / file).resolve() if file else path
        assert linked.exists(), f"{path}: {target}"
        if anchor:
            assert anchor in anchors(linked), f"{path}: {target}"


def test_every_page_of_the_manual_is_in_its_index():
    index = (ROOT / "docs" / "index.md").read_text()
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"index.md"}
    assert pages == set(re.findall(r"\]\(([\w.-]+\.md)\)", index))


def test_the_scenario_in_one_file_learns(tmp_path, monkeypatch):
    (code,) = [block.code for block in blocks_of(ROOT / "docs" / "one-file.md", "python")]
    (tmp_path / "circle.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    spec = importlib.util.spec_from_file_location("circle", tmp_path / "circle.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "circle", module)
    spec.loader.exec_module(module)
    params = module.Circle.default_trainer_params()
    params.epochs = 3
    params.random_seed = 1
    logs = module.Circle.create_trainer(params).train()
    assert np.isfinite(logs["val_loss"])
    assert logs["val_acc"] > 0.6


def test_the_lines_of_the_readme_are_those_of_the_scenario_in_one_file():
    (shown,) = [block.code for block in blocks_of(ROOT / "README.md", "python")]
    (complete,) = [block.code for block in blocks_of(ROOT / "docs" / "one-file.md", "python")]
    lines = iter(complete.splitlines())
    assert [line for line in shown.splitlines() if line and line not in lines] == []


@pytest.mark.slow
def test_the_picture_of_the_data_flow_shows_the_template():
    from docs.site.data_flow import SCENARIO, picture
    from tfaip.scenario.scenariobase import import_scenario

    stored = (ROOT / "docs" / "images" / "data-flow.svg").read_text(encoding="utf-8")
    assert stored == picture(import_scenario(SCENARIO))


def test_every_module_of_the_reference_is_there():
    for page in (ROOT / "docs" / "api").glob("*.rst"):
        for module in re.findall(r"automodule:: (\S+)", page.read_text(encoding="utf-8")):
            assert importlib.util.find_spec(module), f"{page}: {module}"


@pytest.mark.slow
def test_the_commands_of_the_readme_work(tmp_path):
    (block,) = blocks_of(ROOT / "README.md", "bash")
    installation, *lines = block.code.splitlines()
    assert installation.startswith("pip install")
    shell = Shell(tmp_path)
    for line in lines:
        done = shell.run(line)
        assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
