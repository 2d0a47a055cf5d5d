# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Forming batches sample by sample, so that it is known at each batch which samples still wait."""

from collections.abc import Iterable, Iterator
from typing import Any, Callable, Dict, List, Optional, Tuple

from tfaip.data.pipeline.batching.batcher import Buckets
from tfaip.data.pipeline.definitions import Sample, SampleKey
from tfaip.data.pipeline.seeding import sample_seed

KeyedSample = Tuple[SampleKey, Sample]
LengthFn = Callable[[Any], int]

_SHUFFLE = 0x5B0F7A17C8D3E261  # so that the choices have nothing to do with the random numbers of the samples


class ShuffleBuffer:
    """Gives samples out in a random order, where a sample moves ahead by at most the size of the buffer.

    Each choice follows from the seed and the sample that comes in.

    Args:
        size: Number of samples to choose from.
        seed: The seed.
    """

    def __init__(self, size: int, seed: int):
        self._size = size
        self._seed = seed ^ _SHUFFLE
        self._samples: List[Sample] = []
        self._epoch = 0
        self.keys: List[SampleKey] = []  # those of the samples that wait, in their order

    def restore(self, samples: Iterable[KeyedSample], epoch: int) -> None:
        """Fill the buffer with samples that have waited in it before."""
        for key, sample in samples:
            self.keys.append(key)
            self._samples.append(sample)
        self._epoch = epoch

    def push(self, keyed: KeyedSample) -> Optional[KeyedSample]:
        """Take a sample in; return another one if the buffer was full."""
        key, sample = keyed
        self._epoch = key[0]
        if len(self.keys) < self._size:
            self.keys.append(key)
            self._samples.append(sample)
            return None
        place = sample_seed(self._seed, *key) % len(self.keys)
        chosen = self.keys[place], self._samples[place]
        self.keys[place], self._samples[place] = keyed
        return chosen

    def pop(self) -> Optional[KeyedSample]:
        """Return one of the samples that are left at the end, None if there are none."""
        if not self.keys:
            return None
        place = sample_seed(~self._seed, self._epoch, len(self.keys)) % len(self.keys)
        chosen = self.keys[place], self._samples[place]
        self.keys[place], self._samples[place] = self.keys[-1], self._samples[-1]
        del self.keys[-1], self._samples[-1]
        return chosen


class BatchFormer:
    """Puts samples of similar lengths together.

    Args:
        buckets: Which lengths belong together, and how many samples make a batch.
        length_fn: Returns the length for the inputs of a sample; None if it does not matter.
        drop_remainder: Leave out the batches that are not full at the end.
        max_wait: Give a batch out, full or not, when so many samples have come in since its first one. None: never.
    """

    def __init__(
        self,
        buckets: Buckets,
        length_fn: Optional[LengthFn],
        drop_remainder: bool,
        max_wait: Optional[int] = None,
    ):
        self._buckets = buckets
        self._length_fn = length_fn
        self._drop_remainder = drop_remainder
        self._max_wait = max_wait
        self._batches: Dict[int, List[KeyedSample]] = {}  # that with the oldest sample first
        self._longest: Dict[int, int] = {}
        self._begun: Dict[int, int] = {}  # how many samples had come in when a batch began
        self._count = 0

    @property
    def keys(self) -> Tuple[SampleKey, ...]:
        """Those of the samples that wait; to be pushed again in this order to go on."""
        return tuple(key for batch in self._batches.values() for key, _ in batch)

    def push(self, keyed: KeyedSample) -> Iterator[List[KeyedSample]]:
        """Take a sample in and yield the batches that are full."""
        length = 0 if self._length_fn is None else self._length_fn(keyed[1].inputs)
        number = self._buckets.number_of(length)
        full: Optional[List[KeyedSample]] = None
        if number in self._batches and not self._has_room(number, max(self._longest[number], length)):
            full = self._batches.pop(number)
        batch = self._batches.setdefault(number, [])
        batch.append(keyed)
        self._count += 1
        is_first = len(batch) == 1
        self._begun[number] = self._count if is_first else self._begun[number]
        self._longest[number] = length if is_first else max(self._longest[number], length)
        if full is not None:
            yield full
        if not self._has_room(number, self._longest[number]):
            yield self._batches.pop(number)
        yield from self._overdue()

    def flush(self) -> Iterator[List[KeyedSample]]:
        """Yield the batches that are not full, the short samples first."""
        for number in sorted(self._batches):
            batch = self._batches.pop(number)
            if not self._drop_remainder:
                yield batch

    def _overdue(self) -> Iterator[List[KeyedSample]]:
        oldest = next(iter(self._batches), None)
        if oldest is not None and self._max_wait is not None and self._count - self._begun[oldest] >= self._max_wait:
            yield self._batches.pop(oldest)

    def _has_room(self, number: int, longest: int) -> bool:
        return self._buckets.has_room(number, len(self._batches[number]), longest)
