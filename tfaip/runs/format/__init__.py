# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The files of the record of a run: their names, their content as dataclasses, writing and reading each of them."""
