# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Writing predicted samples to files: JSON lines, tables, pictures."""

from tfaip.predict.results.create import check_result_path, create_result_writer, is_folder
from tfaip.predict.results.writer import ResultWriter

__all__ = ["ResultWriter", "check_result_path", "create_result_writer", "is_folder"]
