# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A small git repository with the code of a scenario, and much that is none."""

import subprocess
from pathlib import Path

TRACKED = {
    "pkg/__init__.py": "",
    "pkg/scenario.py": "a = 1\n",
    "README.md": "text",
    "labels.txt": "a\nb\n",
    "images/one.png": "no picture",
    "table.csv": "1,2\n",
    "deploy/prod_secrets.yaml": "key: 1\n",
    ".gitignore": "ignored/\n",
}
NEW = {
    "pkg/new.py": "b = 2\n",
    "pkg/notes.txt": "mine",
    ".env": "PASSWORD=1\n",
    "ignored/lib.py": "c = 3\n",
    "models/a/trainer_params.json": "{}",
    "models/a/code/1/files/old.py": "old",
    "out/old.py": "x",
    "data/huge.npz": "1",
}


def git(root: Path, *args: str) -> str:
    command = [
        "git",
        "-C",
        str(root),
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b.c",
        "-c",
        "protocol.file.allow=always",
    ]
    return subprocess.run([*command, *args], check=True, capture_output=True, text=True).stdout.strip()


def write(root: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)


def create(root: Path) -> Path:
    write(root, TRACKED)
    (root / "binary.py").write_bytes(b"a\0b")
    (root / "large.py").write_text("#" * ((1 << 20) + 1))
    (root / "link.py").symlink_to("pkg/scenario.py")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first")
    write(root, NEW)
    return root
