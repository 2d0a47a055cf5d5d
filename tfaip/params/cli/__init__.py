# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The command line of parameter trees.

How a line is read: `arguments` splits it, `plain` takes the program's own arguments, `nodes` grows the tree of flags
from the root dataclasses (what is chosen decides what grows below), `build` makes the instances, `diagnose` explains
what is left over, `help` prints the tree. `parser` puts them together.
"""
