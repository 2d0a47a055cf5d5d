# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Stands for ``tfaip-resume-training``: waits for a file, then comes to the end of the training, or fails."""

import json
import os
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    run = Path(sys.argv[1])
    (run / "arguments.json").write_text(
        json.dumps([sys.argv[1:], os.getcwd(), sys.path, os.environ["CUDA_VISIBLE_DEVICES"]])
    )
    end = time.monotonic() + 600
    while not (run / "go").exists() and time.monotonic() < end:
        time.sleep(0.05)
    if (run / "go").read_text() == "fail":
        print("error: There is no checkpoint.\n  where:    here", file=sys.stderr)
        sys.exit(2)
    status = json.loads((run / "status.json").read_text())
    (run / "new.json").write_text(json.dumps({**status, "state": "finished"}))
    os.replace(run / "new.json", run / "status.json")
