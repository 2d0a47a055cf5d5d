# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Lines come from the first source that has some, and reach the network in one form."""

import logging
import subprocess
import sys

import numpy as np
import pytest

from examples.atr.data import sources
from examples.atr.data.augmentation import AugmentProcessor
from examples.atr.data.codec import Codec, main
from examples.atr.data.data import AtrData
from examples.atr.data.decoding import DecodeProcessor, decode_greedily
from examples.atr.data.encoding import EncodeProcessor
from examples.atr.data.loading import LoadProcessor, read_transcription
from examples.atr.data.params import (
    AtrGeneratorParams,
    AugmentProcessorParams,
    DecodeProcessorParams,
    EncodeProcessorParams,
    LoadProcessorParams,
    ScaleProcessorParams,
)
from examples.atr.data.scaling import ScaleProcessor
from examples.datasets.pillow import write_image
from tfaip import PipelineMode, Sample
from tfaip.resource.resource import Resource
from tfaip.util.errors import UserError, UserFileNotFoundError, UserValueError

TRAINING, EVALUATION, PREDICTION = PipelineMode.TRAINING, PipelineMode.EVALUATION, PipelineMode.PREDICTION


def write_line(folder, name="a", text="some text", ending=".png", shape=(20, 60)):
    folder.mkdir(parents=True, exist_ok=True)
    pixels = np.full(shape, 200, "uint8")
    pixels[5:-5, 5:-5:4] = 30
    write_image(str(folder / f"{name}{ending}"), pixels)
    if text is not None:
        (folder / f"{name}.gt.txt").write_text(text + "\n")
    return str(folder / f"{name}{ending}")


def create(cls, params, mode=TRAINING, **data_params):
    data = AtrData.default_params()
    for name, value in data_params.items():
        setattr(data, name, value)
    processor = cls(params, data, mode)
    processor.seed_rng(3)
    return processor


def paths_of(mode=EVALUATION, **params):
    generator = AtrGeneratorParams(**params).create(mode)
    samples = [sample for sample, _ in zip(generator.generate(), range(100), strict=False)]
    assert all(sample.meta == {"path": sample.inputs} for sample in samples)
    return [sample.inputs for sample in samples]


@pytest.fixture
def places(tmp_path, monkeypatch):
    """A machine without lines, that cannot render any until a test says so."""

    def render(n):
        raise UserError("rendered")

    monkeypatch.delenv("TFAIP_ATR_DIR", raising=False)
    monkeypatch.setattr(sources, "WORKING_DIR", tmp_path / "workingdir")
    monkeypatch.setattr(sources, "rendered_lines", render)
    return tmp_path


def test_parameters_do_not_import_tensorflow():
    code = "import sys, examples.atr.params as p; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class TestSources:
    def test_named_images_come_before_all_else(self, places, monkeypatch):
        monkeypatch.setenv("TFAIP_ATR_DIR", str(places / "nowhere"))
        first, second = write_line(places / "l", "a"), write_line(places / "l", "b[1]")
        assert paths_of(image_files=[f"{places}/l/*.png"], lists=["unused.lst"]) == [first, second]
        assert paths_of(image_files=[second, first]) == [second, first]

    def test_a_pattern_without_files_is_an_error(self, places):
        with pytest.raises(UserFileNotFoundError, match=r"image_files.*\n.*nothing"):
            paths_of(image_files=[f"{places}/nothing/*.png"])

    def test_relative_paths_in_a_list_begin_at_its_folder(self, places):
        (places / "l").mkdir()
        (places / "l" / "some.lst").write_text("# lines\nx/a.png\n\n/abs/b.png\n")
        assert paths_of(lists=[str(places / "l" / "some.lst")]) == [str(places / "l" / "x/a.png"), "/abs/b.png"]

    def test_the_named_folder_is_used_before_the_working_directory(self, places, monkeypatch, caplog):
        write_line(places / "workingdir" / "mine" / "train")
        named = write_line(places / "named" / "train")
        monkeypatch.setenv("TFAIP_ATR_DIR", str(places / "named"))
        with caplog.at_level(logging.INFO):
            assert set(paths_of(TRAINING)) == {named}
        assert f"(train): 1 images of {places / 'named'}" in caplog.text

    def test_a_named_folder_without_lines_is_an_error_not_another_source(self, places, monkeypatch):
        write_line(places / "workingdir" / "mine" / "train")
        monkeypatch.setenv("TFAIP_ATR_DIR", str(places / "named"))
        with pytest.raises(UserFileNotFoundError, match=r"(?s)TFAIP_ATR_DIR.*named/train/a\.png.*a\.gt\.txt"):
            paths_of(TRAINING)

    def test_the_working_directory_is_used_before_anything_is_rendered(self, places):
        (places / "workingdir" / "empty").mkdir(parents=True)
        train = write_line(places / "workingdir" / "mine" / "train")
        test = write_line(places / "workingdir" / "mine" / "test")
        assert set(paths_of(TRAINING)) == {train}
        assert paths_of() == paths_of(part="test") == [test]

    def test_a_folder_may_have_lines_for_the_validation(self, places):
        test, val = (write_line(places / "workingdir" / "mine" / part) for part in ("test", "val"))
        write_line(places / "workingdir" / "mine" / "train")
        assert paths_of() == [val]
        assert paths_of(part="test") == [test]

    def test_lines_are_rendered_if_there_are_none(self, places, monkeypatch):
        with pytest.raises(UserError, match="rendered"):
            paths_of()
        monkeypatch.setattr(sources, "rendered_lines", lambda n: places / f"rendered-{n}")
        line = write_line(places / "rendered-7" / "val")
        assert paths_of(n_rendered=7) == [line]

    def test_training_mixes_lists_by_their_ratios(self, places):
        for name in "ab":
            (places / f"{name}.lst").write_text("".join(f"{name}{i}.png\n" for i in range(5)))
        paths = paths_of(TRAINING, lists=[str(places / "a.lst"), str(places / "b.lst")], list_ratios=[0, 1])
        assert len(paths) == 100
        assert set(paths) == {str(places / f"b{i}.png") for i in range(5)}


class TestLoading:
    @pytest.mark.parametrize("ending", [".png", ".bin.png"])
    def test_image_and_text(self, tmp_path, ending):
        path = write_line(tmp_path, text="  two\twords ", ending=ending)
        sample = create(LoadProcessor, LoadProcessorParams()).apply(
            Sample(inputs=path, targets=path, meta={"path": path})
        )
        assert (sample.inputs.shape, sample.inputs.dtype) == ((20, 60), np.uint8)
        assert sample.targets == "two words"
        assert sample.meta == {"path": path, "text": "two words"}

    def test_a_prediction_needs_no_text(self, tmp_path):
        path = write_line(tmp_path, text=None)
        processor = create(LoadProcessor, LoadProcessorParams(), PREDICTION)
        assert processor.apply(Sample(inputs=path, targets=path, meta={})).targets is None

    def test_a_missing_text_names_the_file_that_is_looked_for(self, tmp_path):
        path = write_line(tmp_path, text=None, ending=".bin.png")
        with pytest.raises(UserFileNotFoundError, match=r"(?s)a\.bin\.png.*a\.bin\.gt\.txt or a\.gt\.txt"):
            read_transcription(path)

    def test_a_broken_image_names_the_file(self, tmp_path):
        (tmp_path / "broken.png").write_bytes(b"no image")
        with pytest.raises(UserValueError, match=r"broken\.png"):
            create(LoadProcessor, LoadProcessorParams(), PREDICTION).apply(
                Sample(inputs=str(tmp_path / "broken.png"), meta={})
            )


class TestScaling:
    def test_lines_get_one_height_and_full_contrast(self):
        pixels = np.full((20, 60), 150, "uint8")
        pixels[8:12, 10:50] = 100
        scaled = create(ScaleProcessor, ScaleProcessorParams(), height=40).apply(Sample(inputs=pixels)).inputs
        assert scaled.shape == (120, 40)
        assert (scaled.min(), scaled.max()) == (0, 255)
        assert scaled[60, 20] == 255

    def test_a_line_of_one_colour_is_empty(self):
        pixels = np.full((20, 60), 150, "uint8")
        assert not create(ScaleProcessor, ScaleProcessorParams()).apply(Sample(inputs=pixels)).inputs.any()

    def test_other_arrays_are_refused(self):
        with pytest.raises(UserValueError, match=r"float64 of the shape \(3,\)"):
            create(ScaleProcessor, ScaleProcessorParams()).apply(Sample(inputs=np.zeros(3)))


class TestAugmentation:
    def line(self):
        return np.tile(np.arange(0, 192, 6, dtype="uint8"), (100, 1))

    def test_lines_look_different_but_keep_their_height(self):
        processor = create(AugmentProcessor, AugmentProcessorParams(share=1))
        lines = [processor.apply(Sample(inputs=self.line())).inputs for _ in range(3)]
        assert all(line.shape[1] == 32 and line.dtype == np.uint8 and 85 <= len(line) <= 115 for line in lines)
        assert len({line.tobytes() for line in lines}) == 3

    def test_it_can_be_switched_off(self):
        processor = create(AugmentProcessor, AugmentProcessorParams(share=0))
        np.testing.assert_array_equal(processor.apply(Sample(inputs=self.line())).inputs, self.line())

    def test_it_runs_in_the_training_only(self):
        assert AugmentProcessorParams().modes == {TRAINING}


class TestCodec:
    def test_texts_become_numbers_and_back(self, tmp_path):
        (tmp_path / "codec.txt").write_text("a\n \nb\n")
        codec = Codec.read(str(tmp_path / "codec.txt"))
        assert codec.encode("b a?") == [2, 1, 0]
        assert codec.decode([2, 1, 0]) == "b a"
        assert (len(codec), codec.blank, codec.unknown("a?!?")) == (3, 3, "!?")

    def test_the_default_is_ascii(self):
        codec = Codec.read(AtrData.default_params().codec.abs_path)
        assert "".join(codec.characters) == "".join(map(chr, range(32, 127)))

    @pytest.mark.parametrize(("content", "got"), [("a\nbc\n", "'bc'"), ("a\nb\na\n", "'a'"), ("", "nothing")])
    def test_another_file_is_refused(self, tmp_path, content, got):
        (tmp_path / "codec.txt").write_text(content)
        with pytest.raises(UserValueError, match=f"(?s)one character a line.*{got}"):
            Codec.read(str(tmp_path / "codec.txt"))

    def test_the_codec_of_transcriptions_is_written(self, tmp_path):
        (tmp_path / "a.gt.txt").write_text("cab\n")
        (tmp_path / "b.gt.txt").write_text("ä b\n")
        main([str(tmp_path / "codec.txt"), str(tmp_path / "a.gt.txt"), str(tmp_path / "b.gt.txt")])
        assert Codec.read(str(tmp_path / "codec.txt")).characters == [" ", "a", "b", "c", "ä"]


class TestEncoding:
    def apply(self, mode, text, **data_params):
        sample = Sample(inputs=np.zeros((30, 40), "uint8"), targets=text, meta={"path": "x.png"})
        return create(EncodeProcessor, EncodeProcessorParams(), mode, **data_params).apply(sample)

    def test_the_parts_are_what_the_data_declare(self):
        sample = self.apply(TRAINING, "!a")
        assert (sample.inputs["img"].shape, sample.inputs["img_len"].tolist()) == ((30, 40, 1), [30])
        assert (sample.targets["gt"].tolist(), sample.targets["gt_len"].tolist()) == ([1, 65], [2])
        specs = AtrData(AtrData.default_params())
        for layers, arrays in (
            (specs.input_layer_specs(), sample.inputs),
            (specs.target_layer_specs(), sample.targets),
        ):
            assert {name: spec.dtype.name for name, spec in layers.items()} == {
                name: array.dtype.name for name, array in arrays.items()
            }

    def test_unknown_characters_are_an_error_in_the_training(self):
        with pytest.raises(UserValueError, match=r"(?s)x\.png.*'äö'.*--data\.codec"):
            self.apply(TRAINING, "ä or ö")

    def test_unknown_characters_are_left_out_of_the_loss_of_an_evaluation(self):
        assert self.apply(EVALUATION, "äa").targets["gt"].tolist() == [65]

    def test_another_codec(self, tmp_path):
        (tmp_path / "codec.txt").write_text("ä\n")
        codec = Resource(str(tmp_path / "codec.txt"))
        assert self.apply(TRAINING, "ää", codec=codec).targets["gt"].tolist() == [0, 0]


class TestDecoding:
    def test_repetitions_count_once_and_blanks_not_at_all(self):
        path = [3, 1, 1, 3, 1, 0, 0, 3, 3, 2]
        pred = np.full((len(path), 4), 0.1)
        pred[np.arange(len(path)), path] = 0.7
        pred[2, 1] = 0.9
        numbers, confidences = decode_greedily(pred, blank=3)
        assert numbers == [1, 1, 0, 2]
        assert confidences == [0.9, 0.7, 0.7, 0.7]

    def test_what_lies_behind_the_end_of_the_line_is_not_read(self):
        pred = np.zeros((5, 96), "float32")
        pred[:, 33] = 1.0
        pred[1, :] = np.eye(96)[95]
        outputs = {"pred": pred, "pred_len": np.asarray([3])}
        processor = create(DecodeProcessor, DecodeProcessorParams(), PREDICTION)
        sample = processor.apply(Sample(outputs=outputs))
        assert sample.outputs["text"] == "AA"
        assert sample.outputs["char_confidences"].tolist() == [1, 1]
        assert "pred" not in sample.outputs

    def test_an_empty_line(self):
        outputs = {"pred": np.eye(96)[[95, 95]], "pred_len": np.asarray([2])}
        sample = create(DecodeProcessor, DecodeProcessorParams(keep_pred=True), PREDICTION).apply(
            Sample(outputs=outputs)
        )
        assert (sample.outputs["text"], sample.outputs["confidence"]) == ("", 1.0)
        assert sample.outputs["pred"].shape == (2, 96)
