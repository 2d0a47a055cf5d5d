# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a resumed run writes, what it never touches, and that it can be killed at any moment."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from test.scripts.runs import SCENARIO, create_run, tree_hash
from test.tinyscenario.scenario import TinyScenario
from tfaip.scripts import resume_training, train
from tfaip.trainer.checkpoint import outputdir
from tfaip.util.errors import UserError


@pytest.fixture(scope="module")
def finished_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return create_run(tmp_path_factory.mktemp("runs") / "run", "--trainer.epochs", "2", export_final=True)


def resume(run: Path, *args: str) -> None:
    assert resume_training.main([str(run), *args]) == 0


def entries(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "changes.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("args", [[], ["--trainer.write_checkpoints", "False"]])
def test_finished_checkpoint_is_never_changed(run: Path, args: list[str]) -> None:
    before = tree_hash(run / "checkpoint" / "epoch_0002")
    resume(run, "--trainer.epochs", "3", "--learning_rate.lr", "0.5", *args)
    assert tree_hash(run / "checkpoint" / "epoch_0002") == before
    assert json.loads((run / "trainer_params.json").read_text())["current_epoch"] == 3


@pytest.mark.parametrize("args", [[], ["--trainer.epochs", "2"], ["--learning_rate.lr", "0.5"]])
def test_run_with_nothing_left_to_train_is_left_as_it_is(
    run: Path, args: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    before = tree_hash(run)
    resume(run, *args)
    assert tree_hash(run) == before
    assert "All 2 epochs are trained already. No file of" in caplog.text
    assert "--trainer.epochs 4" in caplog.text
    assert ("changed parameters are not kept" in caplog.text) == ("0.5" in args)


def test_fewer_epochs_than_were_trained_are_refused(run: Path) -> None:
    before = tree_hash(run)
    with pytest.raises(UserError, match=r"trainer.epochs(.|\n)*2 or more(.|\n)*got: +1(.|\n)*checkpoint/epoch_0001"):
        resume_training.main([str(run), "--trainer.epochs", "1"])
    assert tree_hash(run) == before


def test_run_that_was_stopped_early_is_left_as_it_is(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    args = ["--learning_rate.lr", "0", "--early_stopping.n_to_go", "2"]
    run = create_run(tmp_path / "run", "--trainer.epochs", "9", *args)
    before = tree_hash(run)
    resume(run)
    assert tree_hash(run) == before
    assert "stopped early after epoch 2" in caplog.text
    resume(run, "--early_stopping.n_to_go", "3")
    assert json.loads((run / "trainer_params.json").read_text())["current_epoch"] == 3


def test_run_killed_while_it_is_resumed_has_the_record_of_its_change_once(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*args: Any) -> None:
        raise KeyboardInterrupt

    before = tree_hash(run)
    with monkeypatch.context() as patch:
        patch.setattr(outputdir, "write_run_config", killed)
        with pytest.raises(KeyboardInterrupt):
            resume(run, "--trainer.epochs", "3")
    changed = {name for name, value in tree_hash(run).items() if before.get(name) != value}
    assert changed == {"changes.jsonl", "train.log"}
    (run / "changes.jsonl").write_text((run / "changes.jsonl").read_text().rstrip("\n"))
    resume(run, "--trainer.epochs", "3")
    resume(run, "--trainer.epochs", "4")
    assert [entry["epoch"] for entry in entries(run)] == [2, 3]


@pytest.mark.parametrize("args", [[], ["--trainer.epochs", "3"]])
def test_run_killed_before_its_final_export_makes_up_for_it(
    run: Path, args: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(self: TinyScenario, path: str, *args: Any, **kwargs: Any) -> None:
        if path.endswith("export"):
            raise KeyboardInterrupt
        export(self, path, *args, **kwargs)

    export = TinyScenario.export
    if not args:
        shutil.rmtree(run / "export")
    before = tree_hash(run / "export")
    monkeypatch.setattr(TinyScenario, "export", killed)
    with pytest.raises(KeyboardInterrupt):
        resume(run, *args)
    assert tree_hash(run / "export") == before
    monkeypatch.undo()
    resume(run)
    after = tree_hash(run)
    assert tree_hash(run / "export") != before
    resume(run)
    assert tree_hash(run) == after
    assert not [name for name in after if name.startswith(".")]


def test_model_of_a_run_is_no_run_and_the_run_is_named(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tree_hash(run)
    with pytest.raises(UserError, match=rf"A model cannot be resumed(.|\n)*tfaip-resume-training {run}$"):
        resume_training.main([str(run / "best"), "--trainer.epochs", "3"])
    monkeypatch.chdir(run)
    with pytest.raises(UserError, match=r"tfaip-resume-training \.$"):
        resume_training.main(["best"])
    assert tree_hash(run) == before


def test_configuration_of_a_moved_and_resumed_run_starts_the_training_again_elsewhere(
    run: Path, tmp_path: Path
) -> None:
    moved = run.rename(tmp_path / "moved")
    resume(moved, "--trainer.epochs", "3")
    config = moved / "config.yaml"
    shutil.copy(config, tmp_path)
    assert [line.strip() for line in config.read_text().splitlines() if str(tmp_path) in line] == [
        f"output_dir: {moved}"
    ]
    shutil.rmtree(moved)
    args = ["--config", str(tmp_path / "config.yaml"), "--trainer.output_dir", str(tmp_path / "again")]
    assert train.run_args([SCENARIO, *args]) == 0
    assert json.loads((tmp_path / "again" / "trainer_params.json").read_text())["current_epoch"] == 3
