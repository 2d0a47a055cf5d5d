#!/bin/sh
# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
#
# Usage: sh scripts/setup_venv.sh DIRECTORY
# Creates a virtual environment with the project (editable) and the extras devel and examples.
# Does nothing if the environment works and pyproject.toml is the one that was installed last.
# Environment: PYTHON = the interpreter to use (default: the newest supported one on the PATH).
set -eu

venv=$1
stamp=$venv/.installed
supported='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

# An existing name is not enough: version managers put commands on the PATH that only print an error.
is_supported() {
    "$1" -c "$supported" >/dev/null 2>&1
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        is_supported "$PYTHON" || fail "PYTHON=$PYTHON is not a Python 3.11, 3.12 or 3.13."
        printf '%s\n' "$PYTHON"
        return
    fi
    for name in python3.13 python3.12 python3.11 python3 python; do
        if is_supported "$name"; then
            printf '%s\n' "$name"
            return
        fi
    done
    fail "No suitable Python found." \
        "  expected: Python 3.11, 3.12 or 3.13 as python3.13, python3.12, python3.11, python3 or python on the PATH" \
        "  try:      install one of them, or name it: make PYTHON=/path/to/python3.12 ..."
}

# The stamp also holds the place: a moved or copied checkout has to be installed again.
fingerprint() {
    "$venv/bin/python" -c 'import hashlib, pathlib
print(hashlib.sha256(pathlib.Path("pyproject.toml").read_bytes()).hexdigest(), pathlib.Path.cwd())'
}

if is_supported "$venv/bin/python"; then
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint)" ]; then
        exit 0
    fi
else
    python=$(find_python)
    echo "Creating $venv with $("$python" --version) ..."
    rm -rf "$venv"
    if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
        # Debian splits off ensurepip; a pip of the system can still fill the environment.
        rm -rf "$venv"
        "$python" -m venv --without-pip "$venv" ||
            fail "$python cannot create a virtual environment." "  try:      install its venv module (Debian: python3-venv)"
        "$python" -m pip --python "$venv/bin/python" install --quiet --disable-pip-version-check pip ||
            fail "pip is missing in $venv." "  try:      install the venv module of $python (Debian: python3-venv)"
    fi
fi

echo "Installing the project and its dependencies into $venv (TensorFlow is large: minutes the first time) ..."
rm -f "$stamp"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --editable '.[devel,examples]' ||
    fail "The installation failed." "  try:      look at the messages above; a package registry must be reachable"
fingerprint >"$stamp"
