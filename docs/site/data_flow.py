# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The picture of the way of a sample: a scenario is asked for its parts, a sample sent through them.

python -m docs.site.data_flow docs/images/data-flow.svg [SCENARIO]
"""

import os
import sys
from pathlib import Path
from typing import Any, Dict, List, NamedTuple

import numpy as np

from tfaip import PipelineMode, TrainerParams
from tfaip.scenario.scenariobase import ScenarioBase, import_scenario

SCENARIO = "templates.general"
MAIN, WORKERS, TENSORFLOW = "main", "workers", "tensorflow"
PLACES = {
    MAIN: ("process of the program", "#e7ecef", "#57606a"),
    WORKERS: ("worker processes", "#dff3e4", "#1a7f37"),
    TENSORFLOW: ("TensorFlow", "#fdebd9", "#bc4c00"),
}
WIDTH, HEIGHT, GAP, TOP, LEFT = 168, 108, 34, 46, 24
LINE = 15


class Box(NamedTuple):
    """A station: where it is, what it is called, who does it, and what a sample is behind it."""

    place: str
    title: str
    parts: List[str]
    result: List[str]


def described(values: Any) -> List[str]:
    """Return what a value is: type and shape, of a dictionary those of each entry."""
    if isinstance(values, dict):
        return [f"{name}: {described(value)[0]}" for name, value in values.items()]
    array = np.asarray(values)
    return [f"{array.dtype}{list(array.shape)}"]


def processors(scenario: ScenarioBase, where: str, mode: PipelineMode) -> Box:
    """Return the station of the processors of ``pre_proc`` or ``post_proc`` that take part in a mode."""
    params = getattr(scenario.params.data, where)
    names = [p.cls().__name__ for p in params.flatten_processors() if mode in p.modes]
    return Box(WORKERS if params.run_parallel else MAIN, f"{where} processors", names or ["none"], [])


def stations(scenario_cls: type) -> Dict[str, List[Box]]:
    """Send samples through a scenario and return the stations of training and of prediction."""
    trainer: TrainerParams = scenario_cls.default_trainer_params()
    scenario = scenario_cls(trainer.scenario)
    trainer.gen.setup.train.num_processes = 0
    data = scenario.create_data()
    assert scenario.keras_train_model is not None
    model = scenario.model
    pipeline = trainer.gen.train_data(data)
    raw = next(iter(pipeline.create_data_generator().generate()))
    with pipeline.generate_input_samples(auto_repeat=False) as samples:
        sample = next(iter(samples))
    with pipeline.generate_input_batches(auto_repeat=False) as batches:
        inputs, targets, _ = next(iter(batches))
    outputs = trainer.scenario.model.create_graph().predict(inputs)
    losses = list(model.loss(inputs, targets, outputs))
    generator = Box(MAIN, "data generator", [type(pipeline.create_data_generator()).__name__], described(raw.inputs))
    graph = trainer.scenario.model.graph_cls().__name__
    kind, monitored = model.best_logging_settings()

    def read(mode: PipelineMode, with_targets: bool) -> List[Box]:
        values = {**sample.inputs, **(sample.targets if with_targets else {})}
        batch = {**inputs, **(targets if with_targets else {})}
        pre_proc = processors(scenario, "pre_proc", mode)._replace(result=described(values))
        return [generator, pre_proc, Box(pre_proc.place, "batches", ["padded, in shared memory"], described(batch))]

    training = read(PipelineMode.TRAINING, with_targets=True)
    training.append(Box(TENSORFLOW, "graph", [graph], described(outputs)))
    training.append(
        Box(TENSORFLOW, "model", [type(model).__name__], [f"loss: {', '.join(losses)}", f"best: {kind} {monitored}"])
    )
    prediction = read(PipelineMode.PREDICTION, with_targets=False)
    prediction.append(Box(TENSORFLOW, "exported graph", ["best/serve"], described(outputs)))
    prediction.append(processors(scenario, "post_proc", PipelineMode.PREDICTION)._replace(result=["a sample each"]))
    prediction.append(Box(MAIN, "reader", [scenario.predictor_cls().__name__, "or Evaluator, or HTTP"], []))
    return {"training": training, "evaluation, prediction, serving": prediction}


def draw_box(box: Box, x: int, y: int, is_last: bool) -> str:
    """Return the drawing of a station, with what comes out of it below, and an arrow to the next one."""
    _, fill, stroke = PLACES[box.place]
    lines = [f'<text class="title" x="{x + WIDTH / 2:.0f}" y="{y + 20}">{box.title}</text>']
    lines += [
        f'<text x="{x + WIDTH / 2:.0f}" y="{y + 38 + i * LINE}">{text}</text>' for i, text in enumerate(box.parts)
    ]
    lines += [
        f'<text class="result" x="{x + WIDTH / 2:.0f}" y="{y + HEIGHT - 14 + i * LINE}">{text}</text>'
        for i, text in enumerate(box.result)
    ]
    arrow = "" if is_last else f'<path class="arrow" d="M{x + WIDTH + 3},{y + 36}h{GAP - 10}"/>'
    frame = f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT - 34}" rx="6" fill="{fill}" stroke="{stroke}"/>'
    return "\n".join([frame, *lines, arrow])


def picture(scenario_cls: type) -> str:
    """Return the SVG."""
    rows = stations(scenario_cls)
    columns = max(map(len, rows.values()))
    row_height = HEIGHT + 2 * LINE + TOP
    width, height = 2 * LEFT + columns * (WIDTH + GAP) - GAP, len(rows) * row_height + 50
    drawn = []
    for row, (title, boxes) in enumerate(rows.items()):
        y = row * row_height + TOP
        drawn.append(f'<text class="row" x="{LEFT}" y="{y - 14}">{title}</text>')
        drawn += [
            draw_box(box, LEFT + i * (WIDTH + GAP), y, is_last=i + 1 == len(boxes)) for i, box in enumerate(boxes)
        ]
    for i, (name, fill, stroke) in enumerate(PLACES.values()):
        x = LEFT + i * 220
        drawn.append(f'<rect x="{x}" y="{height - 32}" width="18" height="14" rx="3" fill="{fill}" stroke="{stroke}"/>')
        drawn.append(f'<text class="legend" x="{x + 26}" y="{height - 20}">{name}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">\n'
        "<title>The way of a sample through a scenario</title>\n"
        '<defs><marker id="head" markerWidth="8" markerHeight="8" refX="6" refY="4" orient="auto">'
        '<path d="M0,0L8,4L0,8z" fill="#57606a"/></marker></defs>\n'
        "<style>text{font:12px sans-serif;fill:#24292f;text-anchor:middle}.title,.row{font-weight:bold}"
        ".row,.legend{text-anchor:start}.row{font-size:14px}.result{font:11px monospace;fill:#57606a}"
        ".arrow{fill:none;stroke:#57606a;stroke-width:1.5;marker-end:url(#head)}</style>\n"
        f'<rect width="{width}" height="{height}" fill="#fff"/>\n' + "\n".join(drawn) + "\n</svg>\n"
    )


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    scenario = import_scenario(sys.argv[2] if len(sys.argv) > 2 else SCENARIO)
    Path(sys.argv[1]).write_text(picture(scenario), encoding="utf-8")
