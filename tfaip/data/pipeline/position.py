# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Where a pipeline is in its data, small enough for a checkpoint, and how to go on from there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Tuple

from tfaip.data.pipeline.definitions import SampleKey
from tfaip.util.errors import UserError

# Pass, position of the first sample of a chunk in the data, and number of samples generated in this pass before it.
ChunkStart = Tuple[int, int, int]


@dataclass(frozen=True)
class Position:
    """Where a pipeline goes on.

    Args:
        seed: The seed of the pipeline.
        epoch: Number of the pass over the data.
        index: Position in this pass of the next sample of the data generator.
        generated: If a processor generates samples, how many of those of this pass are used up: the pass has to be
            generated again, so ``index`` is 0. Else None.
        chunks: Where to begin to generate in a pass, if not at its start: where a chunk begins.
        buffered: Pass and position of the samples that wait in the shuffle buffer, in their order.
        pending: Pass and position of the samples whose batches are not full.
        batches: Number of batches that TensorFlow made of what follows and that are used up. They are made again, since
            nobody knows which samples they were made of.
    """

    seed: int
    epoch: int = 0
    index: int = 0
    generated: Optional[int] = None
    buffered: Tuple[SampleKey, ...] = ()
    pending: Tuple[SampleKey, ...] = ()
    batches: int = 0
    chunks: Tuple[ChunkStart, ...] = ()

    @property
    def key(self) -> SampleKey:
        """Pass and position of the next sample that is neither used up nor waiting."""
        return self.epoch, self.index if self.generated is None else self.generated

    @property
    def first_to_come(self) -> int:
        """The smallest position in this pass of a sample that is not used up: waiting, or the next one."""
        return min(key[1] for key in (*self.buffered, *self.pending, self.key) if key[0] == self.epoch)

    def to_dict(self) -> Dict[str, Any]:
        """Return a dictionary for JSON."""
        values: Dict[str, Any] = {"seed": self.seed, "epoch": self.epoch, "index": self.index}
        if self.generated is not None:
            values["generated"] = self.generated
        for name in ("chunks", "buffered", "pending"):
            if keys := getattr(self, name):
                values[name] = [list(key) for key in keys]
        if self.batches:
            values["batches"] = self.batches
        return values

    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> "Position":
        """Return the position that :meth:`to_dict` has written.

        Raises:
            UserError: It is damaged.
        """
        try:
            generated = values.get("generated")
            return Position(
                seed=int(values["seed"]),
                epoch=_count(values["epoch"]),
                index=_count(values["index"]),
                generated=None if generated is None else _count(generated),
                buffered=_keys(values.get("buffered", ())),
                pending=_keys(values.get("pending", ())),
                batches=_count(values.get("batches", 0)),
                chunks=tuple((_count(e), _count(i), _count(n)) for e, i, n in values.get("chunks", ())),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise UserError(
                "The position in the data is damaged.", got=f"{type(error).__name__}: {error} in {str(values)[:200]}"
            ) from error


def _count(value: Any) -> int:
    count = int(value)
    if count < 0:
        raise ValueError(f"{count} is negative")
    return count


def _keys(values: Any) -> Tuple[SampleKey, ...]:
    return tuple((_count(epoch), _count(index)) for epoch, index in values)


class Start:
    """Which samples a run through the pipeline still needs.

    Args:
        position: Where the run begins, None for the beginning of a pass.
    """

    def __init__(self, position: Optional[Position] = None):
        self.position = position
        keys = () if position is None else (*position.buffered, *position.pending)
        self._waiting = frozenset(keys)
        self._chunks = {} if position is None else {epoch: start for epoch, *start in position.chunks}

    @property
    def earlier_passes(self) -> List[int]:
        """The passes before that of the position that some samples are still needed of."""
        if self.position is None:
            return []
        return sorted({epoch for epoch, _ in self._waiting if epoch < self.position.epoch})

    @property
    def needs_whole_passes(self) -> bool:
        """Whether all is needed that the data generator yields in a pass from :meth:`bounds` on."""
        return self.position is not None and self.position.generated is not None

    @property
    def first_whole_pass(self) -> int:
        """The first pass that is needed as a whole."""
        return 0 if self.position is None or self.position.key == (0, 0) else self.position.epoch + 1

    def n_generated_before(self, epoch: int) -> int:
        """Return how many samples of a pass were generated before the chunk to begin with."""
        return self._chunks[epoch][1] if epoch in self._chunks else 0

    def wants(self, key: SampleKey) -> bool:
        """Return whether a sample is needed."""
        return self.position is None or key >= self.position.key or key in self._waiting

    def wants_item(self, item: Tuple[int, int, Any]) -> bool:
        """Return whether a sample is needed, which comes with pass and position."""
        return self.wants(item[:2])

    def is_before(self, key: SampleKey) -> bool:
        """Return whether a sample was read before the position."""
        return self.position is not None and key < self.position.key

    def bounds(self, epoch: int) -> Tuple[int, Optional[int]]:
        """Return which samples of the data generator are needed in a pass.

        Returns:
            The position of the first one, and that behind the last one; None for the end of the pass.
        """
        position = self.position
        if position is None or epoch > position.epoch:
            return 0, None
        if self.needs_whole_passes:
            return self._chunks[epoch][0] if epoch in self._chunks else 0, None
        waiting = [index for waiting_epoch, index in self._waiting if waiting_epoch == epoch]
        if epoch < position.epoch:
            return min(waiting), max(waiting) + 1
        return min([position.index, *waiting]), None
