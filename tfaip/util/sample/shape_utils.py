# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Taking batches of nested arrays apart."""

from typing import Any, Dict, Iterator, List, Optional

import numpy as np


def batch_size_of(values: Any) -> Optional[int]:
    """Return the length of the first axis of the first array in nested dicts, lists and tuples; None if empty."""
    if values is None:
        return None
    if isinstance(values, dict):
        return next((size for size in map(batch_size_of, values.values()) if size is not None), None)
    if isinstance(values, (list, tuple)):
        return next((size for size in map(batch_size_of, values) if size is not None), None)
    return int(values.shape[0])


def unbatched(values: Any, batch_size: Optional[int] = None) -> Iterator[Any]:
    """Yield the ``i``-th element of every array in ``values``, for each ``i``, in the same nesting.

    Args:
        values: Nested dicts, lists and tuples of arrays with a common first axis.
        batch_size: Number of elements. Default: the length of the first axis.
    """
    size = batch_size_of(values) if batch_size is None else batch_size
    for index in range(size or 0):
        yield element_of(values, index)


def element_of(values: Any, index: int) -> Any:
    """Return element ``index`` of every array in nested dicts, lists and tuples; None stays None."""
    if values is None:
        return None
    if isinstance(values, dict):
        element: Dict[Any, Any] = {key: element_of(value, index) for key, value in values.items()}
        return element
    if isinstance(values, (list, tuple)):
        return type(values)(element_of(value, index) for value in values)
    return values[index]


def elements_of(values: Any, batch_size: int) -> List[Any]:
    """Return what :func:`element_of` gives for each element of a batch, in less time.

    Args:
        values: Nested dicts, lists and tuples of arrays with a common first axis.
        batch_size: The length of this axis.
    """
    if values is None:
        return [None] * batch_size
    if isinstance(values, dict):
        columns = [elements_of(value, batch_size) for value in values.values()]
        keys = tuple(values)
        return [dict(zip(keys, row, strict=True)) for row in _rows(columns, batch_size)]
    if isinstance(values, (list, tuple)):
        columns = [elements_of(value, batch_size) for value in values]
        return [type(values)(row) for row in _rows(columns, batch_size)]
    return (
        list(values[:batch_size]) if isinstance(values, np.ndarray) else [values[index] for index in range(batch_size)]
    )


def _rows(columns: List[List[Any]], batch_size: int) -> Any:
    return zip(*columns, strict=True) if columns else [()] * batch_size
