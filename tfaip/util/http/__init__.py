# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What services over HTTP share: the socket, connections with limits of time, and the end in order."""
