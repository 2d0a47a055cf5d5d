# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-lav``, ``tfaip-multi-lav``, ``tfaip-predict`` and ``tfaip-evaluate`` as a user calls them."""

import json
import os
import pickle
import shutil
import subprocess
import sys

import pytest

from tfaip.scripts import lav, lav_multi, predict
from tfaip.util.errors import UserError

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def run_program(program, *args):
    env = {**os.environ, "PYTHONPATH": ROOT, "CUDA_VISIBLE_DEVICES": ""}
    command = [sys.executable, "-m", f"tfaip.scripts.{program}", *args]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=600, check=False)


def test_lav_prints_json_for_the_validation_data_of_the_training(model_dirs, capsys):
    assert lav.main(["--export_dir", model_dirs[0], "--lav.silent", "True"]) == 0
    captured = capsys.readouterr()
    assert set(json.loads(captured.out)) == {"loss", "loss/mean_epoch", "ce", "acc", "eval_acc"}
    samples = next(line for line in captured.err.splitlines() if line.startswith("samples"))
    assert samples.split()[1] == "11"


def test_lav_takes_other_data_pipeline_flags_and_dumps(model_dirs, capsys, tmp_path):
    dump = tmp_path / "dump.pkl"
    args = ["--export_dir", model_dirs[1], "--data.n", "5", "--pipeline.limit", "4", "--lav.batch_size", "2"]
    assert lav.main([*args, "--dump", str(dump), "--instantiate_graph"]) == 0
    captured = capsys.readouterr()
    assert len(pickle.loads(dump.read_bytes())["target_prediction_pairs"]) == 4
    assert next(line for line in captured.err.splitlines() if line.startswith("batches")).split()[1] == "2"
    assert lav.main([*args, "--run-eagerly"]) == 0
    assert json.loads(capsys.readouterr().out) == pytest.approx(json.loads(captured.out), rel=1e-5)


def test_another_data_generator_can_be_chosen(model_dirs, capsys):
    generator = "test.tinyscenario.params:TinyGeneratorParams"
    assert lav.main(["--export_dir", model_dirs[0], "--data", generator, "--data.n", "3"]) == 0
    assert "eval_acc" in json.loads(capsys.readouterr().out)


def test_predict_prints_the_samples(model_dirs, capsys):
    assert predict.main(["--export_dir", model_dirs[0], "--data.n", "3", "--pipeline.num_processes", "1"]) == 0
    captured = capsys.readouterr()
    assert len(captured.out.splitlines()) == 3
    assert "label" in captured.out
    assert "samples" in captured.err


def test_several_models_vote(model_dirs, capsys):
    assert predict.main(["--export_dir", *model_dirs, "--data.n", "3"]) == 0
    assert capsys.readouterr().out.count("voters") == 3
    assert lav_multi.main(["--export_dirs", *model_dirs, "--data.n", "6", "--pipeline.batch_size", "2"]) == 0
    assert list(json.loads(capsys.readouterr().out)) == ["eval_acc"]


def test_unreadable_samples_are_reported_on_the_error_stream(model_dirs, capsys):
    args = ["--export_dir", model_dirs[0], "--data.n", "4", "--data.broken", "1", "2"]
    assert predict.main(args) == 0
    captured = capsys.readouterr()
    assert len(captured.out.splitlines()) == 2
    assert "skipped sample 1" in captured.err
    assert "2 unreadable samples were skipped" in captured.err


@pytest.mark.parametrize("flags", [["--strict"], ["--predict.strict", "True"]])
def test_an_unreadable_sample_is_an_error_if_strict(model_dirs, flags):
    with pytest.raises(UserError, match="cannot read"):
        predict.main(["--export_dir", model_dirs[0], "--data.n", "4", "--data.broken", "1", *flags])


def test_strict_ends_with_exit_code_2_and_one_message(model_dirs):
    result = run_program("predict", "--export_dir", model_dirs[0], "--data.broken", "1", "--strict")
    assert result.returncode == 2
    assert "error: " in result.stderr
    assert "cannot read" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_misspelt_flag_ends_with_exit_code_2_and_a_suggestion(model_dirs):
    result = run_program("lav", "--export_dir", model_dirs[0], "--pipeline.batchsize", "3")
    assert result.returncode == 2
    assert "batch_size" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("program", [lav, predict])
@pytest.mark.parametrize("missing", ["", "serve", "serve/saved_model.pb", "serve/variables/variables.index"])
def test_an_incomplete_model_directory_is_named_before_tensorflow_is_imported(model_dirs, tmp_path, program, missing):
    broken = tmp_path / "broken"
    shutil.copytree(model_dirs[1], broken)
    removed = broken / missing
    shutil.rmtree(removed) if removed.is_dir() else removed.unlink()
    with pytest.raises(UserError, match="broken"):
        program.main(["--export_dir", str(broken)])


def test_no_tensorflow_is_imported_for_a_missing_model_directory_and_for_help(tmp_path):
    code = (
        "import sys\n"
        "from tfaip.scripts import lav, predict, lav_multi, evaluate\n"
        "from tfaip.util.errors import UserError\n"
        "for main, flag in ((lav.main, '--export_dir'), (predict.main, '--export_dir'),"
        " (lav_multi.main, '--export_dirs'), (evaluate.main, '--prediction')):\n"
        "    for args in ([flag, sys.argv[1]], ['--help']):\n"
        "        try:\n"
        "            main(args)\n"
        "        except UserError:\n"
        "            pass\n"
        "        except SystemExit as end:\n"
        "            assert end.code == 0, end.code\n"
        "sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)\n"
    )
    env = {**os.environ, "PYTHONPATH": ROOT}
    result = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "none")], env=env, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def test_a_damaged_model_ends_with_exit_code_2_and_one_message(model_dirs, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(model_dirs[1], broken)
    (broken / "serve" / "saved_model.pb").write_bytes(b"damaged")
    result = run_program("predict", "--export_dir", str(broken))
    assert result.returncode == 2, result.stderr
    assert "error: " in result.stderr
    assert "Traceback" not in result.stderr


def test_a_dump_into_a_missing_folder_is_refused_before_anything_runs(model_dirs, tmp_path):
    with pytest.raises(UserError, match="--dump"):
        lav.main(["--export_dir", model_dirs[0], "--dump", str(tmp_path / "no" / "dump")])
