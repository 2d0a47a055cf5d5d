# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Several networks that are trained at once, each on all folds but its own, and that vote."""

import tensorflow as tf

from test.contract.program.model.graph import LineGraph
from test.contract.program.model.model import LineModel, character_error_rate, ctc_loss
from test.contract.program.model.params import EnsembleModelParams
from tfaip.model.graphbase import GenericGraphBase
from tfaip.model.modelbase import ModelBase
from tfaip.util.tftyping import AnyTensor


class EnsembleGraph(GenericGraphBase[EnsembleModelParams]):
    @classmethod
    def from_config(cls, config):
        config = dict(config)
        return cls(EnsembleModelParams.from_dict(config.pop("params")), **config)

    def __init__(self, params: EnsembleModelParams, name="EnsembleGraph", **kwargs):
        super().__init__(params, name=name, **kwargs)
        self.voters = [LineGraph(params, f"voter_{i}") for i in range(params.ensemble)]

    def build_prediction_graph(self, inputs: dict[str, AnyTensor], training=None) -> dict[str, AnyTensor]:
        return joined([voter.predict(inputs) for voter in self.voters])

    def build_train_graph(self, inputs, targets, training=None):
        assert training is None or isinstance(training, (bool, int)), type(training)
        if not training:
            return joined([voter.train(inputs, targets) for voter in self.voters])
        return joined([self.of_other_folds(i, voter, inputs, targets) for i, voter in enumerate(self.voters)])

    def of_other_folds(self, number, voter, inputs, targets):
        """Return the outputs of a voter: zeros for the samples of its own fold, which it does not learn from."""
        wanted = ("blank_last_logits", "softmax", "logits", "blank_last_softmax")

        def of_sample(row):
            image, length, fold = row

            def trained():
                outputs = voter.train({"img": [image], "img_len": [length]}, None)
                return tuple(outputs[key][0] for key in wanted)

            def left_out():
                n = tf.shape(image)[0] // self._params.compute_downscale_factor().x
                empty = tf.zeros([n, self._params.classes])
                return (empty,) * len(wanted)

            return tf.cond(tf.equal(fold[0], number), left_out, trained)

        signature = tuple(tf.TensorSpec([None, self._params.classes], tf.float32) for _ in wanted)
        rows = (inputs["img"], inputs["img_len"], targets["fold_id"])
        outputs = dict(zip(wanted, tf.map_fn(of_sample, rows, fn_output_signature=signature), strict=True))
        out_len = inputs["img_len"] // self._params.compute_downscale_factor().x
        greedy = tf.nn.ctc_greedy_decoder(
            tf.transpose(outputs["blank_last_logits"], [1, 0, 2]), tf.reshape(out_len, [-1])
        )
        return {**outputs, "out_len": out_len, "decoded": tf.sparse.to_dense(greedy[0][0], default_value=-1) + 1}


def joined(voters):
    """Return the outputs of all voters under their numbers, and their mean."""
    outputs = {f"{key}_{i}": value for i, voter in enumerate(voters) for key, value in voter.items()}
    for key in ("softmax", "blank_last_softmax", "logits", "blank_last_logits"):
        outputs[key] = tf.reduce_mean(tf.stack([voter[key] for voter in voters]), axis=0)
    return {**outputs, "out_len": voters[0]["out_len"], "decoded": voters[0]["decoded"]}


class EnsembleModel(ModelBase[EnsembleModelParams]):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.cer = tf.keras.metrics.Mean(name="CER")
        self.cer_of_voters = [tf.keras.metrics.Mean(name=f"CER_{i}") for i in range(self.params.ensemble)]

    _best_logging_settings = LineModel._best_logging_settings
    _print_evaluate = LineModel._print_evaluate

    def _loss(self, inputs, targets, outputs):
        shifted = {**targets, "gt": tf.maximum(targets["gt"] - 1, 0)}
        losses = {}
        for i in range(self._params.ensemble):
            wanted = tf.cast(tf.not_equal(targets["fold_id"], i), tf.float32)
            of_voter = ctc_loss(shifted, outputs[f"blank_last_logits_{i}"], outputs[f"out_len_{i}"])
            losses[f"loss_{i}"] = of_voter * wanted
        return {"loss": tf.add_n(list(losses.values())) / self._params.ensemble, **losses}

    def _loss_weights(self):
        return {"loss": 1.0, **{f"loss_{i}": 0.0 for i in range(self._params.ensemble)}}

    def _metric(self, inputs, targets, outputs):
        lengths = tf.reshape(targets["gt_len"], [-1])
        rates = [
            character_error_rate(targets, outputs[key])
            for key in ("decoded", *(f"decoded_{i}" for i in range(self._params.ensemble)))
        ]
        metrics = [self.cer, *self.cer_of_voters]
        return [metric(rate, sample_weight=lengths) for metric, rate in zip(metrics, rates, strict=True)]
