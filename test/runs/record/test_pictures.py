# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Pictures that anything wrote for TensorBoard are files of the run."""

import threading
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from tensorboard.compat.proto.summary_pb2 import Summary

from tfaip.runs.format.run import Primary, Session
from tfaip.runs.reading.images import image_steps, read_image
from tfaip.runs.record import pictures, writer
from tfaip.runs.record.pictures import PictureRecording
from tfaip.runs.record.recorder import Recorder, Start
from tfaip.runs.record.timeleft import Plan

BLACK = np.zeros((5, 4, 4, 3), np.uint8)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "TICK_SECONDS", 0.01)


def wait_for(recorder: Recorder) -> None:
    """Wait until the thread has done what it was given."""
    is_done = threading.Event()
    recorder.add_job(is_done.set)
    assert is_done.wait(60)


def create(folder: Path) -> Recorder:
    recorder = Recorder(str(folder), "p.m:C", Session(), Primary("val_acc"), Plan(3, 10), Start())
    PictureRecording(recorder)
    return recorder


def write(folder: Path, name: str, tag: str, epoch: int) -> None:
    events = tf.summary.create_file_writer(str(folder / name))
    with events.as_default():
        tf.summary.image(tag, BLACK, step=epoch, max_outputs=5)
        tf.summary.scalar("loss", 1.0, step=epoch)
    events.close()


def test_pictures_of_each_epoch_are_kept_by_tag_and_step(tmp_path: Path) -> None:
    write(tmp_path, "validation", "epoch_before", 0)
    with create(tmp_path) as recorder:
        # the thread has passed over what was there
        wait_for(recorder)
        for epoch in range(2):
            write(tmp_path, "validation", "epoch_pred", epoch)
            recorder.end_epoch(epoch, {}, None)
            wait_for(recorder)
    steps = image_steps(str(tmp_path))
    assert steps == {name: [10, 20] for name in ("validation/pred", "validation/pred/1", "validation/pred/2")}
    picture = read_image(str(tmp_path), "validation/pred", 20)
    assert picture is not None
    assert np.array_equal(tf.io.decode_png(picture).numpy(), BLACK[0])


def test_a_summary_of_tensorflow_1(tmp_path: Path) -> None:
    png = tf.io.encode_png(BLACK[0]).numpy()
    summary = Summary(value=[Summary.Value(tag="a", image=Summary.Image(encoded_image_string=png))])
    events = tf.summary.create_file_writer(str(tmp_path / "train"))
    with create(tmp_path) as recorder:
        wait_for(recorder)
        with events.as_default():
            tf.summary.experimental.write_raw_pb(summary.SerializeToString(), step=0)
        events.close()
        recorder.end_epoch(0, {}, None)
    assert image_steps(str(tmp_path)) == {"train/a": [10]}


def test_names_of_pictures_stay_within_the_run(tmp_path: Path) -> None:
    with create(tmp_path) as recorder:
        wait_for(recorder)
        write(tmp_path, "train", "../../../up/a:b/../c/d/e", 0)
        recorder.end_epoch(0, {}, None)
    (tag, *_) = image_steps(str(tmp_path))
    assert tag == "train/up/a_b/c_d_e"
    assert sorted(path.name for path in tmp_path.parent.iterdir() if path.name == "up") == []


def test_there_is_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_PICTURES", 2)
    with create(tmp_path) as recorder:
        wait_for(recorder)
        write(tmp_path, "train", "a", 0)
        recorder.end_epoch(0, {}, None)
    assert sum(len(steps) for steps in image_steps(str(tmp_path)).values()) == 2


def test_a_damaged_event_file_has_no_pictures(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with create(tmp_path) as recorder:
        wait_for(recorder)
        (tmp_path / "events.out.tfevents.1").write_bytes(b"\x10\0\0\0\0\0\0\0abcd" + b"\xff" * 100)
        recorder.end_epoch(0, {}, None)
    assert image_steps(str(tmp_path)) == {}
    assert not caplog.text
