# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A web page with the runs in directories: a server that only reads them, and the page itself."""
