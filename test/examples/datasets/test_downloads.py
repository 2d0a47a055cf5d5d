# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A file from a server is there as a whole and as it was published, or not at all."""

import hashlib

import pytest

from examples.datasets.downloads import Download, fetch_download
from examples.datasets.wheels import FetchError


def test_the_file_is_written(tmp_path):
    (tmp_path / "there").write_bytes(b"content")
    url = (tmp_path / "there").as_uri()
    fetch_download(Download(url, hashlib.sha256(b"content").hexdigest()), tmp_path / "new" / "here")
    assert (tmp_path / "new" / "here").read_bytes() == b"content"


@pytest.mark.parametrize("name", ["there", "nowhere"])
def test_another_file_or_none_leaves_nothing(tmp_path, name):
    (tmp_path / "there").write_bytes(b"content")
    with pytest.raises(FetchError, match=name):
        fetch_download(Download((tmp_path / name).as_uri(), "0" * 64), tmp_path / "new" / "here")
    assert list((tmp_path / "new").iterdir()) == []
