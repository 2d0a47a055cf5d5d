# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The picture of the learning rate schedules in the manual.

python -m benchmarks.plot_schedules docs/images/schedules.svg
"""

import sys
from pathlib import Path
from typing import List

from tfaip.trainer.scheduler import (
    ChainedParams,
    Constant,
    CosineDecayParams,
    ExponentialDecayParams,
    LearningRateParams,
    PiecewiseConstantParams,
    WarmupConstantCosineDecayParams,
    WarmupCosineDecayParams,
    WarmupDecayParams,
    WarmupParams,
)

EPOCHS, STEPS_PER_EPOCH = 40, 8
COLUMNS, WIDTH, HEIGHT, GAP = 3, 230, 90, 44
DECAY = {"lr_decay_rate": 0.8}
COSINE = {**DECAY, "final_epochs": 10}
# what follows --learning_rate, and the parameters that it means
SCHEDULES = [
    ("Constant", Constant()),
    ("ExponentialDecay", ExponentialDecayParams(**DECAY)),
    ("ExponentialDecay, decay_min_fraction 0.3", ExponentialDecayParams(decay_min_fraction=0.3, **DECAY)),
    ("CosineDecay, final_epochs 10", CosineDecayParams(**COSINE)),
    ("CosineDecay, final_epochs 40, lr_decay_rate 1", CosineDecayParams(final_epochs=40, lr_decay_rate=1.0)),
    ("WarmupCosineDecay, warmup_epochs 8", WarmupCosineDecayParams(warmup_epochs=8, **COSINE)),
    (
        "WarmupConstantCosineDecay",
        WarmupConstantCosineDecayParams(warmup_epochs=8, constant_epochs=8, **COSINE),
    ),
    ("WarmupDecay, warmup_epochs 8", WarmupDecayParams(warmup_epochs=8)),
    ("PiecewiseConstant 15 30 / 0.4 0.1", PiecewiseConstantParams(boundaries=[15, 30], factors=[0.4, 0.1])),
    (
        "Warmup of CosineDecay",
        WarmupParams(warmup_epochs=6, schedule=CosineDecayParams(final_epochs=40, lr_decay_rate=1.0)),
    ),
    (
        "Warmup of PiecewiseConstant",
        WarmupParams(warmup_epochs=6, schedule=PiecewiseConstantParams(boundaries=[20], factors=[0.3])),
    ),
    (
        "Chained: Constant, then CosineDecay",
        ChainedParams(
            parts=[Constant(lr=0.001), CosineDecayParams(lr=0.0006, lr_decay_rate=1.0, final_epochs=28)], lengths=[12]
        ),
    ),
]


def rates(params: LearningRateParams) -> List[float]:
    """Return the rate of each step, as part of 0.001."""
    params.epochs, params.steps_per_epoch = EPOCHS, STEPS_PER_EPOCH
    schedule = params.create()
    return [float(schedule(step)) / 0.001 for step in range(EPOCHS * STEPS_PER_EPOCH)]


def panel(title: str, values: List[float], x: float, y: float) -> str:
    """Return the drawing of one schedule at a place."""
    places = [(f"{x + WIDTH * step / len(values):.1f}", f"{y + HEIGHT * (1 - v):.1f}") for step, v in enumerate(values)]
    # of points at the same height only the first and the last one
    middle = range(1, len(places) - 1)
    same = {i for i in middle if places[i - 1][1] == places[i][1] == places[i + 1][1]}
    points = " ".join(",".join(place) for i, place in enumerate(places) if i not in same)
    ticks = "".join(
        f'<text class="tick" x="{x + WIDTH * epoch / EPOCHS:.0f}" y="{y + HEIGHT + 14}">{epoch}</text>'
        for epoch in range(0, EPOCHS + 1, 10)
    )
    return (
        f'<text class="title" x="{x}" y="{y - 8}">{title}</text>'
        f'<path class="axis" d="M{x},{y}v{HEIGHT}h{WIDTH}"/>{ticks}<polyline class="rate" points="{points}"/>\n'
    )


def picture() -> str:
    """Return the SVG with all schedules: the rate over the epochs, from 0 to the base rate."""
    rows = (len(SCHEDULES) + COLUMNS - 1) // COLUMNS
    width, height = COLUMNS * (WIDTH + 50) + 10, rows * (HEIGHT + GAP) + 16
    panels = "".join(
        panel(title, rates(params), 30 + i % COLUMNS * (WIDTH + 50), 26 + i // COLUMNS * (HEIGHT + GAP))
        for i, (title, params) in enumerate(SCHEDULES)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">\n'
        "<title>Learning rate schedules over 40 epochs</title>\n"
        "<style>text{font-family:sans-serif;fill:#333}.title{font-size:10px;font-weight:bold}"
        ".tick{font-size:9px;text-anchor:middle}.axis{fill:none;stroke:#999}"
        ".rate{fill:none;stroke:#0969da;stroke-width:2}</style>\n"
        f'<rect width="{width}" height="{height}" fill="#fff"/>\n{panels}</svg>\n'
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(picture(), encoding="utf-8")
