# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The cut-out photographs of animals and plants in Debian's package ``tuxpaint-stamps-default`` (GPL-2)."""

import hashlib
import logging
import shutil
import subprocess
import tarfile
from pathlib import Path, PurePosixPath

from examples.datasets.files import cache_dir, check_hash, only_one_process, sha256_of, temporary_folder
from examples.datasets.wheels import FetchError

logger = logging.getLogger(__name__)

PACKAGE = "tuxpaint-stamps-default"
VERSION = "2022.06.04-1"
DEB_SHA256 = "6db6c1bfc870a47f1499d6203b083522eacb57c5f9c87d468f2e92eb6d9d5f34"
# Of the names and bytes of the chosen files, whatever they were unpacked from.
CONTENT_SHA256 = "00da61dad7268c32abb8016ef4d16f1d971eb8754c50e4a33b83b4e14d41b789"
SYSTEM_FOLDER = Path("/usr/share/tuxpaint/stamps")
CLASSES = {
    "bird": "animals/birds",
    "flower": "plants/flowers",
    "fruit": "food/fruit",
    "mammal": "animals/mammals",
    "vegetable": "food/vegetables",
}
# Drawings, mirrored copies, and what is neither animal nor plant.
LEFT_OUT_FOLDERS = {"cartoon", "toys", "plastic"}
LEFT_OUT_ENDINGS = ("_mirror", "_flip")
_TIMEOUT = 600


def stamps_folder() -> tuple[Path, str]:
    """Return the folder with a folder of PNG files for each class, fetched at the first call, and the source's name.

    Raises:
        FetchError: If the package is not installed and cannot be fetched.
        UserError: If what was fetched is not what was verified; it is not kept.
    """
    target = cache_dir() / "stamps"
    with only_one_process("stamps"):
        if not target.is_dir():
            with temporary_folder(cache_dir()) as folder:
                chosen = folder / target.name
                if SYSTEM_FOLDER.is_dir():
                    _copy_installed(chosen)
                else:
                    _unpack(_download(folder), chosen)
                _check(chosen, f"the version {VERSION} is needed; name a folder of images of your own otherwise")
                chosen.rename(target)
    _check(target, f"remove {target}; it is then fetched again")
    return target, f"Debian {PACKAGE} {VERSION}"


def class_of(path: str) -> str | None:
    """Return the class of a file in the package by its path below the folder of stamps; None if it is left out."""
    file = PurePosixPath(path)
    if file.suffix != ".png" or file.stem.endswith(LEFT_OUT_ENDINGS) or LEFT_OUT_FOLDERS.intersection(file.parts):
        return None
    return next((name for name, folder in CLASSES.items() if PurePosixPath(folder) in file.parents), None)


def _copy_installed(target: Path) -> None:
    for path in sorted(SYSTEM_FOLDER.rglob("*.png")):
        _keep(target, path.relative_to(SYSTEM_FOLDER).as_posix(), path.read_bytes())


def _download(folder: Path) -> Path:
    logger.info("Fetching %s (161 MB) from Debian.", PACKAGE)
    _run(["apt-get", "download", f"{PACKAGE}={VERSION}"], folder)
    packages = list(folder.glob("*.deb"))
    if len(packages) != 1:
        raise FetchError(f"apt-get download fetched {[path.name for path in packages]}")
    check_hash(PACKAGE, DEB_SHA256, sha256_of(packages[0]), "ask where apt-get takes its packages from")
    return packages[0]


def _unpack(package: Path, target: Path) -> None:
    archive = package.with_suffix(".tar")
    _run(["dpkg-deb", "--fsys-tarfile", str(package)], package.parent, archive)
    prefix = f".{SYSTEM_FOLDER}/"
    with tarfile.open(archive) as content:
        for member in content:
            file = content.extractfile(member) if member.isfile() and member.name.startswith(prefix) else None
            if file is not None:
                _keep(target, member.name.removeprefix(prefix), file.read())


def _keep(target: Path, path: str, content: bytes) -> None:
    name = class_of(path)
    if name is not None:
        (target / name).mkdir(parents=True, exist_ok=True)
        (target / name / PurePosixPath(path).name).write_bytes(content)


def _check(folder: Path, hint: str) -> None:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.png"), key=lambda path: path.relative_to(folder).as_posix()):
        digest.update(f"{path.relative_to(folder).as_posix()} {sha256_of(path)}\n".encode())
    check_hash(str(folder), CONTENT_SHA256, digest.hexdigest(), hint)


def _run(command: list[str], folder: Path, output: Path | None = None) -> None:
    if shutil.which(command[0]) is None:
        raise FetchError(f"there is no {command[0]} on this machine (it is part of Debian)")
    try:
        with (output or Path("/dev/null")).open("wb") as file:
            done = subprocess.run(
                command, cwd=folder, stdout=file, stderr=subprocess.PIPE, text=True, timeout=_TIMEOUT, check=False
            )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FetchError(f"{' '.join(command)}: {error}") from error
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise FetchError(f"{' '.join(command)}: {lines[-1]} (apt-get update may help)")
