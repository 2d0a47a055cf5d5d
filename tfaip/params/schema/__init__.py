# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""JSON Schemas of configuration files.

`catalogue` finds all classes that the trees of a program can hold, each with the defaults of its place. `types` has the
schemas of single values, `choice` those of dataclasses that can be chosen, `dotted` the keys with dots, `toplevel` the
keys at the top of a file. `document` puts them together.
"""
