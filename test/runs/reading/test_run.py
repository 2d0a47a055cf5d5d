# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""All that a run holds can be read, and nothing else."""

import json
import os
import threading
from pathlib import Path

import pytest

from test.runs.writing import PNG, write_code, write_params, write_record
from tfaip.runs.reading.inside import list_inside, open_inside
from tfaip.runs.reading.params import flat_params, short_class_name
from tfaip.runs.reading.run import Run
from tfaip.util.errors import UserError

SECRET = "secret"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "file").write_text(SECRET)
    folder = write_record(tmp_path / "run")
    write_code(folder, {"a.py": "print()", "pkg/b.py": "x = 1"})
    (folder / "code" / "1" / "diff.patch").write_text("+new")
    (folder / "code" / "1" / "packages.txt").write_text("keras==3.1\nnumpy == 2.0\n# nothing\n")
    (folder / "images" / "grid").mkdir(parents=True)
    for step in (20, 3):
        (folder / "images" / "grid" / f"{step}.png").write_bytes(PNG)
    return folder


def test_parameters_have_their_paths_and_classes_their_short_names(run: Path) -> None:
    params = Run(str(run)).params()
    assert params["optimizer"] == "Adam" and params["optimizer.beta_1"] == 0.9
    assert params["learning_rate"] == "Constant" and params["scenario.model.layers"] == [16, 16]
    assert not any("__cls__" in path for path in params)
    assert flat_params({"a": [{"b": 1}, 2]}) == {"a.0.b": 1, "a.1": 2}
    assert short_class_name("a.b:OuterClass.ConvGraphParams") == "Conv"


def test_parameters_in_checkpoints_are_those_of_the_newest(tmp_path: Path) -> None:
    for epoch in (1, 2):
        folder = tmp_path / "checkpoint" / f"epoch_000{epoch}"
        folder.mkdir(parents=True)
        write_params(folder, current_epoch=epoch)
    assert Run(str(tmp_path)).params()["current_epoch"] == 2


def test_code_with_its_changes_and_packages(run: Path) -> None:
    code = Run(str(run)).code()
    assert sorted(code.manifest.files) == ["a.py", "pkg/b.py"]
    assert code.file("pkg/b.py") == b"x = 1" and code.file("other.py") is None
    assert code.patch() == "+new" and code.packages() == {"keras": "3.1", "numpy": "2.0"}


def test_a_snapshot_that_is_not_complete_does_not_count(run: Path) -> None:
    write_code(run, {"a.py": "newer"}, number=2)
    assert Run(str(run)).code().file("a.py") == b"newer"
    (run / "code" / "2" / "manifest.json").unlink()
    assert Run(str(run)).code().file("a.py") == b"print()"


def test_pictures_by_tag_and_step(run: Path) -> None:
    (run / "images" / "grid" / "note.txt").write_text("x")
    assert Run(str(run)).images() == {"grid": [3, 20]}
    assert Run(str(run)).image("grid", 20) == PNG and Run(str(run)).image("grid", 4) is None
    (run / "images" / "grid" / "4.png").write_bytes(b"<svg>")
    assert Run(str(run)).image("grid", 4) is None


def test_the_log_is_read_from_its_end_or_from_a_place(run: Path) -> None:
    (run / "train.log").write_bytes("first\nsecond\nü".encode()[:-1])
    tail = Run(str(run)).log(-5)
    assert (tail.text, tail.start, tail.end, tail.size) == ("", 13, 13, 14)
    tail = Run(str(run)).log(-12)
    assert (tail.text, tail.start, tail.end) == ("second\n", 6, 13)
    with open(run / "train.log", "ab") as file:
        file.write("ü\n".encode()[1:])
    assert Run(str(run)).log(tail.end).text == "ü\n"
    assert Run(str(run)).log(max_bytes=3).text == "fir"
    assert Run(str(run)).log(1000).text == "" and Run(str(run / "images")).log().size == 0


def test_what_is_no_run_is_told(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "no"):
        with pytest.raises(UserError):
            Run.open(str(path))


def everything(run: Path) -> str:
    found = Run(str(run))
    code = found.code()
    parts = [
        found.summary(),
        found.info(),
        found.params(),
        found.values(),
        found.log(),
        found.images(),
        found.session(),
    ]
    parts += [code.manifest, code.patch(), code.packages(), [code.file(path) for path in code.manifest.files]]
    parts += [found.image(tag, step) for tag, steps in found.images().items() for step in steps]
    return repr(parts)


NAMES = ["run.json", "status.json", "metrics.jsonl", "trainer_params.json", "train.log", "code", "code/1", "images"]
NAMES += ["code/1/manifest.json", "code/1/diff.patch", "code/1/packages.txt", "code/1/files/a.py", "images/grid"]
NAMES += ["code/1/files/pkg", "images/grid/3.png"]


@pytest.mark.parametrize("name", NAMES)
def test_no_link_in_a_run_is_followed(run: Path, name: str) -> None:
    path = run / name
    target = run.parent / "outside" / path.name
    path.rename(target)
    for file in [target] if target.is_file() else [file for file in target.rglob("*") if file.is_file()]:
        if file.suffix == ".json" and file.name != "manifest.json":
            file.write_text(file.read_text().replace("pkg", SECRET))
        elif file.suffix in (".py", ".patch", ".log", ".txt"):
            file.write_text(f"{SECRET}\n")
    path.symlink_to(target)
    assert SECRET not in everything(run)


@pytest.mark.parametrize("name", [name for name in NAMES if "." in name])
def test_pipes_are_not_waited_for(run: Path, name: str) -> None:
    (run / name).unlink()
    os.mkfifo(run / name)
    done = threading.Event()
    thread = threading.Thread(target=lambda: (everything(run), done.set()), daemon=True)
    thread.start()
    assert done.wait(60), "reading a pipe hangs"


@pytest.mark.parametrize("name", [name for name in NAMES if "." in name])
@pytest.mark.parametrize(
    "content",
    [b"", b"\x00" * 1000, b"[" * 200_000, b'{"a":' * 50_000, b"null", b'{"sessions": 3, "files": {"..": 4}, "m": []}'],
)
def test_whatever_files_hold_is_survived(run: Path, name: str, content: bytes) -> None:
    (run / name).write_bytes(content)
    assert everything(run)


def test_a_tree_that_is_deep_but_valid_is_survived(run: Path) -> None:
    deep = json.loads('{"a":' * 500 + "1" + "}" * 500)
    for name in ("run.json", "status.json", "trainer_params.json"):
        content = json.loads((run / name).read_text())
        (run / name).write_text(json.dumps({**content, "scenario": deep, "machine": deep, "extra": deep}))
    assert Run(str(run)).summary().to_json() and Run(str(run)).params() == {}


@pytest.mark.parametrize(
    "name", ["../outside/file", "/etc/hostname", "images/../../outside/file", "~/x", "a\0b", "\ud800", "a//b", ""]
)
def test_no_path_leads_out(run: Path, name: str) -> None:
    with pytest.raises(OSError):
        open_inside(str(run), name)
    if name:
        assert list_inside(str(run), name) == ([], [])


@pytest.mark.parametrize("path", ["../../../run.json", "../manifest.json", "/etc/hostname", "a\0", "\ud800"])
def test_a_manifest_that_names_files_elsewhere_leads_nowhere(run: Path, path: str) -> None:
    manifest = run / "code" / "1" / "manifest.json"
    content = json.loads(manifest.read_text())
    content["files"][path] = {"sha256": "0", "size": 1}
    manifest.write_text(json.dumps(content))
    assert Run(str(run)).code().file(path) is None
    assert Run(str(run)).image("../images/grid", 3) is None
