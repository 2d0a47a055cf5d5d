# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The photographs of TensorFlow's tutorial on image classification (each under a Creative Commons licence)."""

import tarfile
from pathlib import Path

from examples.datasets.downloads import Download, fetch_download
from examples.datasets.files import cache_dir, only_one_process, temporary_folder
from examples.datasets.wheels import FetchError

ARCHIVE = Download(
    url="https://storage.googleapis.com/download.tensorflow.org/example_images/flower_photos.tgz",
    # as the project TensorFlow Datasets publishes it
    sha256="4c54ace7911aaffe13a365c34f650e71dd5bf1be0a58b464e5a7183e3e595d9c",
)
FOLDER = "flower_photos"


def flowers_folder(offline: bool) -> tuple[Path, str]:
    """Return the folder with a folder for each kind of flower, downloaded at the first call, and the source's name.

    Raises:
        FetchError: If it is not in the cache and cannot be downloaded, or is not what was published.
    """
    target = cache_dir() / FOLDER
    with only_one_process("flowers"):
        if target.is_dir():
            return target, "tf_flowers (cached)"
        if offline:
            raise FetchError("not downloaded, because offline")
        _download(target)
    return target, "tf_flowers (download)"


def _download(target: Path) -> None:
    with temporary_folder(cache_dir()) as folder:
        archive = folder / "flower_photos.tgz"
        fetch_download(ARCHIVE, archive)
        with tarfile.open(archive) as content:
            content.extractall(folder, filter="data")
        (folder / FOLDER).rename(target)
