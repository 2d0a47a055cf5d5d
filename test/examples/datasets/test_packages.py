# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Pictures and weights out of packages: verified, read without running anything, and chosen as described."""

import dataclasses
import io
import pickle
import struct
import sys
import types
import zipfile
from collections import OrderedDict

import numpy as np
import pytest
from PIL import Image

from examples.datasets import efficientnet, skimage_package, stamps, textures, torchfile, wheels
from examples.datasets.files import cache_dir, sha256_of
from examples.datasets.torchfile import read_torch_file
from examples.datasets.wheels import FetchError
from tfaip.util.errors import UserError, UserValueError


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A machine without any data, to which no package comes."""

    def no_pip(requirement, folder, options):
        raise FetchError("no package index")

    monkeypatch.setenv("TFAIP_DATA_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(wheels, "_pip_download", no_pip)
    monkeypatch.setattr(stamps, "SYSTEM_FOLDER", tmp_path / "system")
    return tmp_path


def leftovers():
    return sorted(path.name for path in cache_dir().iterdir() if path.suffix != ".lock")


@pytest.fixture
def torch_file(monkeypatch):
    """A function that writes tensors as PyTorch did before its version 1.6."""

    class FloatStorage:
        pass

    def rebuild(*args):
        raise AssertionError("The reader runs no code of the file.")

    class Tensor:
        def __init__(self, name, array):
            self.name, self.array = name, array

        def __reduce__(self):
            strides = tuple(step // self.array.itemsize for step in self.array.strides)
            store = types.SimpleNamespace(tensor=self)
            return rebuild, (store, 0, self.array.shape, strides, False, OrderedDict())

    class Pickler(pickle.Pickler):
        def persistent_id(self, value):
            if not isinstance(value, types.SimpleNamespace):
                return None
            return ("storage", FloatStorage, value.tensor.name, "cpu", value.tensor.array.size, None)

    for kind, module, name in (
        (FloatStorage, "torch", "FloatStorage"),
        (rebuild, "torch._utils", "_rebuild_tensor_v2"),
    ):
        kind.__module__, kind.__qualname__, kind.__name__ = module, name, name
        monkeypatch.setitem(sys.modules, module, types.SimpleNamespace(**{name: kind}))

    def write(arrays):
        content = io.BytesIO()
        for value in (torchfile._MAGIC, torchfile._VERSION, {"little_endian": True}):
            pickle.dump(value, content, 2)
        Pickler(content, 2).dump(OrderedDict((name, Tensor(name, array)) for name, array in arrays.items()))
        pickle.dump(list(arrays), content, 2)
        for array in arrays.values():
            content.write(struct.pack("<q", array.size) + array.ravel(order="K").astype("<f4").tobytes())
        return content.getvalue()

    return write


class TestTorchFile:
    def test_tensors_come_out_as_they_were_written(self, torch_file):
        arrays = {"a.weight": np.arange(6, dtype="f4").reshape(2, 3), "b": np.asarray([4.5], "f4")}
        read = read_torch_file(torch_file(arrays))
        assert list(read) == ["a.weight", "b"]
        for name, array in arrays.items():
            np.testing.assert_array_equal(read[name], array)

    def test_steps_of_a_turned_tensor_are_respected(self, torch_file):
        array = np.arange(6, dtype="f4").reshape(2, 3).T
        np.testing.assert_array_equal(read_torch_file(torch_file({"a": array}))["a"], array)

    def test_a_hostile_file_runs_nothing(self, tmp_path):
        class Hostile:
            def __reduce__(self):
                return (open, (str(tmp_path / "written"), "w"))

        with pytest.raises(UserValueError, match=r"(?s)tensors.*open"):
            read_torch_file(pickle.dumps(Hostile()))
        assert not (tmp_path / "written").exists()

    @pytest.mark.parametrize("content", [b"", b"no pickle", pickle.dumps(1) * 3])
    def test_another_file_is_refused(self, content):
        with pytest.raises(UserValueError):
            read_torch_file(content)

    def test_a_cut_off_file_is_refused(self, torch_file):
        with pytest.raises(UserValueError, match="cannot be read"):
            read_torch_file(torch_file({"a": np.ones(9, "f4")})[:-5])


class TestEfficientNet:
    def test_kernels_are_turned_and_named_as_our_layers(self):
        rng = np.random.default_rng(0)
        tensors = {
            "_conv_stem.weight": rng.random((32, 3, 5, 4)),
            "_bn0.running_var": rng.random(32),
            "_blocks.10._expand_conv.weight": rng.random((6, 2, 1, 1)),
            "_blocks.10._depthwise_conv.weight": rng.random((6, 1, 5, 4)),
            "_blocks.10._bn1.weight": rng.random(6),
            "_blocks.10._bn1.num_batches_tracked": np.asarray(3),
            "_fc.weight": rng.random((10, 6)),
        }
        shapes = {name: value.shape for name, value in efficientnet.convert(tensors).items()}
        assert shapes == {
            "graph/backbone/stem/conv/kernel": (5, 4, 3, 32),
            "graph/backbone/stem/norm/moving_variance": (32,),
            "graph/backbone/blocks/10/expand/conv/kernel": (1, 1, 2, 6),
            "graph/backbone/blocks/10/depthwise/conv/kernel": (5, 4, 6, 1),
            "graph/backbone/blocks/10/depthwise/norm/gamma": (6,),
        }

    def test_the_wheel_is_verified_and_converted_once(self, cache, torch_file, monkeypatch):
        wheel = efficientnet.WHEEL
        cache_dir().mkdir()
        with zipfile.ZipFile(cache_dir() / wheel.file_name, "w") as archive:
            archive.writestr(wheel.member, torch_file({"_bn1.bias": np.ones(4, "f4")}))
        with pytest.raises(UserError, match=r"(?s)not the one that was verified.*efficientnet"):
            efficientnet.efficientnet_weights()
        served = dataclasses.replace(wheel, sha256=sha256_of(cache_dir() / wheel.file_name))
        monkeypatch.setattr(efficientnet, "WHEEL", served)
        path = efficientnet.efficientnet_weights()
        assert np.load(path)["graph/backbone/head/norm/beta"].tolist() == [1, 1, 1, 1]
        (cache_dir() / wheel.file_name).unlink()
        assert efficientnet.efficientnet_weights() == path

    def test_without_the_package_the_error_says_what_to_do(self, cache):
        with pytest.raises(UserError, match=r"(?s)no package index.*--warmstart\.model"):
            efficientnet.efficientnet_weights()
        assert leftovers() == []


class TestSkimage:
    def serve(self, monkeypatch, pictures, verified=True):
        wheel = skimage_package.WHEEL

        def download(requirement, folder, options):
            assert "3.11" in options
            with zipfile.ZipFile(folder / wheel.file_name, "w") as archive:
                for name, content in pictures.items():
                    archive.writestr(zipfile.ZipInfo(f"skimage/data/{name}"), content)

        monkeypatch.setattr(wheels, "_pip_download", download)
        if verified:
            cache_dir().mkdir()
            download("", cache_dir(), "3.11")
            sha256 = sha256_of(cache_dir() / wheel.file_name)
            (cache_dir() / wheel.file_name).unlink()
            monkeypatch.setattr(skimage_package, "WHEEL", dataclasses.replace(wheel, sha256=sha256))

    def test_tiles_of_one_part_are_in_no_other_one(self, cache, monkeypatch):
        pictures = {}
        for i, name in enumerate(textures.CLASSES):
            content = io.BytesIO()
            columns = np.repeat(np.arange(10, dtype="uint8") * 10 + i, textures.SIDE)
            Image.fromarray(np.tile(columns, (128, 1))).save(content, "png")
            pictures[f"{name}.png"] = content.getvalue()
        self.serve(monkeypatch, pictures)
        folder, source = textures.textures_folder()
        assert source == "PyPI scikit-image 0.26.0"
        columns = {
            part: {np.asarray(Image.open(path)).min() // 10 for path in (folder / part).rglob("*.png")}
            for part in textures.PARTS
        }
        assert columns == {"train": {0, 1, 2, 3, 4, 5}, "val": {6}, "test": {7, 8, 9}}
        assert leftovers() == [skimage_package.WHEEL.file_name, "skimage", "textures"]

    def test_another_wheel_is_refused_and_not_kept(self, cache, monkeypatch):
        self.serve(monkeypatch, {"brick.png": b"another picture"}, verified=False)
        with pytest.raises(UserError, match=r"(?s)not the one that was verified.*scikit_image"):
            textures.textures_folder()
        assert leftovers() == []


class TestStamps:
    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            ("animals/birds/hen.png", "bird"),
            ("animals/mammals/cats/cat.png", "mammal"),
            ("food/fruit/apple.png", "fruit"),
            ("plants/flowers/rose_mirror.png", None),
            ("animals/birds/cartoon/tux.png", None),
            ("animals/mammals/bears/toys/teddy.png", None),
            ("animals/birds/hen.ogg", None),
            ("vehicles/car.png", None),
        ],
    )
    def test_classes_follow_from_the_folders_and_drawings_are_left_out(self, path, expected):
        assert stamps.class_of(path) == expected

    def test_an_installed_package_is_used_if_it_is_the_verified_one(self, cache, monkeypatch):
        file = cache / "system" / "animals" / "birds" / "hen.png"
        file.parent.mkdir(parents=True)
        file.write_bytes(b"hen")
        with pytest.raises(UserError, match="not the one that was verified") as info:
            stamps.stamps_folder()
        assert leftovers() == []
        monkeypatch.setattr(stamps, "CONTENT_SHA256", str(info.value).partition("got:      sha256 ")[2][:64])
        folder, source = stamps.stamps_folder()
        assert (folder / "bird" / "hen.png").read_bytes() == b"hen"
        assert source == "Debian tuxpaint-stamps-default 2022.06.04-1"
        (folder / "bird" / "hen.png").write_bytes(b"cock")
        with pytest.raises(UserError, match=r"(?s)stamps.*remove"):
            stamps.stamps_folder()

    def test_a_machine_without_debian_is_told_so(self, cache, monkeypatch):
        monkeypatch.setenv("PATH", str(cache))
        with pytest.raises(FetchError, match="no apt-get"):
            stamps.stamps_folder()
        assert leftovers() == []
