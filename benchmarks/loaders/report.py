# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The table and the plot of the measurements."""

import importlib.util
import json
import os
import platform
from pathlib import Path
from typing import Any

from benchmarks.loaders.measure import DATASET, DIRECT, REFERENCE, Rates
from benchmarks.loaders.work import KINDS

# what is asked for, by kind of work and contestant, as a ratio to the reference
WANTED = {
    ("python", DIRECT): 0.95,
    ("numpy", DIRECT): 0.9,
    ("overhead", DATASET): 3.0,
    ("overhead", DIRECT): 6.0,
    ("1MB", DIRECT): 0.4,
    ("16MB", DIRECT): 0.4,
}


def machine() -> str:
    """Return the processor, its cores and the versions."""
    import tensorflow as tf

    model = platform.processor()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = [line for line in cpuinfo.read_text(encoding="utf-8").splitlines() if line.startswith("model name")]
        model = lines[0].split(":", 1)[1].strip() if lines else model
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, TensorFlow {tf.__version__}"


def table(results: dict[str, Rates]) -> str:
    """Return a table in Markdown: samples a second, and in brackets the ratio to the reference."""
    names = list(dict.fromkeys(name for rates in results.values() for name in (*rates.samples, *rates.errors)))
    lines = ["| samples/s (ratio to the reference) | " + " | ".join(KINDS[kind].title for kind in results) + " |"]
    lines.append("|:---|" + "---:|" * len(results))
    for name in names:
        cells = [_cell(rates, name) for rates in results.values()]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(rates: Rates, name: str) -> str:
    if name not in rates.samples:
        return "fails"
    rate = f"{rates.median(name):,.0f}" if rates.median(name) >= 100 else f"{rates.median(name):.1f}"
    return rate if name == REFERENCE else f"{rate} ({rates.ratio(name):.2f})"


def verdicts(results: dict[str, Rates]) -> list[str]:
    """Return a line for each figure that is asked for."""
    lines = []
    for (kind, name), wanted in WANTED.items():
        if kind in results and name in results[kind].samples:
            got = results[kind].ratio(name)
            lines.append(f"{'reached' if got >= wanted else 'MISSED '} {kind}, {name}: {got:.2f}, asked {wanted}")
    for kind, rates in results.items():
        ours = max((rates.median(name) for name in (DIRECT, DATASET) if name in rates.samples), default=0.0)
        for name in rates.samples:
            if not name.startswith("tfaip") and name != REFERENCE:
                faster = ours >= rates.median(name)
                word = "faster " if faster else "SLOWER "
                lines.append(f"{word} {kind} than {name}: {ours / rates.median(name):.2f}")
    return lines


def save(results: dict[str, Rates], folder: Path, facts: dict[str, Any]) -> None:
    """Write all rates as JSON, the table, and the plot if matplotlib is installed."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {"facts": facts, "samples_per_second": {kind: rates.samples for kind, rates in results.items()}}
    (folder / "pipeline.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    (folder / "pipeline.md").write_text(table(results) + "\n", encoding="utf-8")
    if importlib.util.find_spec("matplotlib"):
        plot(results, folder / "pipeline.svg", facts["machine"])


def plot(results: dict[str, Rates], path: Path, title: str) -> None:
    """Draw the ratios to the reference as bars, on a logarithmic scale."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot as plt

    names = [
        name for name in dict.fromkeys(n for rates in results.values() for n in rates.samples) if name != REFERENCE
    ]
    figure, axes = plt.subplots(figsize=(11, 5.2), layout="constrained")
    width = 0.8 / len(names)
    for number, name in enumerate(names):
        places = [place + (number - (len(names) - 1) / 2) * width for place in range(len(results))]
        heights = [rates.ratio(name) if name in rates.samples else 0 for rates in results.values()]
        color = plt.get_cmap("Blues")(0.9 - 0.2 * number) if name.startswith("tfaip") else plt.get_cmap("Set2")(number)
        bars = axes.bar(places, heights, width * 0.92, label=name, color=color)
        axes.bar_label(bars, [f"{h:.2g}" if h else "" for h in heights], fontsize=7, padding=1)
    axes.axhline(1, color="0.4", linewidth=1)
    axes.set_yscale("log")
    axes.set_xticks(range(len(results)), [KINDS[kind].title.replace(", ", "\n") for kind in results])
    axes.set_ylabel("samples/s in multiples of the reference")
    axes.set_title(title, fontsize=9)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(fontsize=8, frameon=False, ncols=2)
    figure.savefig(path)
    figure.savefig(path.with_suffix(".png"), dpi=110)
    plt.close(figure)
