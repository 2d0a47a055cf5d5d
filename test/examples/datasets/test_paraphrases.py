# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Sentence pairs come from the first source that has them, hold what was verified, and bad files are named."""

import hashlib
import logging

import pytest

from examples.datasets import paraphrases, verses
from examples.datasets.pairs import SentencePair, read_pair_folder, read_pairs
from examples.datasets.paraphrases import load_paraphrases
from examples.datasets.wheels import FetchError
from tfaip.util.errors import UserError, UserFileNotFoundError, UserValueError

MRPC = '﻿Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t1\t2\tHe said "no.\tHe declined .\n0\t3\t4\tA dog .\tA cat .\n'
NUMBERS = range(44001001, 44001013)


@pytest.fixture
def places(tmp_path, monkeypatch):
    """A machine without any pairs, whose network can be reached by nobody until a test says so."""
    for name in ("TFAIP_PARAPHRASES_DIR", "TFAIP_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TFAIP_DATA_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(paraphrases, "_loaded", {})

    def unreachable(*args):
        raise FetchError("no network")

    monkeypatch.setattr(paraphrases, "fetch_download", unreachable)
    monkeypatch.setattr(verses, "read_member", unreachable)
    return tmp_path


@pytest.fixture
def server(places, monkeypatch):
    """The server of the corpus, with two pairs."""
    calls = []

    def fetch(download, path):
        calls.append(download.url.rpartition("/")[2])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(MRPC.encode())

    monkeypatch.setattr(paraphrases, "fetch_download", fetch)
    sha256 = hashlib.sha256(MRPC.encode()).hexdigest()
    monkeypatch.setattr(paraphrases, "MRPC_FILES", dict.fromkeys(paraphrases.MRPC_FILES, sha256))
    return calls


@pytest.fixture
def index(places, monkeypatch):
    """A package index with two translations of twelve verses."""
    subjects = ["dog", "cat", "horse", "king", "queen", "priest", "boat", "tree", "stone", "bread", "wine", "fish"]
    first = [f"Then the old {name} went away from the holy town" for name in subjects]
    second = [f"The aged {name} departed from the holy town" for name in subjects]

    def module(sentences):
        text = " ".join(sentences)
        starts, ends, place = {}, {}, 0
        for number, sentence in zip(NUMBERS, sentences, strict=True):
            starts[number], ends[number] = place, place + len(sentence)
            place += len(sentence) + 1
        return f"import nothing\nbible = Bible(Version.X, {text!r}, {starts}, {ends}, {{}})\n".encode()

    modules = {verses.WEB: module(first), verses.WEYMOUTH: module(second)}
    monkeypatch.setattr(verses, "read_member", modules.__getitem__)
    expected = verses.make_pairs(*(verses.read_verses(content) for content in modules.values()))
    digest = hashlib.sha256(
        "".join(f"{int(p.same)}\t{p.first}\t{p.second}\n" for part in verses.PARTS for p in expected[part]).encode()
    )
    monkeypatch.setattr(verses, "PAIRS_SHA256", digest.hexdigest())
    return expected


def write_folder(folder, n=20, names=("train.tsv", "test.tsv")):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text("".join(f"{i % 2}\tfirst {i}\tsecond {i}\n" for i in range(n)))
    return folder


class TestFolder:
    def test_is_used_and_nothing_else(self, places, server):
        data = load_paraphrases(data_dir=str(write_folder(places / "d")))
        assert (len(data.train), len(data.val), len(data.test)) == (18, 2, 20)
        assert data.test[1] == SentencePair("first 1", "second 1", True, "test.tsv:2")
        assert server == []

    def test_no_pair_is_in_two_parts(self, tmp_path):
        data = read_pair_folder(write_folder(tmp_path / "d"))
        assert not {pair.name for pair in data.train} & {pair.name for pair in data.val}

    def test_environment_variable(self, places, monkeypatch):
        monkeypatch.setenv("TFAIP_PARAPHRASES_DIR", str(write_folder(places / "d")))
        assert load_paraphrases().source == str(places / "d")

    def test_val_file(self, tmp_path):
        data = read_pair_folder(write_folder(tmp_path, 4, ("train.tsv", "val.tsv", "test.tsv")))
        assert (len(data.train), len(data.val)) == (4, 4)

    def test_missing_files_are_named(self, places):
        with pytest.raises(UserFileNotFoundError, match="no such folder"):
            load_paraphrases(data_dir=str(places / "nowhere"))
        (places / "other.txt").touch()
        with pytest.raises(UserFileNotFoundError, match=r"(?s)train\.tsv.*other\.txt"):
            load_paraphrases(data_dir=str(places))

    @pytest.mark.parametrize("line", ["2\ta\tb", "1\ta", "1\ta\tb\tc", "\ta\tb"])
    def test_a_line_of_another_form_is_named(self, tmp_path, line):
        (tmp_path / "p.tsv").write_text(f"1\ta\tb\n{line}\n")
        with pytest.raises(UserValueError, match=r"p\.tsv, line 2"):
            read_pairs(tmp_path / "p.tsv")

    def test_quotation_marks_are_text(self, tmp_path):
        (tmp_path / "p.tsv").write_text('He said "no.\tHe declined.\n')
        assert read_pairs(tmp_path / "p.tsv", labelled=False)[0].first == 'He said "no.'

    def test_a_file_that_is_no_text_is_named(self, tmp_path):
        (tmp_path / "p.tsv").write_bytes(b"1\t\xff\t\xfe\n")
        with pytest.raises(UserValueError, match=r"p\.tsv"):
            read_pairs(tmp_path / "p.tsv")


class TestSources:
    def test_the_corpus_is_fetched_once_and_the_source_logged(self, places, server, monkeypatch, caplog):
        with caplog.at_level(logging.INFO):
            data = load_paraphrases()
        assert data.test[0] == SentencePair('He said "no.', "He declined .", True, "msr_paraphrase_test.txt:2")
        assert "from the Microsoft Research Paraphrase Corpus" in caplog.text
        monkeypatch.setattr(paraphrases, "_loaded", {})
        load_paraphrases()
        assert server == ["msr_paraphrase_train.txt", "msr_paraphrase_test.txt"]

    def test_the_package_index_comes_next(self, places, index, caplog):
        data = load_paraphrases()
        assert "PyPI" in data.source
        assert [(pair.first, pair.second, pair.same) for pair in data.test] == [
            (pair.first, pair.second, pair.same) for pair in index["test"]
        ]
        assert "mrpc are not available: no network" in caplog.text

    def test_offline_asks_no_server_but_the_index(self, places, server, index, monkeypatch):
        monkeypatch.setenv("TFAIP_OFFLINE", "1")
        assert "PyPI" in load_paraphrases().source
        assert server == []

    def test_a_named_data_set_is_not_replaced_by_another(self, places, index):
        with pytest.raises(UserError, match="mrpc: no network"):
            load_paraphrases("mrpc")

    def test_an_unknown_name_names_the_known_ones(self, places):
        with pytest.raises(UserValueError, match="Did you mean mrpc"):
            load_paraphrases("mprc")

    def test_without_any_source_the_error_says_what_to_do(self, places):
        with pytest.raises(UserError, match=r"(?s)mrpc: no network; verses: no network.*TFAIP_PARAPHRASES_DIR"):
            load_paraphrases()

    def test_changed_files_in_the_cache_are_refused_naming_them(self, places, index, monkeypatch):
        load_paraphrases("verses")
        path = places / "cache" / "verses" / "test.tsv"
        path.write_text("1\ta\tb\n")
        monkeypatch.setattr(paraphrases, "_loaded", {})
        with pytest.raises(UserError, match=r"(?s)verses.*expected.*got.*remove"):
            load_paraphrases("verses")


class TestVerses:
    def test_each_verse_has_one_pair_that_says_the_same_and_one_that_does_not(self, index):
        pairs = index["test"]
        assert len(pairs) == 2 * len(NUMBERS)
        assert [pair.same for pair in pairs] == [True, False] * len(NUMBERS)
        for same, other in zip(pairs[::2], pairs[1::2], strict=True):
            assert same.first == other.first
            assert same.second != other.second
            assert verses.overlap(other.first, other.second) >= 0.5 * verses.overlap(same.first, same.second)

    def test_books_are_held_out_as_a_whole(self):
        numbers = [book * 1_000_000 + 1_001 + i for book in (40, 44, 46) for i in range(3)]
        web = {number: f"and the {number} went into the old house" for number in numbers}
        parts = verses.make_pairs(web, web)
        books = {part: {int(pair.name[:2]) for pair in pairs} for part, pairs in parts.items()}
        assert books == {"train": {40}, "val": {46}, "test": {44}}

    @pytest.mark.parametrize("module", [b"x = 1\n", b"bible = Bible(1, open('x'), {}, {})\n", b"(((", b""])
    def test_a_module_of_another_form_is_refused_and_not_run(self, module):
        with pytest.raises(UserValueError, match="no verses"):
            verses.read_verses(module)


@pytest.mark.slow
def test_the_real_wheels_make_the_pairs_that_were_verified(monkeypatch, tmp_path):
    data = verses.load_verses()
    assert (len(data.train), len(data.val), len(data.test)) == (7598, 1060, 1752)
    assert sum(pair.same for pair in data.test) == 876
