# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The same progress as a live line, as plain lines, as events."""

import io
import json
import math
from dataclasses import replace

import pytest
from rich.console import Console

from tfaip.trainer.display.events import EventView
from tfaip.trainer.display.lines import LineView
from tfaip.trainer.display.live import LiveView
from tfaip.trainer.display.progress import Best, Progress
from tfaip.trainer.display.view import View, create_view

BEST = Best("val_acc", 0.91, 0, values={"val_acc": 0.91, "acc": 0.8, "loss": 0.6})
STEP = Progress(
    1,
    10,
    375,
    1500,
    values={"loss": 0.5, "loss/mean_epoch": 0.5, "acc": 0.85},
    samples_per_second=4713.4,
    data_wait=0.031,
    seconds=10,
    seconds_left_of_epoch=30,
    seconds_left=400,
    best=BEST,
)
VALUES = {"loss": 0.45, "loss/mean_epoch": 0.45, "acc": 0.87, "val_loss": 0.4, "val_acc": 0.93}
END = replace(STEP, step=1500, values=VALUES, best=Best("val_acc", 0.93, 1, True, 0.91, VALUES))


def live(width: int = 150) -> tuple[LiveView, io.StringIO]:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=width, color_system=None, highlight=False, markup=False)
    return LiveView(console), stream


def test_the_live_line_shows_speed_time_left_waiting_and_the_change_against_the_best() -> None:
    view, stream = live()
    view.begin_epoch(STEP)
    shown = stream.getvalue()
    for part in ["epoch 2/10", "375/1500", "4,713/s", "left 0:30 of 6:40", "data wait 3 %", "loss 0.5000 (-0.1000)"]:
        assert part in shown
    assert "acc 0.8500 (+0.0500)" in shown
    view.close()


def test_a_live_line_never_breaks_the_line_of_a_narrow_terminal() -> None:
    view, stream = live(width=40)
    view.begin_epoch(STEP)
    drawn = [line for line in stream.getvalue().splitlines() if "epoch 2/10" in line]
    assert drawn
    assert all(len(line.replace("\x1b[?25l", "")) <= 40 for line in drawn)
    view.close()


def test_each_epoch_gets_a_row_and_only_new_columns_get_a_header() -> None:
    view, stream = live()
    view.end_epoch(END)
    view.end_epoch(replace(END, epoch=2, best=Best("val_acc", 0.93, 1, False, None, VALUES)))
    view.end_epoch(replace(END, epoch=3, values={**VALUES, "lav_l0_acc": 0.5}))
    lines = [line.split() for line in stream.getvalue().splitlines()]
    headers = [line for line in lines if line[0] == "epoch"]
    rows = [line for line in lines if line[0].endswith("/10")]
    assert len(headers) == 2
    assert headers[0][:5] == ["epoch", "val_acc", "val_loss", "acc", "loss"]
    assert "loss/mean_epoch" not in headers[0]
    assert rows[0][:5] == ["2/10", "0.9300", "0.4000", "0.8700", "0.4500"]
    assert rows[0][-2:] == ["now", "(+0.0200)"]
    assert rows[1][-3:] == ["0.9300", "(epoch", "2)"]
    assert "lav_l0_acc" in headers[1]


def test_a_narrow_terminal_gets_the_value_that_tells_the_best_model() -> None:
    view, stream = live(width=75)
    view.end_epoch(END)
    header, row = stream.getvalue().splitlines()
    assert "val_acc" in header
    assert "val_loss" not in header
    assert len(row.rstrip()) <= 75


def test_text_in_brackets_is_shown_as_it_is() -> None:
    view, stream = live()
    view.facts({}, [("output", "/tmp/[red]x[/red]"), ("code", "\x1b[31mred")])
    shown = stream.getvalue()
    assert "/tmp/[red]x[/red]" in shown
    assert "\x1b[31m" not in shown


def test_plain_lines_come_when_it_is_time_and_after_each_epoch(capsys: pytest.CaptureFixture[str]) -> None:
    view = LineView(delta_time=1000)
    view.begin_epoch(STEP)
    view.progress(STEP)
    assert capsys.readouterr().out == ""
    view.delta_time = 0
    view.progress(STEP)
    line = capsys.readouterr().out
    assert line.startswith("375/1500 - 10s - loss: 0.5000 (-0.1000)")
    assert "samples/s: 4713.4 - data_wait: 0.0310, left 0:30 / 6:40" in line
    view.end_epoch(replace(END, skipped_samples=3))
    line = capsys.readouterr().out
    assert line.startswith("Epoch 2/10 1500/1500")
    assert "val_acc: 0.9300 (+0.0200)" in line
    assert line.endswith("skipped_samples: 3, best\n")


def test_events_are_json_also_of_values_that_are_no_numbers() -> None:
    stream = io.StringIO()
    view = EventView(delta_time=0, stream=stream)
    view.facts({"scenario": "a:B"}, [])
    view.differences([{"path": "epochs", "a": 1, "b": 2}], [])
    view.model([{"layer": "a", "values": 3, "trained": 2}, {"layer": "b", "values": 1, "trained": 0}], [])
    view.begin_epoch(STEP)
    view.progress(replace(STEP, values={"loss": math.nan, "acc": math.inf}))
    view.validate(STEP)
    view.end_epoch(END)
    view.end({"status": "finished"}, [])
    view.error("wrong", 2)
    events = [json.loads(line) for line in stream.getvalue().splitlines()]
    names = ["start", "parameters", "model", "epoch_begin", "progress", "validation", "epoch_end", "end", "error"]
    assert [event["event"] for event in events] == names
    assert all(event["time"] > 1e9 for event in events)
    by_name = {event["event"]: event for event in events}
    assert by_name["model"]["values"] == 4
    assert by_name["model"]["trained"] == 2
    assert by_name["progress"]["values"] == {"loss": "NaN", "acc": "Infinity"}
    assert by_name["epoch_end"]["best"]["value"] == 0.93
    assert by_name["epoch_end"]["seconds_left"] == 400
    assert by_name["error"] == {**by_name["error"], "message": "wrong", "exit_code": 2}


def test_the_mode_chooses_the_view() -> None:
    assert type(create_view(0, 5, is_terminal=True)) is View
    assert isinstance(create_view(1, 5, is_terminal=True), LiveView)
    assert isinstance(create_view(1, 5, is_terminal=False), LineView)
    assert isinstance(create_view(2, 5, is_terminal=True), LineView)
