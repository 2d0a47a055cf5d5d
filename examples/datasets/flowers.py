# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The photographs of TensorFlow's tutorial on image classification (each under a Creative Commons licence)."""

import logging
import shutil
import tarfile
import urllib.error
import urllib.request
from pathlib import Path

from examples.datasets.files import cache_dir, check_hash, only_one_process, sha256_of, temporary_folder
from examples.datasets.wheels import FetchError

logger = logging.getLogger(__name__)

URL = "https://storage.googleapis.com/download.tensorflow.org/example_images/flower_photos.tgz"
# as the project TensorFlow Datasets publishes it
SHA256 = "4c54ace7911aaffe13a365c34f650e71dd5bf1be0a58b464e5a7183e3e595d9c"
FOLDER = "flower_photos"
# A firewall that drops packets would otherwise hold the program for minutes.
_TIMEOUT = 10.0


def flowers_folder(offline: bool) -> tuple[Path, str]:
    """Return the folder with a folder for each kind of flower, downloaded at the first call, and the source's name.

    Raises:
        FetchError: If it is not in the cache and cannot be downloaded.
        UserError: If what was downloaded is not what was published; it is not kept.
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
    logger.info("Downloading %s (229 MB).", URL)
    with temporary_folder(cache_dir()) as folder:
        archive = folder / "flower_photos.tgz"
        try:
            with urllib.request.urlopen(URL, timeout=_TIMEOUT) as answer, archive.open("wb") as file:
                shutil.copyfileobj(answer, file)
        except (urllib.error.URLError, OSError) as error:
            raise FetchError(f"download of {URL}: {error}") from error
        check_hash(URL, SHA256, sha256_of(archive), "try again later, or name a folder of images of your own")
        with tarfile.open(archive) as content:
            content.extractall(folder, filter="data")
        (folder / FOLDER).rename(target)
