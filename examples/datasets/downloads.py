# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Published files whose hash is known, from their server."""

import logging
import shutil
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from examples.datasets.files import check_hash, sha256_of, written_atomically
from examples.datasets.wheels import FetchError
from tfaip.util.errors import UserError

logger = logging.getLogger(__name__)

# A firewall that drops packets would otherwise hold the program for minutes.
_NETWORK_TIMEOUT = 10.0


@dataclass(frozen=True)
class Download:
    """A file on a server."""

    url: str
    sha256: str


def fetch_download(download: Download, path: Path) -> None:
    """Write a file from its server to ``path``, as a whole or not at all.

    Raises:
        FetchError: If the server cannot be reached, or what it serves has another hash.
    """
    logger.info("Fetching %s", download.url)
    try:
        with written_atomically(path) as temporary:
            with urllib.request.urlopen(download.url, timeout=_NETWORK_TIMEOUT) as answer, temporary.open("wb") as file:
                shutil.copyfileobj(answer, file)
            check_hash(download.url, download.sha256, sha256_of(temporary), "the server has another file now")
    except (OSError, UserError) as error:
        raise FetchError(f"{download.url}: {' '.join(str(error).split())}") from error
