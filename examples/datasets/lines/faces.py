# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Fonts out of packages of the Python package index: roman, sans and typewriter faces that hold all of ASCII.

DejaVu, STIX and Computer Modern (in matplotlib) have free licences of their own, Source Serif, Source Sans and Lato are
under the SIL Open Font License, Caladea under Apache 2.0.
"""

import functools
import zipfile
from dataclasses import dataclass

from examples.datasets.wheels import Wheel, fetch_wheel


@dataclass(frozen=True)
class Face:
    """A font file in a wheel."""

    name: str
    wheel: Wheel
    member: str

    def content(self) -> bytes:
        """Return the content of the font file.

        Raises:
            FetchError: If the wheel cannot be fetched.
            UserError: If the wheel is not the one that was verified.
        """
        return _read(self.wheel, self.member)


# All of them read the same wheel, whatever platform it was built for: nothing in it is run.
_MATPLOTLIB = Wheel(
    requirement="matplotlib==3.10.7",
    file_name="matplotlib-3.10.7-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
    sha256="2222c7ba2cbde7fe63032769f6eb7e83ab3227f47d997a8453377709b7fe3a5a",
    pip_options=("--platform", "manylinux2014_x86_64", "--python-version", "3.11", "--abi", "cp311"),
)
_SOURCE_SERIF = Wheel(
    requirement="font-source-serif-pro==0.0.1",
    file_name="font_source_serif_pro-0.0.1-py3-none-any.whl",
    sha256="38dd9a8d8027d22aa8ef2d10d27d7c558701b32772ff9f3790f509577e91dca4",
)
_SOURCE_SANS = Wheel(
    requirement="font-source-sans-pro==0.0.1",
    file_name="font_source_sans_pro-0.0.1-py3-none-any.whl",
    sha256="2250396f565a0fea35726e56059216d1d5d75071d64d075ebdfec183b4b85765",
)
_CALADEA = Wheel(
    requirement="font-caladea==0.0.2",
    file_name="font_caladea-0.0.2-py3-none-any.whl",
    sha256="eab5b77f1da830226524f419d16d4bc4cb5b68d2de0f47ef83760a8b202e94bc",
)
_LATO = Wheel(
    requirement="font-lato==0.1.0",
    file_name="font_lato-0.1.0-py3-none-any.whl",
    sha256="ff74f2d4647187bac4b853ab8215e6b2afe124fcd01c809629aadd8f4356e959",
)


def _faces(wheel: Wheel, folder: str, *names: str) -> list[Face]:
    return [Face(name, wheel, f"{folder}/{name}.ttf") for name in names]


_IN_MATPLOTLIB = "matplotlib/mpl-data/fonts/ttf"

# faces of the training and the validation
TRAIN_FACES = [
    *_faces(_MATPLOTLIB, _IN_MATPLOTLIB, "STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "STIXGeneralBolIta"),
    *_faces(_MATPLOTLIB, _IN_MATPLOTLIB, "DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic"),
    *_faces(_MATPLOTLIB, _IN_MATPLOTLIB, "DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique"),
    *_faces(_MATPLOTLIB, _IN_MATPLOTLIB, "DejaVuSansMono", "cmtt10"),
    *_faces(
        _SOURCE_SERIF,
        "font_source_serif_pro/files",
        "SourceSerifPro-Regular",
        "SourceSerifPro-Bold",
        "SourceSerifPro-It",
    ),
    *_faces(
        _SOURCE_SANS, "font_source_sans_pro/files", "SourceSansPro-Regular", "SourceSansPro-Bold", "SourceSansPro-It"
    ),
]
# a roman and a sans that nothing is trained on
TEST_FACES = [
    *_faces(_CALADEA, "font_caladea/files", "Caladea-Regular"),
    *_faces(_LATO, "font_lato/files", "Lato-Regular"),
]


@functools.cache
def _read(wheel: Wheel, member: str) -> bytes:
    with zipfile.ZipFile(fetch_wheel(wheel)) as archive:
        return archive.read(member)
