# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The flags of parameter trees as plain data, for completion in the shell without importing what defines them.

`plaintree` makes the data of the trees of a program, `flags` tells which flags apply to a command line, `fileclasses`
what the configuration files on it choose, `cache` keeps the data on disk.
"""
