# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
