# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Taking batches of nested arrays apart."""

from typing import Any, Dict, Iterator, Optional


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
