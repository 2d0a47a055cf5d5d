# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Completion in the shell: the programs answer the protocol of argcomplete.

`finder` speaks the protocol, `candidates` finds what can stand at the cursor, `trees` has the flags of scenarios from
the cache, `scenarionames` and `paths` look into directories. Nothing here imports TensorFlow but the first look at a
scenario.
"""
