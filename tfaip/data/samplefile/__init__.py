# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Files of samples: one zip archive of JSON and raw arrays, written and read in bounded memory. No pickle.

``docs/formats.md`` describes the format.
"""

from tfaip.data.samplefile.reader import SampleFileReader, read_samples
from tfaip.data.samplefile.writer import SampleFileWriter

__all__ = ["SampleFileReader", "SampleFileWriter", "read_samples"]
