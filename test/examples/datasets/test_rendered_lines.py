# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Lines are rendered once, the same each time, and what the test shows is not part of the training."""

import shutil
import zipfile

import numpy as np
import pytest

from examples.datasets import wheels
from examples.datasets.lines import rendered
from examples.datasets.lines.drawing import draw_line
from examples.datasets.lines.faces import TEST_FACES, TRAIN_FACES
from examples.datasets.lines.rendered import rendered_lines
from examples.datasets.lines.texts import ALPHABET, TEST_BOOKS, VALIDATION_BOOKS, draw_text, read_words
from examples.datasets.pillow import read_image
from examples.datasets.wheels import FetchError, fetch_wheel
from tfaip.util.errors import UserError

SOURCE = '''
from somewhere import Bible
bible = Bible(
    Version.X,
    """{} """,
    {{ {} }},
    {{}},
)
'''


@pytest.fixture
def short_texts(monkeypatch):
    """A text of three words a book, in the form of the real one."""
    books = range(1, 67)
    text = " ".join(f"Book{book:02} `of  x" for book in books)
    starts = ", ".join(f"{book}001001: {14 * (book - 1)}" for book in books)
    monkeypatch.setattr("examples.datasets.lines.texts.read_member", lambda wheel: SOURCE.format(text, starts).encode())


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A cache with nothing but the fonts, which come out of the real one or the package index."""
    wheels_of_fonts = {fetch_wheel(face.wheel) for face in (*TRAIN_FACES, *TEST_FACES)}
    folder = tmp_path / "cache"
    folder.mkdir()
    for path in wheels_of_fonts:
        (folder / path.name).symlink_to(path)
    monkeypatch.setenv("TFAIP_DATA_DIR", str(folder))
    return folder


class TestTexts:
    def test_no_part_has_words_of_another(self, short_texts):
        words = read_words({"train": (), "val": VALIDATION_BOOKS, "test": TEST_BOOKS})
        books = {part: {int(word[4:]) for word in words[part] if word.startswith("Book")} for part in words}
        assert books["val"] == set(VALIDATION_BOOKS)
        assert books["test"] == set(TEST_BOOKS)
        assert books["train"] == set(range(1, 67)) - books["val"] - books["test"]

    def test_the_text_is_cleaned(self, short_texts):
        assert read_words({"test": (21,)})["test"] == ["Book21", "'of", "x"]

    def test_lines_hold_characters_of_the_alphabet_only(self):
        words = ["word", "Other,", "third."] * 50
        rng = np.random.default_rng(1)
        lines = [draw_text(words, rng) for _ in range(4000)]
        assert all(0 < len(line) <= 64 and line == line.strip() for line in lines)
        assert set("".join(lines)) == set(ALPHABET)

    def test_the_same_chance_gives_the_same_line(self):
        assert len({draw_text(["a", "b", "c"] * 99, np.random.default_rng(5)) for _ in range(3)}) == 1


class TestRendering:
    def test_a_folder_with_lists_images_and_texts(self, cache, short_texts):
        folder = rendered_lines(30)
        for part, n in (("train", 30), ("val", 20), ("test", 20)):
            names = (folder / f"{part}.lst").read_text().split()
            assert len(names) == n == len(list((folder / part).glob("*.png")))
            image = read_image(str(folder / names[-1]))
            assert 15 < image.height < 70
            assert (folder / names[-1].replace(".png", ".gt.txt")).read_text().strip()

    def test_lines_are_rendered_once_and_always_the_same(self, cache, short_texts, monkeypatch):
        def contents(folder):
            return [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]

        folder = rendered_lines(3)
        first = contents(folder)
        shutil.rmtree(folder)
        assert contents(rendered_lines(3)) == first
        monkeypatch.setattr(rendered, "_render", lambda *args: pytest.fail("rendered again"))
        assert contents(rendered_lines(3)) == first

    def test_an_interrupted_rendering_leaves_nothing(self, cache, short_texts, monkeypatch):
        def interrupt(*args, **kwargs):
            raise KeyboardInterrupt

        monkeypatch.setattr(rendered, "parallel_map", interrupt)
        with pytest.raises(KeyboardInterrupt):
            rendered_lines(3)
        assert [path.name for path in cache.iterdir() if not path.name.endswith((".lock", ".whl"))] == []

    def test_faces_of_the_test_are_not_those_of_the_training(self):
        train, test = ({face.name.split("-")[0] for face in faces} for faces in (TRAIN_FACES, TEST_FACES))
        assert len(test) == 2
        assert not train & test

    def test_every_face_has_every_character(self, cache):
        from io import BytesIO

        from PIL import ImageFont

        for face in (*TRAIN_FACES, *TEST_FACES):
            font = ImageFont.truetype(BytesIO(face.content()), 30)
            shapes = [bytes(font.getmask(character)) for character in ALPHABET[1:]]
            assert len(set(shapes)) == len(shapes), face.name

    def test_a_line_is_dark_on_light(self, cache):
        pixels = draw_line("Some text", TEST_FACES[0].content(), np.random.default_rng(1))
        assert pixels.dtype == np.uint8
        assert np.median(pixels) > pixels.mean() > pixels.min()


class TestSources:
    def test_without_a_package_index_the_message_says_what_to_do(self, tmp_path, monkeypatch):
        def no_pip(requirement, folder, options=()):
            raise FetchError("no package index")

        monkeypatch.setenv("TFAIP_DATA_DIR", str(tmp_path))
        monkeypatch.setattr(wheels, "_pip_download", no_pip)
        with pytest.raises(UserError, match=r"(?s)no package index.*--train\.image_files.*a\.gt\.txt"):
            rendered_lines(3)

    def test_another_wheel_of_fonts_is_refused(self, tmp_path, monkeypatch):
        face = TEST_FACES[0]
        with zipfile.ZipFile(tmp_path / face.wheel.file_name, "w") as archive:
            archive.writestr(face.member, "no font")
        monkeypatch.setenv("TFAIP_DATA_DIR", str(tmp_path))
        with pytest.raises(UserError, match=face.wheel.sha256):
            fetch_wheel(face.wheel)

    def test_the_real_text_has_all_books(self):
        words = read_words({"train": (), "val": VALIDATION_BOOKS, "test": TEST_BOOKS})
        assert words["val"][:4] == ["It", "happened", "in", "the"]
        assert {part: len(words[part]) for part in words} == {"train": 734991, "val": 6997, "test": 22108}
