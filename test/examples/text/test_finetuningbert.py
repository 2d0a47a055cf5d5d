# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The fine-tuning example: tokenizer, warm start from files as they are published, training, prediction."""

import json
import subprocess
import sys

import numpy as np
import pytest

from examples.datasets.minilm import load_minilm
from examples.datasets.pairs import SentencePair
from examples.datasets.paraphrases import load_paraphrases
from examples.text.finetuningbert import warmstart
from examples.text.finetuningbert.baseline import baselines
from examples.text.finetuningbert.data.params import (
    PairFilesGeneratorParams,
    SentencePairDataParams,
    TokenizePairsParams,
)
from examples.text.finetuningbert.data.tokenizer import TokenizePairs, create_tokenizer
from examples.text.finetuningbert.evaluator import SentencePairEvaluator
from examples.text.finetuningbert.params import BertWarmStartParams
from examples.text.finetuningbert.scenario import FinetuningBertScenario
from tfaip import EvaluatorParams, PipelineMode, PredictorParams, Sample
from tfaip.resource.resource import Resource
from tfaip.scripts import lav, predict, train
from tfaip.util.errors import UserError, UserFileNotFoundError

ANIMALS = ["dog", "cat", "horse", "cow", "bird", "fish", "bee", "ant"]
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "sees", "a", "today", "never", "##s", "run", *ANIMALS]
TINY = ["--model.layers", "1", "--model.hidden", "16", "--model.heads", "2", "--model.feed_forward", "32"]
SHORT = ["--trainer.progress_bar_mode", "0", "--trainer.skip_model_load_test", "True", "--trainer.random_seed", "1"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A tiny vocabulary, and sentences that mean the same unless one says never: common words do not tell it."""
    folder = tmp_path_factory.mktemp("sentences")
    (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    rng = np.random.default_rng(1)

    def line(index):
        first, second = rng.choice(ANIMALS, 2)
        end = ["never", "today"][index % 2]
        return f"{index % 2}\tThe {first} sees a {second}\tThe {first} sees a {second} {end}\n"

    for name, n in (("train", 640), ("val", 64), ("test", 64)):
        (folder / f"{name}.tsv").write_text("".join(line(index) for index in range(n)))
    return folder


@pytest.fixture(scope="module")
def model(folder, tmp_path_factory):
    """A model that was trained from nothing as a user does it, whose vocabulary is not where it was any more."""
    output = tmp_path_factory.mktemp("model") / "m"
    vocab = output.parent / "vocab.txt"
    vocab.write_bytes((folder / "vocab.txt").read_bytes())
    line = ["examples.text.finetuningbert", "--train_val.data_dir", str(folder), "--data.vocab", str(vocab)]
    line += ["--trainer.output_dir", str(output), "--warmstart.model", "none", "--learning_rate.lr", "0.01"]
    line += ["--learning_rate.warmup_steps", "5", "--trainer.epochs", "3", "--model.dropout", "0"]
    assert train.run_args([*line, *TINY, *SHORT]) == 0
    vocab.unlink()
    return output


def tokenize(folder, pair, targets=1, **params):
    data_params = SentencePairDataParams(vocab=Resource(str(folder / "vocab.txt")), **params)
    processor = TokenizePairs(TokenizePairsParams(), data_params, PipelineMode.TRAINING)
    return processor.apply(Sample(inputs=pair, targets=targets))


def published(shapes):
    """Return the arrays of a file with one layer, named and shaped as those of the Hugging Face hub."""
    hidden, inner = shapes
    dense = {
        "attention.self.query": (hidden, hidden),
        "attention.self.key": (hidden, hidden),
        "attention.self.value": (hidden, hidden),
        "attention.output.dense": (hidden, hidden),
        "intermediate.dense": (inner, hidden),
        "output.dense": (hidden, inner),
    }
    arrays = {f"embeddings.{name}_embeddings.weight": (n, hidden) for name, n in PUBLISHED_ROWS.items()}
    for name, shape in dense.items():
        arrays |= {f"encoder.layer.0.{name}.weight": shape, f"encoder.layer.0.{name}.bias": shape[:1]}
    for name in ("embeddings", "encoder.layer.0.attention.output", "encoder.layer.0.output"):
        arrays |= {f"{name}.LayerNorm.weight": (hidden,), f"{name}.LayerNorm.bias": (hidden,)}
    arrays["pooler.dense.weight"] = (hidden, hidden)
    rng = np.random.default_rng(1)
    return {name: rng.normal(size=shape).astype("float32") for name, shape in arrays.items()}


PUBLISHED_ROWS = {"word": len(WORDS), "position": 512, "token_type": 2}


def write_safetensors(path, arrays):
    header, data = {}, b""
    for name, array in arrays.items():
        begin, data = len(data), data + array.tobytes()
        header[name] = {"dtype": "F32", "shape": array.shape, "data_offsets": [begin, len(data)]}
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


@pytest.fixture(scope="module")
def target(folder):
    """A network of one layer, whose weights the tests change."""
    params = FinetuningBertScenario.default_params()
    params.data.vocab = Resource(str(folder / "vocab.txt"))
    params.model.layers, params.model.hidden, params.model.heads, params.model.feed_forward = 1, 16, 2, 32
    scenario = FinetuningBertScenario(params)
    return scenario.keras_predict_model


class TestTokenizer:
    def test_each_sentence_is_a_sequence_of_word_pieces(self, folder):
        sample = tokenize(folder, ("The dog runs", "a Ünicorn"))
        for name, tokens in (("first", "[CLS] the dog run ##s [SEP]"), ("second", "[CLS] a [UNK] [SEP]")):
            assert sample.inputs[name].tolist() == [WORDS.index(token) for token in tokens.split()]
        assert sample.targets["gt"].tolist() == [1]

    def test_long_sentences_are_cut_to_the_limit(self, folder):
        sample = tokenize(folder, ("dog " * 50, "cat"), max_length=10)
        assert sample.inputs["first"][-1] == WORDS.index("[SEP]")
        assert (len(sample.inputs["first"]), len(sample.inputs["second"])) == (10, 3)

    def test_without_targets(self, folder):
        assert tokenize(folder, ("a dog", "a cat"), targets=None).targets is None

    @pytest.mark.parametrize("content", [None, "dog\ncat\n", "dog\n[PAD]\n[UNK]\n[CLS]\n[SEP]\n"])
    def test_what_is_no_vocabulary_is_named(self, tmp_path, content):
        if content is not None:
            (tmp_path / "v.txt").write_text(content)
        with pytest.raises(UserError, match=r"v\.txt"):
            create_tokenizer(str(tmp_path / "v.txt"), True, 128)

    def test_without_the_library_the_message_says_what_to_install(self, folder, monkeypatch):
        monkeypatch.setitem(sys.modules, "tokenizers", None)
        with pytest.raises(UserError, match=r"tfaip\[examples\]"):
            create_tokenizer(str(folder / "vocab.txt"), True, 128)


class TestParameters:
    def test_do_not_import_tensorflow_and_fetch_nothing(self, tmp_path):
        code = "import sys, examples.text.finetuningbert.params; sys.exit('tensorflow' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
        assert FinetuningBertScenario.default_params().data.vocab is None

    @pytest.mark.parametrize(
        ("flags", "message"),
        [(["--model.heads", "5"], "a divisor of model.hidden"), (["--data.max_length", "600"], "at most")],
    )
    def test_sizes_that_do_not_fit_are_refused(self, flags, message):
        with pytest.raises(UserError, match=message):
            train.parse_args(["examples.text.finetuningbert", *flags])


class TestWarmStart:
    @staticmethod
    def value(model, end):
        (weight,) = [weight for weight in model.weights if weight.path.endswith(end)]
        return weight.numpy()

    @pytest.mark.parametrize("prefix", ["", "bert."])
    def test_names_and_matrices_of_published_files(self, target, tmp_path, prefix):
        arrays = published((16, 32))
        write_safetensors(tmp_path / "m.safetensors", {prefix + name: array for name, array in arrays.items()})
        classifier = self.value(target, "logits/kernel")
        BertWarmStartParams(model=str(tmp_path / "m.safetensors")).create().warmstart(target)
        layer = "encoder.layer.0."
        for ours, theirs in {
            "encoder/word_embeddings/embeddings": arrays["embeddings.word_embeddings.weight"],
            "encoder/LayerNorm/gamma": arrays["embeddings.LayerNorm.weight"],
            "layer_0/attention/query/kernel": arrays[f"{layer}attention.self.query.weight"].T,
            "layer_0/attention/dense/kernel": arrays[f"{layer}attention.output.dense.weight"].T,
            "layer_0/attention/LayerNorm/beta": arrays[f"{layer}attention.output.LayerNorm.bias"],
            "layer_0/intermediate/kernel": arrays[f"{layer}intermediate.dense.weight"].T,
            "layer_0/output/kernel": arrays[f"{layer}output.dense.weight"].T,
            "layer_0/LayerNorm/gamma": arrays[f"{layer}output.LayerNorm.weight"],
            "logits/kernel": classifier,
        }.items():
            np.testing.assert_array_equal(self.value(target, ours), theirs, err_msg=ours)

    def test_another_size_is_told_and_nothing_is_changed(self, target, tmp_path):
        before = self.value(target, "layer_0/intermediate/kernel")
        write_safetensors(tmp_path / "m.safetensors", published((16, 48)))
        with pytest.raises(UserError, match="layer_0/intermediate/kernel: 16x48 instead of 16x32"):
            BertWarmStartParams(model=str(tmp_path / "m.safetensors")).create().warmstart(target)
        np.testing.assert_array_equal(self.value(target, "layer_0/intermediate/kernel"), before)

    @pytest.mark.slow
    def test_a_model_of_this_scenario_with_its_classifier(self, target, model):
        BertWarmStartParams(model=str(model / "best"), exclude=None).create().warmstart(target)
        params = FinetuningBertScenario.params_from_path(str(model / "best"))
        assert params.model.hidden == 16
        assert self.value(target, "logits/bias") != -6  # what it began with

    def test_pretrained_means_the_files_of_the_loader(self, target, tmp_path, monkeypatch):
        arrays = published((16, 32))
        write_safetensors(tmp_path / "model.safetensors", arrays)
        (tmp_path / "vocab.txt").touch()
        monkeypatch.setattr(warmstart, "load_minilm", lambda: load_minilm(str(tmp_path)))
        BertWarmStartParams().create().warmstart(target)
        words = self.value(target, "word_embeddings/embeddings")
        np.testing.assert_array_equal(words, arrays["embeddings.word_embeddings.weight"])


class TestModel:
    def test_beats_the_trivial_baselines_on_toy_sentences(self, model, folder, tmp_path):
        results = tmp_path / "r.json"
        line = ["--export_dir", str(model / "best"), "--data.part", "test", "--lav.silent", "True"]
        assert lav.main([*line, "--out", str(results)]) == 0
        values = json.loads(results.read_text())["results"][0]["values"]
        pairs = [SentencePair("x", "x", bool(i % 2), "") for i in range(64)]
        assert values["acc"] > max(baselines(pairs, pairs).values()) + 0.3
        assert values["f1"] > 0.8

    def test_predicts_pairs_of_files_with_the_vocabulary_of_the_model(self, model, tmp_path, capsys):
        (tmp_path / "p.tsv").write_text("The dog sees a cat\tThe dog sees a cat never\n" * 2 + "a bee\ta bee today\n")
        line = ["--export_dir", str(model / "best"), "--data.files", str(tmp_path / "*.tsv")]
        assert predict.main([*line, "--output", str(tmp_path / "r.jsonl")]) == 0
        rows = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()]
        assert [row["outputs"]["class"] for row in rows] == [[0], [0], [1]]
        assert rows[2]["meta"]["first"] == "a bee"
        assert "\n  a bee\n  a bee today" in capsys.readouterr().out

    def test_padding_does_not_change_an_answer(self, model):
        params = PredictorParams(silent=True, progress_bar=False)
        predictor = FinetuningBertScenario.create_predictor(str(model / "best"), params)
        pairs = [("the dog", "the dog today"), ("the dog sees a cat " * 6, "never " * 9)]
        together = [sample.outputs["same"] for sample in predictor.predict_raw(pairs)]
        alone = [next(iter(predictor.predict_raw([pair]))).outputs["same"] for pair in pairs]
        np.testing.assert_allclose(together, alone, atol=1e-5)

    def test_files_without_pairs_are_named(self, tmp_path):
        with pytest.raises(UserFileNotFoundError, match=r"--data.files.*\n.*nothing"):
            PairFilesGeneratorParams(files=[str(tmp_path / "nothing*")]).create(PipelineMode.PREDICTION)


def test_the_evaluator_counts():
    evaluator = SentencePairEvaluator(EvaluatorParams())
    with evaluator:
        for target, said in [(1, 1), (1, 1), (1, 0), (0, 1), (0, 0)]:
            evaluator.update_state(Sample(targets={"gt": np.array([target])}, outputs={"class": np.array([said])}))
        result = evaluator.result()
    assert result == pytest.approx({"precision": 2 / 3, "recall": 2 / 3, "f1": 2 / 3})


def test_the_baselines_are_chosen_by_the_training_pairs():
    same, other = SentencePair("a b", "a b", True, ""), SentencePair("a b", "a c d", False, "")
    shares = baselines([same, same, other], [same, other, other, other])
    assert list(shares.values()) == [0.25, 1.0]
    assert "words in common >= 1.000" in shares


@pytest.mark.slow
class TestPretrained:
    """With the real encoder, which is fetched once."""

    def test_features_are_those_that_the_authors_publish(self):
        params = FinetuningBertScenario.default_params()
        scenario = FinetuningBertScenario(params)
        predict_model = scenario.keras_predict_model
        BertWarmStartParams().create().warmstart(predict_model)
        tokenizer = create_tokenizer(params.data.vocab.abs_path, True, 128)
        features = []
        for text in ("The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."):
            encoding = tokenizer.encode(text)
            words = scenario.graph.encoder(np.array([encoding.ids]))
            mean = np.asarray(words)[0].mean(axis=0)
            features.append(mean / np.linalg.norm(mean))
        # the cosines of the model card
        cosines = [features[i] @ features[j] for i, j in ((0, 1), (0, 2), (1, 2))]
        np.testing.assert_allclose(cosines, [0.6660, 0.1046, 0.1411], atol=2e-4)

    def test_a_short_training_beats_the_number_of_common_words(self):
        n = 192
        params = FinetuningBertScenario.default_trainer_params()
        params.gen.train_val.dataset = "verses"
        params.gen.setup.val.limit = n
        params.samples_per_epoch = 192
        params.random_seed = 1
        params.progress_bar_mode = 0
        params.skip_model_load_test = True
        logs = FinetuningBertScenario.create_trainer(params).train()
        pairs = load_paraphrases("verses")
        assert logs["val_acc"] > max(baselines(pairs.train, pairs.val[:n]).values()) + 0.03
