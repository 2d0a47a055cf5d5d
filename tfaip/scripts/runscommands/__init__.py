# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The subcommands of ``tfaip-runs``: each module has a ``main(args)``, which returns the exit code."""
