# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Several lists with a line for each sample become batches."""

from pathlib import Path

import numpy as np
import pytest

from tfaip.data.generators.batchedmultilists import (
    BatchedMultiListDataGenerator,
    BatchedMultiListDataGeneratorParams,
    parse_file,
    read_2column_text,
)
from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.data.pipeline.errors import SampleError
from tfaip.util.errors import UserFileNotFoundError, UserValueError


class SpeechGenerator(BatchedMultiListDataGenerator[BatchedMultiListDataGeneratorParams]):
    folder: Path

    def lists(self):
        return {"speech": self.folder / "speech", "text": self.folder / "text"}

    def list_types(self):
        return {"speech": "input", "text": "target"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(SpeechGenerator, "folder", tmp_path, raising=False)
    (tmp_path / "speech").write_text("a a.wav\nb b.wav\nc my file.wav\nunused x.wav\n")
    (tmp_path / "text").write_text("c hello  you\nb\na A\n")
    (tmp_path / "shapes").write_text("a 3,2\nb 1,2\nc 4,2\n")
    return tmp_path


def create(folder, mode=PipelineMode.EVALUATION, batch_bins=8, cls=SpeechGenerator, seed=1):
    params = BatchedMultiListDataGeneratorParams(shape_files=[str(folder / "shapes")], batch_bins=batch_bins)
    generator = cls(mode, params)
    generator.rng = np.random.default_rng(seed)
    return generator


def ids(batches):
    return ["".join(sample.meta["id"] for sample in batch) for batch in batches]


def test_batches_hold_the_values_of_all_lists(folder):
    generator = create(folder)
    # b: 2, ba: 2 * 3 * 2 exceeds 8; c: 8
    first, second = generator.generate()
    assert ids([first, second]) == ["ab", "c"]
    assert second[0].inputs == {"speech": "my file.wav"}
    assert second[0].targets == {"text": "hello  you"}
    assert first[1].targets == {"text": ""}
    assert (len(generator), generator.yields_batches(), generator.steps_per_epoch(16)) == (3, True, 2)


def test_lists_that_a_mode_does_not_need_are_not_read(folder):
    (folder / "text").unlink()
    ((sample, _), _) = create(folder, PipelineMode.PREDICTION).generate()
    assert (sample.inputs, sample.targets) == ({"speech": "a.wav"}, None)
    with pytest.raises(UserFileNotFoundError, match="text"):
        create(folder).generate()


def test_training_has_another_order_in_each_pass_and_the_same_for_the_same_seed(folder):
    def passes(seed):
        generator = create(folder, PipelineMode.TRAINING, batch_bins=1, seed=seed)
        return [ids(generator.generate()) for _ in range(8)]

    assert {"".join(sorted(order)) for order in passes(1)} == {"abc"}
    assert len({tuple(order) for order in passes(1)}) > 1
    assert passes(1) == passes(1) != passes(2)


def test_a_pass_is_continued_at_a_batch(folder):
    whole = ids(create(folder, PipelineMode.TRAINING, batch_bins=1).generate())
    for number in range(4):
        assert ids(create(folder, PipelineMode.TRAINING, batch_bins=1).generate_from(number)) == whole[number:]


def test_a_sample_that_a_list_lacks_is_named(folder):
    (folder / "text").write_text("c hello\na A\n")
    with pytest.raises(UserValueError) as error:
        create(folder).generate()
    assert "the sample 'b', which is in" in error.value.expected
    assert error.value.where == str(folder / "text")


def test_a_sample_that_cannot_be_loaded_is_named(folder):
    class Broken(SpeechGenerator):
        def load_sample(self, sample: Sample):
            return sample.new_inputs({"speech": np.zeros(int(sample.inputs["speech"] == "my file.wav") - 1)})

    with pytest.raises(SampleError, match="negative dimensions") as error:
        list(create(folder, cls=Broken).generate())
    assert error.value.where.startswith("sample a, sample 0")


def test_wrong_types_and_missing_shapes_are_explained(folder):
    class Wrong(SpeechGenerator):
        def list_types(self):
            return {"speech": "inputs"}

    with pytest.raises(UserValueError, match="Wrong.list_types"):
        create(folder, cls=Wrong).generate()
    with pytest.raises(UserValueError, match="shape_files"):
        len(SpeechGenerator(PipelineMode.TRAINING, BatchedMultiListDataGeneratorParams()))


def test_files_of_two_columns_are_read(folder):
    assert read_2column_text(folder / "text") == parse_file(folder / "text") == {"a": "A", "b": "", "c": "hello  you"}
    assert parse_file(folder / "shapes", "csv_float") == {"a": [3.0, 2.0], "b": [1.0, 2.0], "c": [4.0, 2.0]}
    (folder / "text").write_text("a A\nb B\na C\n")
    with pytest.raises(UserValueError, match="text, line 3") as error:
        read_2column_text(folder / "text")
    assert error.value.got == "a, which is in line 1"
