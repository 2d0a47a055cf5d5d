# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The way into TensorFlow, to be overridden by scenarios that do a part of their pre-processing in ``tf.data``."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Dict, Tuple

import tensorflow as tf

from tfaip.data.pipeline.batching.collator import parts_of_mode
from tfaip.util.errors import UserTypeError

if TYPE_CHECKING:
    from tfaip.data.databaseparams import DataBaseParams
    from tfaip.data.pipeline.datapipeline import DataPipeline

Specs = Dict[str, tf.TensorSpec]

_LAYERS = ("input_layer_specs", "target_layer_specs", "meta_layer_specs")


class TFDatasetGenerator:
    """Creates a ``tf.data.Dataset`` of samples.

    As long as nothing is overridden, batches are made in Python and this class only names the layers. A subclass
    gets single samples and may map the dataset in :meth:`_transform`. It is used through
    ``DataPipeline._create_tf_dataset_generator``.

    Args:
        data_pipeline: The pipeline.
    """

    def __init__(self, data_pipeline: "DataPipeline"):
        self.data_pipeline = data_pipeline
        self.mode = data_pipeline.mode

    @property
    def data_params(self) -> "DataBaseParams":
        """The parameters of the data."""
        return self.data_pipeline.data_params

    def input_layer_specs(self) -> Specs:
        """Return what the inputs of the samples look like that Python yields."""
        return self.data_pipeline.data.dataset_input_layer_specs()

    def target_layer_specs(self) -> Specs:
        """Return what the targets of the samples look like that Python yields."""
        return self.data_pipeline.data.dataset_target_layer_specs()

    def meta_layer_specs(self) -> Specs:
        """Return what the meta data of the samples look like that Python yields."""
        return self.data_pipeline.data.dataset_meta_layer_specs()

    def _transform(self, dataset: tf.data.Dataset) -> tf.data.Dataset:
        """Map the dataset whose elements are ``(inputs, targets, meta)``, or what of it belongs to the mode."""
        return dataset

    def create(
        self, generator_fn: Callable[[], Iterable[Tuple[Dict[str, Any], ...]]], yields_batches: bool = False
    ) -> tf.data.Dataset:
        """Create the dataset.

        Args:
            generator_fn: Returns the samples, or batches.
            yields_batches: Whether it returns batches.

        Raises:
            TypeError: What :meth:`_transform` returns does not fit to the layers of the network.
        """
        own = {
            "inputs": self.input_layer_specs,
            "targets": self.target_layer_specs,
            "meta": self.meta_layer_specs,
        }
        data = self.data_pipeline.data
        network = {
            "inputs": data.input_layer_specs,
            "targets": data.target_layer_specs,
            "meta": data.meta_layer_specs,
        }
        parts = parts_of_mode(self.mode)
        dataset = tf.data.Dataset.from_generator(
            generator_fn, output_signature=tuple(_signature(own[part](), yields_batches) for part in parts)
        )
        dataset = self._transform(dataset)
        expected = tuple(_signature(network[part](), yields_batches) for part in parts)
        self._check(dataset.element_spec, expected)
        return dataset

    def is_custom(self) -> bool:
        """Return whether a subclass or the data changes what happens between Python and the network."""
        base, cls, data = TFDatasetGenerator, type(self), self.data_pipeline.data
        names = ("_transform", "create", *_LAYERS)
        if any(getattr(cls, name) is not getattr(base, name) for name in names):
            return True
        return any(
            getattr(data, f"dataset_{part}")() != getattr(data, part)()
            for part in _LAYERS
            if not _is_inherited(type(data), f"dataset_{part}")
        )

    def _check(self, got: Any, expected: Tuple[Specs, ...]) -> None:
        fits = isinstance(got, tuple) and len(got) == len(expected)
        fits = fits and all(
            isinstance(part, dict) and set(part) >= set(specs) and all(_fits(part[key], specs[key]) for key in specs)
            for part, specs in zip(got, expected, strict=True)
        )
        if not fits:
            raise UserTypeError(
                "The dataset does not fit to the layers of the network.",
                where=f"{type(self).__name__}._transform in mode {self.mode}",
                expected=str(expected),
                got=str(got),
                hint=f"the elements are a tuple of dictionaries: {', '.join(parts_of_mode(self.mode))}",
            )


def _is_inherited(data_cls: type, name: str) -> bool:
    """Return whether a data class leaves a method to the base class; to call it takes longer."""
    from tfaip.data.data import DataBase

    return getattr(data_cls, name, None) is getattr(DataBase, name)


def _fits(got: Any, expected: tf.TensorSpec) -> bool:
    return got.dtype == expected.dtype and got.shape.is_compatible_with(expected.shape)


def _signature(specs: Specs, batched: bool) -> Specs:
    return {
        key: tf.TensorSpec([None, *spec.shape], spec.dtype) if batched else tf.TensorSpec(spec.shape, spec.dtype)
        for key, spec in specs.items()
    }
