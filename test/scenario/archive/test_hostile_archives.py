# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Archives of strangers: nothing is written but new files below the folder, and not too many of them."""

import gzip
import io
import os
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tfaip.scenario.archive import open_model_directory
from tfaip.scenario.archive.limits import ArchiveLimits
from tfaip.scenario.archive.opening import unpack
from tfaip.util.errors import UserError

pytestmark = pytest.mark.usefixtures("temporary")
SMALL = ArchiveLimits(files=20, total_bytes=2**22, ratio=10, free_bytes=2**16)


@pytest.fixture
def nothing_left(tmp_path: Path, temporary: Path) -> Iterator[None]:
    """Whatever is refused leaves nothing behind, neither where it is unpacked nor elsewhere."""
    yield
    assert not os.listdir(temporary)
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith("evil")]


def tar_of(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz" if path.name.endswith("gz") else "w") as archive:
        for info, content in members:
            if info.isreg():
                info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def tar_member(name: str, content: bytes = b"evil", **attributes: Any) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    for key, value in attributes.items():
        setattr(info, key, value)
    return info, content


def zip_of(path: Path, *members: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return path


OUTSIDE = [
    "/evil",
    "../evil",
    "a/../../evil",
    "a/..",
    "..",
    "C:\\evil",
    "c:/evil",
    "..\\evil",
    "~/evil",
    "\\\\host\\evil",
]
NO_NAMES = ["a\nb", "a\x1bb", "a" * 300, "a/" * 600 + "b"]


@pytest.mark.parametrize("name", [*OUTSIDE, *NO_NAMES])
@pytest.mark.usefixtures("nothing_left")
def test_names_that_lead_out_or_are_none_are_refused(tmp_path: Path, name: str) -> None:
    for path in (
        tar_of(tmp_path / "model.tar.gz", tar_member("ok"), tar_member(name)),
        tar_of(tmp_path / "model.tar", tar_member("ok"), tar_member(name)),
        zip_of(tmp_path / "model.zip", ("ok", b""), (name, b"evil")),
    ):
        with pytest.raises(UserError, match="not unpacked"):
            open_model_directory(str(path))


@pytest.mark.parametrize("name", ["/evil/", "../evil/"])
@pytest.mark.usefixtures("nothing_left")
def test_folders_that_lie_outside_are_refused(tmp_path: Path, name: str) -> None:
    for path in (
        tar_of(tmp_path / "model.tar.gz", tar_member(name, type=tarfile.DIRTYPE)),
        zip_of(tmp_path / "model.zip", (name, b"")),
    ):
        with pytest.raises(UserError, match="not unpacked"):
            open_model_directory(str(path))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
@pytest.mark.parametrize("target", ["/etc/passwd", "ok", "../../.."])
@pytest.mark.usefixtures("nothing_left")
def test_links_and_devices_in_a_tar_are_refused(tmp_path: Path, kind: bytes, target: str) -> None:
    member = tar_member("evil", b"", type=kind, linkname=target)
    path = tar_of(tmp_path / "model.tar.gz", tar_member("ok"), member, tar_member("evil/file"))
    what = f"a link to {target}" if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE) else "an entry of type"
    with pytest.raises(UserError, match=f"expected: files and folders\n.*{what}"):
        open_model_directory(str(path))


def test_an_unknown_kind_of_member_is_refused(tmp_path: Path) -> None:
    for kind in (b"Z", tarfile.GNUTYPE_SPARSE):
        path = tar_of(tmp_path / "model.tar", tar_member("evil", b"", type=kind))
        with pytest.raises(UserError):
            open_model_directory(str(path))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
@pytest.mark.usefixtures("nothing_left")
def test_links_and_devices_in_a_zip_are_refused(tmp_path: Path, kind: int) -> None:
    info = zipfile.ZipInfo("evil")
    info.external_attr = (kind | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "model.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(UserError, match="expected: files and folders"):
        open_model_directory(str(tmp_path / "model.zip"))


@pytest.mark.parametrize(
    "names",
    [
        ["a", "a"],
        ["a", "A"],
        ["d/a", "D/b"],
        ["a", "a/b"],
        ["a/b", "a"],
        ["stra\u00dfe", "STRASSE"],
        ["\u00e9", "e\u0301"],
        ["a", "./a"],
        ["a", "b//../b" * 0 + "a/."],
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.usefixtures("nothing_left")
def test_a_name_that_comes_twice_in_whatever_case_is_refused(tmp_path: Path, names: list[str]) -> None:
    for path in (
        tar_of(tmp_path / "model.tar.gz", *[tar_member(name) for name in names]),
        zip_of(tmp_path / "model.zip", *[(name, b"") for name in names]),
    ):
        with pytest.raises(UserError, match="each name once"):
            open_model_directory(str(path))


def encrypted(path: Path) -> Path:
    zip_of(path, ("trainer_params.json", b"{}"))
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(signature) + offset] |= 1
    path.write_bytes(content)
    return path


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="without a password"):
        open_model_directory(str(encrypted(tmp_path / "model.zip")))


def test_a_rare_way_of_packing_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "model.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a", "text" * 1000)
    with pytest.raises(UserError, match="stored or deflated"):
        open_model_directory(str(tmp_path / "model.zip"))


def bomb_zip(path: Path) -> Path:
    return zip_of(path, ("a", bytes(2**21)))


def bomb_tar(path: Path) -> Path:
    return tar_of(path, tar_member("a", bytes(2**21)))


def many_zip(path: Path) -> Path:
    return zip_of(path, *[(f"f{number}", b"") for number in range(30)])


def many_tar(path: Path) -> Path:
    return tar_of(path, *[tar_member(f"f{number}", b"") for number in range(30)])


def large_zip(path: Path) -> Path:
    return zip_of(path, *[(f"f{number}", os.urandom(2**20)) for number in range(5)])


def large_tar(path: Path) -> Path:
    return tar_of(path, *[tar_member(f"f{number}", os.urandom(2**20)) for number in range(5)])


def folders_tar(path: Path) -> Path:
    return tar_of(path, *[tar_member(f"d{number}", b"", type=tarfile.DIRTYPE) for number in range(30)])


@pytest.mark.parametrize(
    ("make", "variable"),
    [
        (bomb_zip, "RATIO"),
        (bomb_tar, "RATIO"),
        (many_zip, "FILES"),
        (many_tar, "FILES"),
        (folders_tar, "FILES"),
        (large_zip, "BYTES"),
        (large_tar, "BYTES"),
    ],
)
@pytest.mark.usefixtures("nothing_left")
def test_what_is_too_large_is_refused_with_the_name_of_the_limit(
    tmp_path: Path, make: Callable[[Path], Path], variable: str
) -> None:
    path = make(tmp_path / ("model.zip" if "zip" in make.__name__ else "model.tar.gz"))
    with pytest.raises(UserError, match=f"TFAIP_ARCHIVE_MAX_{variable}"):
        open_model_directory(str(path), SMALL)


def test_limits_are_those_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TFAIP_ARCHIVE_MAX_FILES", "29")
    with pytest.raises(UserError, match="at most 29 files"):
        open_model_directory(str(many_zip(tmp_path / "model.zip")))
    monkeypatch.setenv("TFAIP_ARCHIVE_MAX_FILES", "30")
    (tmp_path / "out").mkdir()
    unpack(str(tmp_path / "model.zip"), str(tmp_path / "out"), ArchiveLimits.of_environment())
    assert len(os.listdir(tmp_path / "out")) == 30
    monkeypatch.setenv("TFAIP_ARCHIVE_MAX_FILES", "many")
    with pytest.raises(UserError, match="whole number"):
        open_model_directory(str(tmp_path / "model.zip"))


def with_entries(path: Path, names: list[bytes]) -> Path:
    """Write a zip whose table of contents has an entry of each name, all for the same bytes."""
    zip_of(path, ("0" * len(names[0]), bytes(2**20)))
    content = path.read_bytes()
    start, end = content.index(b"PK\1\2"), content.index(b"PK\5\6")
    head = content[start : start + 46]
    entries = b"".join(head + name for name in names)
    tail = bytearray(content[end:])
    struct.pack_into("<HHI", tail, 8, len(names) & 0xFFFF, len(names) & 0xFFFF, len(entries))
    path.write_bytes(content[:start] + entries + tail)
    return path


def test_a_hundred_thousand_members_are_refused(tmp_path: Path, temporary: Path) -> None:
    path = with_entries(tmp_path / "model.zip", [b"%06d" % number for number in range(100_000)])
    with pytest.raises(UserError, match="at most 10000 files"):
        open_model_directory(str(path))
    # the table of contents is not even read
    with pytest.raises(UserError, match="at once"):
        open_model_directory(str(path), ArchiveLimits(files=100))
    folder = tarfile.TarInfo("folder")
    folder.type = tarfile.DIRTYPE
    with gzip.open(tmp_path / "model.tar.gz", "wb", compresslevel=1) as file:
        file.write(folder.tobuf() * 100_000 + bytes(1024))
    with pytest.raises(UserError, match="at most 10000 files"):
        open_model_directory(str(tmp_path / "model.tar.gz"))
    assert not os.listdir(temporary)


def test_a_zip_whose_members_overlap_is_a_bomb_like_any_other(tmp_path: Path) -> None:
    path = with_entries(tmp_path / "model.zip", [b"%06d" % number for number in range(10)])
    with pytest.raises(UserError, match="damaged|TFAIP_ARCHIVE"):
        open_model_directory(str(path), SMALL)


def test_a_zip_that_lies_about_the_size_of_a_file_gives_no_more_than_it_says(tmp_path: Path, temporary: Path) -> None:
    zip_of(tmp_path / "model.zip", ("trainer_params.json", bytes(2**20)))
    content = bytearray((tmp_path / "model.zip").read_bytes())
    for signature, offset in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        struct.pack_into("<I", content, content.index(signature) + offset, 100)
    (tmp_path / "model.zip").write_bytes(content)
    with pytest.raises(UserError, match="damaged"):
        open_model_directory(str(tmp_path / "model.zip"))
    assert not os.listdir(temporary)


def pax_header(size: int) -> bytes:
    info = tarfile.TarInfo("header")
    info.type, info.size = tarfile.XHDTYPE, size
    return info.tobuf()


def long_name_header(size: int) -> bytes:
    info = tarfile.TarInfo("header")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, size
    return info.tobuf()


@pytest.mark.parametrize("header", [pax_header, long_name_header])
def test_a_header_that_would_fill_the_memory_is_not_read(tmp_path: Path, header: Callable[[int], bytes]) -> None:
    size = 2**26
    with gzip.open(tmp_path / "model.tar.gz", "wb", compresslevel=1) as file:
        file.write(header(size))
        for _ in range(size // 2**20):
            file.write(bytes(2**20))
    with pytest.raises(UserError, match="at once"):
        open_model_directory(str(tmp_path / "model.tar.gz"))


def test_headers_of_headers_without_end_are_refused(tmp_path: Path) -> None:
    chain = b"".join(long_name_header(1) + b"x".ljust(512, b"\0") for _ in range(20_000))
    (tmp_path / "model.tar").write_bytes(chain)
    with pytest.raises(UserError, match="damaged"):
        open_model_directory(str(tmp_path / "model.tar"))


def test_a_negative_size_is_refused(tmp_path: Path) -> None:
    info = tarfile.TarInfo("a")
    header = bytearray(info.tobuf())
    header[124:136] = b"\xff" * 12
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    (tmp_path / "model.tar").write_bytes(bytes(header) + bytes(1024))
    with pytest.raises(UserError, match="damaged"):
        open_model_directory(str(tmp_path / "model.tar"))


def test_files_are_for_this_user_only_whatever_the_archive_says(tmp_path: Path) -> None:
    path = tar_of(tmp_path / "model.tar.gz", tar_member("trainer_params.json", b"{}", mode=0o6777, uid=0))
    opened = Path(open_model_directory(str(path)))
    assert stat.S_IMODE((opened / "trainer_params.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(opened.parent.stat().st_mode) == 0o700


def test_the_headers_of_many_members_do_not_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[int] = []
    next_member = tarfile.TarFile.next

    def count(self: tarfile.TarFile) -> Any:
        kept.append(len(self.members))
        return next_member(self)

    with tarfile.open(tmp_path / "model.tar", "w", format=tarfile.PAX_FORMAT) as archive:
        for number in range(8):
            info = tarfile.TarInfo(f"model/{number}")
            info.pax_headers = {"comment": "x" * 50_000}
            archive.addfile(info)
    monkeypatch.setattr(tarfile.TarFile, "next", count)
    with pytest.raises(UserError, match="no model directory"):
        open_model_directory(str(tmp_path / "model.tar"))
    assert len(kept) > 8
    assert max(kept) <= 1


def test_archives_that_cannot_be_opened_leave_no_open_file(tmp_path: Path) -> None:
    path = tar_of(tmp_path / "model.tar", tar_member("other"))

    def n_open_files() -> int:
        with pytest.raises(UserError):
            open_model_directory(str(path))
        return len(os.listdir("/proc/self/fd"))

    assert n_open_files() >= [n_open_files() for _ in range(5)][-1]
