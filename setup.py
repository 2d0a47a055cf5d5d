# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Entry point of tools that still call setup.py; all metadata is in pyproject.toml."""

from setuptools import setup

setup()
