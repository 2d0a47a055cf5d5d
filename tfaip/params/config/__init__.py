# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Configuration files: parameter trees in YAML or JSON.

`reader` makes entries (`entry`) of a file (`yamltext`, `jsontext`), `values` finds the entries of a parameter, `apply`
lets them choose and set while the tree of flags grows, `explain` tells what no parameter took. `writer` gives a tree
the form that is read, `dump` makes a text of it.
"""
