# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Reading runs: which there are, how far they are, and all that their records hold.

Nothing is written into a run, nothing that its files name is imported, and no link of a run is followed.
"""
