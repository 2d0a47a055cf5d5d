# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The pipeline of the program."""

from tfaip.data.pipeline.datapipeline import DataGenerator, DataPipeline


class LinePipeline(DataPipeline):
    def __init__(self, pipeline_params, data_base, generator_params, input_processors=None, output_processors=None):
        super().__init__(pipeline_params, data_base, generator_params, input_processors, output_processors)
        # what is behind the model is quick
        self._output_processors.run_parallel = False
        self._reader = None

    def reader(self):
        if self._reader is None:
            self._reader = self.generator_params.create(self.mode)
        return self._reader

    def create_data_generator(self) -> DataGenerator:
        reader = self.reader()

        class Gen(DataGenerator):
            def __len__(self):
                return len(reader)

            def generate(self):
                return reader.generate()

        return Gen(self.mode, self.generator_params)
