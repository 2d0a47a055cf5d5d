# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The tour of ``make demo``: train on MNIST for a short while, evaluate, predict image files, say how to go on.

Every step is a command that a user could type; it is shown before it runs.
"""

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
N_DIGITS = 10
EXPECTED_ACCURACY = 0.9


def main(args: list[str] | None = None) -> int:
    """Run the tour and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output_dir", default="demo_model", help="where the model goes; an older demo is removed")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--samples_per_epoch", type=int, default=10000)
    options = parser.parse_args(args)
    os.chdir(ROOT)
    model = Path(options.output_dir)
    clear(model)

    title("1. Train a small network on the handwritten digits of MNIST")
    run(
        *["tfaip-train", "examples.tutorial.full", "--model.graph", "CNN"],
        *["--trainer.epochs", str(options.epochs), "--trainer.samples_per_epoch", str(options.samples_per_epoch)],
        *["--trainer.output_dir", str(model)],
    )
    title("2. Evaluate the best model on the 10,000 digits of the test set")
    result = last_json(run("tfaip-lav", "--export_dir", str(model / "best"), capture=True))

    title("3. Predict image files")
    files = write_test_digits(model / "digits")
    run("tfaip-predict", "--export_dir", str(model / "best"), "--data.image_files", *files)

    accuracy = float(result["acc"])
    title(f"Accuracy on the test set: {accuracy:.2%}")
    print_next_steps(model)
    if accuracy < EXPECTED_ACCURACY:
        print(f"This is less than the {EXPECTED_ACCURACY:.0%} that the demo should reach.", file=sys.stderr)
        return 1
    return 0


def clear(model: Path) -> None:
    """Remove the model of an earlier demo, and nothing that is not a model."""
    if not model.exists():
        return
    if any(model.iterdir()) and not (model / "trainer_params.json").exists() and not (model / "train.log").exists():
        sys.exit(f"{model} exists and does not look like a model; name another place with --output_dir.")
    shutil.rmtree(model)


def title(text: str) -> None:
    """Print a line that stands out."""
    print(f"\n=== {text}", flush=True)


def run(program: str, *args: str, capture: bool = False) -> str:
    """Show and run a program of this environment.

    Args:
        program: A console script.
        *args: Its arguments.
        capture: Return what it prints on its standard output, besides showing it. Otherwise the program writes straight
            to the terminal, which a live progress bar needs.
    """
    print(f"$ {shlex.join([program, *args])}", flush=True)
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    command = [str(Path(sys.executable).parent / program), *args]
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE if capture else None,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
    )
    if capture:
        print(done.stdout, flush=True)
    if done.returncode != 0:
        sys.exit(f"{program} failed with exit code {done.returncode}; its messages are above.")
    return done.stdout or ""


def last_json(text: str) -> dict:
    """Return the last JSON object of a program's output that has an accuracy."""
    found = None
    for position in (i for i, char in enumerate(text) if char == "{"):
        try:
            value, _ = json.JSONDecoder().raw_decode(text, position)
        except json.JSONDecodeError:
            continue
        if "acc" in value:
            found = value
    if found is None:
        sys.exit("tfaip-lav printed no result with an accuracy.")
    return found


def write_test_digits(folder: Path) -> list[str]:
    """Write the first digits of the MNIST test set as PNG files whose names tell the right answer."""
    sys.path.insert(0, str(ROOT))
    from examples.datasets.mnist import load_mnist
    from examples.tutorial.full.data.image_files import write_digit

    data = load_mnist()
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for i in range(N_DIGITS):
        files.append(str(folder / f"test_{i}_is_a_{data.y_test[i]}.png"))
        write_digit(files[-1], data.x_test[i])
    return files


def print_next_steps(model: Path) -> None:
    """Print three commands to go on with."""
    program = os.path.relpath(Path(sys.executable).parent, ROOT)
    print("Go on with")
    print(f"  export PYTHONPATH={shlex.quote(str(ROOT))}        # where the models find their scenario")
    print(f"  {program}/tfaip-train examples.tutorial.full --model.graph MLP --model.graph.nodes 200 100 50 \\")
    print("      --trainer.output_dir models/mlp        # another network, on all digits")
    print(f"  {program}/tfaip-predict --export_dir {model}/best --data.image_files YOUR_IMAGE.png")
    print(f"  {program}/tensorboard --logdir {model}        # the curves of the training")


if __name__ == "__main__":
    sys.exit(main())
