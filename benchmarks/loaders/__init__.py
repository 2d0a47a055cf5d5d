# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The work, the references and the contestants of the benchmark of the data pipeline."""
