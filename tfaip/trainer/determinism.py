# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Operations that give the same result each time, bit by bit."""

import contextlib
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tfaip.util.errors import UserError
from tfaip.util.logging import logger

if TYPE_CHECKING:
    import tensorflow as tf

    from tfaip.trainer.params import TrainerParams

log = logger(__name__)

_SHOWN = 3
# what the operations of TensorFlow say that have no deterministic form
_HAS_NONE = re.compile(r"[Dd]eterminis(?:m|tic)")
_OPERATION = re.compile(r"\{\{(?:function_)?node ([^}]*)\}\}|\[Op:(\w+)\]")


class NoDeterministicOperationError(UserError):
    """An operation of the graph has no deterministic form."""


def is_deterministic(params: "TrainerParams") -> bool:
    """Tell whether a training runs deterministic operations only."""
    return params.random_seed is not None if params.deterministic is None else params.deterministic


def warn_of_unknown_random_states(params: "TrainerParams", operations: Sequence[str]) -> None:
    """Tell that a resumed training will not draw the random numbers of one that was never stopped.

    Args:
        params: Parameters of the training.
        operations: The operations whose states are not known.
    """
    writes = bool(params.output_dir) and params.write_checkpoints
    if operations and (writes or params.random_seed is not None):
        more = f" and {len(operations) - _SHOWN} more" if len(operations) > _SHOWN else ""
        log.warning(
            "A resumed training will draw other random numbers in the graph than one that is never stopped: TensorFlow "
            "does not tell the states of %s%s. Use layers of Keras, keras.random or a tf.random.Generator instead.",
            ", ".join(operations[:_SHOWN]),
            more,
        )


def enable_deterministic_operations() -> None:
    """Let TensorFlow run deterministic operations only, in this process from now on."""
    import tensorflow as tf

    tf.config.experimental.enable_op_determinism()


@contextlib.contextmanager
def naming_operations_without_determinism(enabled: bool) -> Iterator[None]:
    """Tell which operation has no deterministic form if one is met.

    Args:
        enabled: Whether deterministic operations were asked for.

    Raises:
        NoDeterministicOperationError: There is one.
    """
    import tensorflow as tf

    try:
        yield
    except (tf.errors.OpError, RuntimeError, ValueError) as error:
        if not enabled or isinstance(error, UserError) or not _HAS_NONE.search(str(error)):
            raise
        raise NoDeterministicOperationError(
            "An operation has no deterministic form on this device.",
            where=_operation_of(error),
            expected="deterministic operations, since trainer.random_seed is set",
            got=_first_sentence(error),
            hint="use another operation, or set --trainer.deterministic False: the training is not exactly repeatable "
            "then.",
        ) from error


def _operation_of(error: Any) -> str:
    operation: tf.Operation = getattr(error, "op", None)
    if operation is not None:
        return f"{operation.name} ({operation.type})"
    found = _OPERATION.search(str(error))
    return next(filter(None, found.groups())) if found else "the graph"


def _first_sentence(error: Exception) -> str:
    text = str(getattr(error, "message", error))
    return next((line.strip() for line in text.splitlines() if _HAS_NONE.search(line)), text)
