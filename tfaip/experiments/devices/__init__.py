# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The devices of this machine that jobs run on."""
