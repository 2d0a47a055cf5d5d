# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Prediction against the bare SavedModel: throughput, latency of one sample, time to the first prediction.

Both sides run in turn, so that all meet the same load; ratios and differences are those of a round, medians count.

* throughput: a predictor with two worker processes, from raw images to samples, against a loop over the signature with
  ready NumPy batches; the CNN of the tutorial at batches of 128, and one that takes 20 ms or more a batch.
* latency: one sample through ``predict_raw`` against one call of the signature.
* start: a new process up to its first prediction, against one that imports TensorFlow and loads the SavedModel.

    python -m benchmarks.prediction                 # 3 minutes
    python -m benchmarks.prediction --rounds 2 --parts latency
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np

PARTS = ("throughput", "latency", "start")
WORKERS = 2

# name, filters of the convolutions, batch size, number of samples, smallest ratio
NETWORKS = (
    ("CNN of the tutorial", (16, 32), 128, 128 * 60, 0.6),
    ("20 ms a batch or more", (128, 256), 16, 16 * 60, 0.9),
)
MAX_LATENCY = 0.002
MAX_START = 0.5

BARE_START = """
import time
start = time.perf_counter()
import tensorflow as tf
imported = time.perf_counter()
tf.saved_model.load({serve!r})
print(time.perf_counter() - start, imported - start)
"""
OUR_START = """
import time
start = time.perf_counter()
import numpy as np
from examples.tutorial.full.scenario import TutorialScenario
from tfaip import PredictorParams
predictor = TutorialScenario.create_predictor({folder!r}, PredictorParams(silent=True))
sample, = predictor.predict_raw([np.zeros([28, 28], "uint8")])
print(time.perf_counter() - start)
"""


def export(folder: str, filters: tuple[int, ...]) -> None:
    """Write a model directory of the tutorial's CNN with untrained weights."""
    from examples.tutorial.full.graphs.params import ConvGraphParams
    from examples.tutorial.full.scenario import TutorialScenario

    params = TutorialScenario.default_params()
    params.model.graph = ConvGraphParams(filters=list(filters))
    scenario = TutorialScenario(params)
    assert scenario.keras_train_model is not None
    scenario.export(folder)


def create_predictor(folder: str, batch_size: int) -> Any:
    """Return a predictor with two worker processes."""
    from examples.tutorial.full.scenario import TutorialScenario
    from tfaip import PredictorParams
    from tfaip.data.databaseparams import DataPipelineParams

    pipeline = DataPipelineParams(batch_size=batch_size, num_processes=WORKERS)
    return TutorialScenario.create_predictor(folder, PredictorParams(silent=True, pipeline=pipeline))


def signature_of(folder: str) -> Callable[[np.ndarray], Any]:
    """Return the bare signature of a model directory, from an array of images to arrays."""
    import tensorflow as tf

    loaded = tf.saved_model.load(os.path.join(folder, "serve"))
    signature = loaded.signatures["serving_default"]

    def call(images: np.ndarray) -> Any:
        outputs = signature(img=tf.constant(images))
        return loaded and {name: tensor.numpy() for name, tensor in outputs.items()}

    return call


def seconds_of(function: Callable[[], Any]) -> float:
    """Return what a call takes."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def measure_throughput(folder: str, batch_size: int, n_samples: int, rounds: int) -> dict[str, Any]:
    """Return the rates of both sides and the ratio of each round."""
    images = np.random.RandomState(0).randint(0, 256, [n_samples, 28, 28]).astype("uint8")
    batches = np.split(images.astype("float32") / 255, n_samples // batch_size)
    signature, predictor = signature_of(folder), create_predictor(folder, batch_size)
    raw = list(images)

    def bare() -> None:
        for batch in batches:
            signature(batch)

    def ours() -> None:
        assert sum(1 for _ in predictor.predict_raw(raw)) == n_samples

    def ours_in_batches() -> None:
        assert sum(1 for _ in predictor.predict_raw(raw, batched=True)) == len(batches)

    sides = {"bare": bare, "samples": ours, "batches": ours_in_batches}
    for side in sides.values():
        side()
    times = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            times[name].append(seconds_of(side))
    predictor.close()
    return {
        "ms_per_batch": 1000 * statistics.median(times["bare"]) / len(batches),
        "rates": {name: n_samples / statistics.median(values) for name, values in times.items()},
        "ratios": [b / o for b, o in zip(times["bare"], times["samples"], strict=True)],
        "ratios_batched": [b / o for b, o in zip(times["bare"], times["batches"], strict=True)],
    }


def measure_latency(folder: str, n_calls: int) -> dict[str, Any]:
    """Return the seconds of one sample on both sides."""
    image = np.random.RandomState(0).randint(0, 256, [28, 28]).astype("uint8")
    ready = (image.astype("float32") / 255)[np.newaxis]
    signature, predictor = signature_of(folder), create_predictor(folder, 16)
    times: dict[str, list[float]] = {"bare": [], "predict_raw": [], "raw": []}
    with predictor.raw() as predict:
        for number in range(n_calls + 20):
            measured = {
                "bare": seconds_of(lambda: signature(ready)),
                "predict_raw": seconds_of(lambda: next(predictor.predict_raw([image]))),
                "raw": seconds_of(lambda: predict(image)),
            }
            for name, seconds in measured.items():
                if number >= 20:
                    times[name].append(seconds)
    differences = [ours - bare for ours, bare in zip(times["predict_raw"], times["bare"], strict=True)]
    return {**{name: statistics.median(values) for name, values in times.items()}, "differences": differences}


def measure_start(folder: str, rounds: int) -> dict[str, Any]:
    """Return the seconds of new processes."""
    bare_code = BARE_START.format(serve=os.path.join(folder, "serve"))
    our_code = OUR_START.format(folder=folder)
    run_code(our_code)
    bare, ours, imports = [], [], []
    for _ in range(rounds):
        seconds, imported = run_code(bare_code)
        bare.append(seconds)
        imports.append(imported)
        ours.append(run_code(our_code)[0])
    return {
        "bare": bare,
        "ours": ours,
        "import": imports,
        "differences": [o - b for o, b in zip(ours, bare, strict=True)],
    }


def run_code(code: str) -> list[float]:
    """Run Python code in a process of its own and return the numbers that it prints."""
    env = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2"}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed is compiled
    output = subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True).stdout
    return [float(word) for word in output.split()]


def report_throughput(name: str, limit: float, result: dict[str, Any]) -> None:
    """Print a row for a network."""
    rates = result["rates"]
    ratio, batched = statistics.median(result["ratios"]), statistics.median(result["ratios_batched"])
    shown = " ".join(f"{value:.2f}" for value in result["ratios"])
    print(
        f"{name}: {result['ms_per_batch']:.1f} ms a batch; samples/s: signature {rates['bare']:,.0f}, predictor"
        f" {rates['samples']:,.0f} ({ratio:.2f}, at least {limit}; rounds {shown}), in batches {rates['batches']:,.0f}"
        f" ({batched:.2f})"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--json", help="write all numbers to this file")
    args = parser.parse_args()
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as root:
        folders = [os.path.join(root, str(number)) for number in range(len(NETWORKS))]
        for folder, (_, filters, *_) in zip(folders, NETWORKS, strict=True):
            export(folder, filters)
        if "throughput" in args.parts:
            for folder, (name, _, batch_size, n_samples, limit) in zip(folders, NETWORKS, strict=True):
                results[name] = measure_throughput(folder, batch_size, n_samples, args.rounds)
                report_throughput(name, limit, results[name])
        if "latency" in args.parts:
            latency = results["latency"] = measure_latency(folders[0], 40 * args.rounds)
            more = statistics.median(latency["differences"])
            print(
                f"one sample: signature {1000 * latency['bare']:.2f} ms, predict_raw"
                f" {1000 * latency['predict_raw']:.2f} ms ({1000 * more:+.2f} ms, at"
                f" most {1000 * MAX_LATENCY:+.1f}), raw() {1000 * latency['raw']:.2f} ms"
            )
        if "start" in args.parts:
            start = results["start"] = measure_start(folders[0], args.rounds)
            print(
                f"to the first prediction: TensorFlow and its load {statistics.median(start['bare']):.2f} s (import"
                f" {statistics.median(start['import']):.2f} s), predictor {statistics.median(start['ours']):.2f} s"
                f" ({statistics.median(start['differences']):+.2f} s, at most {MAX_START:+.1f})"
            )
    if args.json:
        with open(args.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=2)


if __name__ == "__main__":
    main()
