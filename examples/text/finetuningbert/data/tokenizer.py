# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The tokenizer as a processor; it runs in worker processes, so it does without TensorFlow."""

from typing import Any

import numpy as np

from examples.text.finetuningbert.data.params import TokenizePairsParams
from tfaip import Sample
from tfaip.data.pipeline.processor.dataprocessor import MappingDataProcessor
from tfaip.util.errors import UserError


class TokenizePairs(MappingDataProcessor[TokenizePairsParams]):
    """Makes ``[CLS] sentence [SEP]`` of each of both sentences, as numbers of word pieces."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        params = self.data_params
        self.tokenizer = create_tokenizer(params.vocab.abs_path, params.lowercase, params.max_length)

    def apply(self, sample: Sample) -> Sample:
        first, second = (np.asarray(self.tokenizer.encode(sentence).ids, "int32") for sentence in sample.inputs)
        sample = sample.new_inputs({"first": first, "second": second})
        if sample.targets is None:
            return sample
        return sample.new_targets({"gt": np.asarray([sample.targets], "int32")})


def create_tokenizer(vocab: str, lowercase: bool, max_length: int) -> Any:
    """Return a tokenizer of word pieces.

    Args:
        vocab: File of word pieces, one a line.
        lowercase: Fold letters before they are looked up.
        max_length: Cut sentences to so many pieces.

    Raises:
        UserError: If the library is missing, or the file is no vocabulary.
    """
    try:
        from tokenizers import BertWordPieceTokenizer
    except ImportError as error:
        hint = "pip install 'tfaip[examples]' or pip install tokenizers"
        raise UserError("Sentences need the library tokenizers.", hint=hint) from error
    try:
        tokenizer = BertWordPieceTokenizer(vocab, lowercase=lowercase)
    except Exception as error:  # the library raises a bare Exception for what it cannot read
        raise UserError("The vocabulary cannot be read.", where=vocab, got=str(error)) from error
    missing = [token for token in ("[PAD]", "[UNK]", "[CLS]", "[SEP]") if tokenizer.token_to_id(token) is None]
    if missing or tokenizer.token_to_id("[PAD]") != 0:
        raise UserError(
            "The file is no vocabulary of word pieces.",
            where=vocab,
            expected="[PAD] in its first line, and [UNK], [CLS], [SEP]",
            got=f"no {', '.join(missing)}" if missing else "[PAD] elsewhere",
        )
    tokenizer.enable_truncation(max_length)
    return tokenizer
