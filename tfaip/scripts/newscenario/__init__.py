# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A new scenario out of a template: `name` checks how it may be called, `template` finds and copies the files."""
