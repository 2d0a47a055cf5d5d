# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Metrics in plain Python, computed on post-processed samples."""

from types import TracebackType
from typing import TYPE_CHECKING, Any, Dict, Generic, NoReturn, Optional, Type, TypeVar

from tfaip.evaluator.params import EvaluatorParams
from tfaip.util.errors import UserError
from tfaip.util.generic_meta import CollectGenericTypes

if TYPE_CHECKING:
    from tfaip.data.pipeline.definitions import Sample

TEvaluatorParams = TypeVar("TEvaluatorParams", bound=EvaluatorParams)


class EvaluatorBase(Generic[TEvaluatorParams], metaclass=CollectGenericTypes):
    """Base class of an evaluator: sees every sample of an evaluation and returns a dictionary of values.

    An evaluation enters the evaluator (clear your state in ``__enter__``), calls :meth:`update_state` for every
    post-processed, unbatched sample, then :meth:`result` and leaves it. Attach your class to a scenario with
    ``ScenarioBase.evaluator_cls``. The base class counts nothing and returns an empty dictionary.

    Args:
        params: The evaluator's parameters.
        kwargs: Must be empty here; what ``ScenarioBase.additional_evaluator_kwargs`` returns has to be taken by the
            subclass.
    """

    @classmethod
    def params_cls(cls) -> Type[EvaluatorParams]:
        """Return the class of the parameters."""
        return cls.__generic_types__["TEvaluatorParams"]

    @classmethod
    def default_params(cls) -> EvaluatorParams:
        """Return new parameters with their defaults."""
        return cls.params_cls()()

    def __init__(self, params: TEvaluatorParams, **kwargs: Any):
        assert not kwargs, f"Arguments that {type(self).__name__} does not know: {sorted(kwargs)}"
        self._params = params

    @property
    def params(self) -> TEvaluatorParams:
        """The evaluator's parameters."""
        return self._params

    def __enter__(self) -> "EvaluatorBase[TEvaluatorParams]":
        """Start an evaluation. A subclass clears its state here and may return nothing."""
        return self

    def __exit__(
        self,
        exc_type: Optional[type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        """End an evaluation, after :meth:`result` was asked for."""

    def update_state(self, sample: "Sample") -> None:
        """Take one sample into account.

        Args:
            sample: Unbatched and post-processed: ``inputs``, ``targets``, ``outputs`` are dictionaries of NumPy arrays
                (still padded), ``meta`` is the decoded meta data.
        """

    def result(self) -> Dict[str, Any]:
        """Return the values by name: numbers, NumPy arrays, or bytes (a TensorBoard summary)."""
        return {}


def __getattr__(name: str) -> NoReturn:
    if name == "Evaluator":
        raise UserError(
            "The base class of evaluators has another name today.",
            where="tfaip.evaluator.evaluator.Evaluator",
            expected="EvaluatorBase",
            got="Evaluator",
            hint="from tfaip.evaluator.evaluator import EvaluatorBase",
        )
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
