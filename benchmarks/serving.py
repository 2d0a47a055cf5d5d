# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-serve`` under load: batches of samples of different requests against one sample after the other.

The network is recurrent, of the size of those that read lines of text, with random weights; each request is a line of
a random width. Both services run at once, one of them asked at a time, in turn for several rounds, so that both meet
the same load of the machine; clients keep their connections and send the next request when the answer has come. The
processor time of a request depends less on what else the machine does.

    python -m benchmarks.serving                          # 64 connections, 3 rounds of 20 seconds
    python -m benchmarks.serving --connections 8 --rounds 1
"""

import argparse
import asyncio
import base64
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
HEIGHT = 48
_SETTLING_SECONDS = 2.0
_FIGURES = ("per_second", "p50_ms", "p99_ms", "processor_ms")


class Service:
    """The program, as a process of its own.

    Args:
        model: The model directory.
        max_batch_size: The most samples of a batch.
    """

    def __init__(self, model: str, max_batch_size: int):
        command = [sys.executable, "-m", "tfaip.scripts.serve", "--export_dir", model, "--port", "0"]
        command += ["--serve.max_batch_size", str(max_batch_size)]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "TFAIP_LOG_LEVEL": "warning"}
        self.process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if "http://" not in line:
            raise RuntimeError("The service did not start.")
        self.host, port = line.split("http://")[1].split(",")[0].split(":")
        self.port = int(port)

    def processor_seconds(self) -> float:
        """Return the processor time that the service has taken."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self) -> int:
        """End the service and return its exit code."""
        self.process.terminate()
        return self.process.wait()


def requests(number: int, smallest: int, largest: int) -> list[bytes]:
    """Return requests with lines of random widths."""
    rng = np.random.default_rng(0)
    result = []
    for _ in range(number):
        shape = [int(rng.integers(smallest, largest + 1)), HEIGHT]
        pixels = rng.integers(0, 256, shape, "uint8").tobytes()
        array = {"b64": base64.b64encode(pixels).decode(), "dtype": "uint8", "shape": shape}
        body = json.dumps({"inputs": array}).encode()
        head = f"POST /predict HTTP/1.1\nHost: x\nContent-Type: application/json\nContent-Length: {len(body)}\n\n"
        result.append(head.replace("\n", "\r\n").encode() + body)
    return result


class Load:
    """Connections that send requests, and what they saw.

    Attributes:
        answers: The number of all answers.
        seconds: Of each answer, after the settling.
        errors: The first lines of answers that are none, and exceptions.
    """

    def __init__(self, host: str, port: int, messages: list[bytes]):
        self._address = (host, port)
        self._messages = messages
        self._end = 0.0
        self._start = 0.0
        self.answers = 0
        self.seconds: list[float] = []
        self.errors: list[str] = []

    async def run(self, connections: int, seconds: float) -> None:
        """Send requests for some seconds, after some to settle."""
        self._start = time.perf_counter() + _SETTLING_SECONDS
        self._end = self._start + seconds
        await asyncio.gather(*(self._client(number) for number in range(connections)))

    async def _client(self, number: int) -> None:
        try:
            reader, writer = await asyncio.open_connection(*self._address)
            while (sent := time.perf_counter()) < self._end:
                number += 1
                writer.write(self._messages[number % len(self._messages)])
                status = await _answer(reader)
                self.answers += 1
                if status != 200:
                    self.errors.append(str(status))
                elif self._start <= (now := time.perf_counter()) <= self._end:
                    self.seconds.append(now - sent)
            writer.close()
        except (OSError, asyncio.IncompleteReadError) as error:
            self.errors.append(repr(error))


async def _answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
    await reader.readexactly(length)
    return int(head.split()[1])


def measure(service: Service, messages: list[bytes], connections: int, seconds: float) -> dict[str, Any]:
    """Return the figures of a service under load."""
    load = Load(service.host, service.port, messages)
    before = service.processor_seconds()
    asyncio.run(load.run(connections, seconds))
    used = service.processor_seconds() - before
    milliseconds = np.array(load.seconds) * 1000
    return {
        "per_second": len(load.seconds) / seconds,
        "p50_ms": float(np.percentile(milliseconds, 50)),
        "p99_ms": float(np.percentile(milliseconds, 99)),
        "processor_ms": 1000 * used / load.answers,
        "errors": load.errors,
    }


def main() -> None:
    """Run the comparison and print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=20.0, help="seconds of a round")
    parser.add_argument("--rounds", type=int, default=3, help="number of rounds; medians count")
    parser.add_argument("--max_batch_size", type=int, default=32)
    parser.add_argument("--widths", type=int, nargs=2, default=(300, 600), help="the smallest and the largest width")
    options = parser.parse_args()
    messages = requests(200, *options.widths)
    sizes = {"batch size 1": 1, f"batches of up to {options.max_batch_size}": options.max_batch_size}
    rounds: dict[str, list[dict[str, Any]]] = {name: [] for name in sizes}
    with tempfile.TemporaryDirectory() as folder:
        code = "import sys; from benchmarks.lines.scenario import export_lines; export_lines(sys.argv[1])"
        subprocess.run([sys.executable, "-c", code, folder], check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
        services = {name: Service(folder, size) for name, size in sizes.items()}
        for _ in range(options.rounds):
            for name, service in services.items():
                rounds[name].append(measure(service, messages, options.connections, options.seconds))
        codes = [service.end() for service in services.values()]
    result: dict[str, Any] = {
        name: {key: statistics.median(item[key] for item in items) for key in _FIGURES}
        for name, items in rounds.items()
    }
    first, second = result.values()
    result["processor_ratio"] = first["processor_ms"] / second["processor_ms"]
    result["ratio"] = second["per_second"] / first["per_second"]
    result["errors"] = [error for items in rounds.values() for item in items for error in item["errors"]]
    result["exit_codes"] = codes
    print("| | requests a second | median | p99 | processor time of a request |\n|:---|---:|---:|---:|---:|")
    for name in sizes:
        figures = result[name]
        times = " | ".join(f"{figures[key]:.0f} ms" for key in ("p50_ms", "p99_ms", "processor_ms"))
        print(f"| {name} | {figures['per_second']:.1f} | {times} |")
    ratios = f"ratio: {result['ratio']:.2f}, of processor time: {result['processor_ratio']:.2f}"
    print(f"\n{ratios}, errors: {len(result['errors'])}\n")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
