# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The prediction service without HTTP: requests in, results out."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, List, TypeVar, Union

import tensorflow as tf

from tfaip.data.pipeline.definitions import Sample
from tfaip.data.pipeline.errors import SampleError
from tfaip.serve.adapter import ServingAdapter
from tfaip.serve.batcher import DynamicBatcher
from tfaip.serve.decoding.body import BodyDecoder
from tfaip.serve.decoding.request import PredictionRequest, RequestedSample
from tfaip.serve.errors import RequestError, wrong_input
from tfaip.serve.load import Load
from tfaip.serve.metrics import Metrics
from tfaip.serve.params import ServeParams
from tfaip.serve.steps import Prepared, create_steps
from tfaip.serve.workers import Workers
from tfaip.util.errors import UserError

if TYPE_CHECKING:
    from tfaip.predict.predictorbase import PredictorBase

logger = logging.getLogger(__name__)

T = TypeVar("T")
_STUCK_SECONDS = 60.0
_MEGABYTE = 1_000_000


@dataclass
class PredictedSample:
    """What a client is told of a sample.

    Attributes:
        outputs: What the adapter made of its outputs.
        meta: Its meta data.
    """

    outputs: Any
    meta: Any


Result = Union[PredictedSample, RequestError]


class PredictionService:
    """Predicts the samples of requests, which share batches.

    Args:
        predictor: Its model and data are used.
        params: Batching and limits.
        adapter: Translates inputs and outputs.
        metrics: Counts.

    Attributes:
        load: What is under way.
        takes_text: Whether inputs may be, or hold, texts.
        takes_tensors: Whether the pre-processing can be left out.
        is_processed: Whether anything is done with inputs before the network gets them.
    """

    def __init__(self, predictor: "PredictorBase", params: ServeParams, adapter: ServingAdapter, metrics: Metrics):
        self.params = params
        self.adapter = adapter
        self.metrics = metrics
        self.load = Load(params.queue_size, int(params.max_pending_mb * _MEGABYTE))
        self._steps = create_steps(predictor)
        self.takes_tensors = self._steps.takes_tensors
        self.is_processed = self._steps.is_processed
        self.takes_text = params.text_inputs or adapter.takes_text or not self.is_processed
        self._decoder = BodyDecoder(self.takes_text, int(params.max_array_mb * _MEGABYTE), params.samples_of_request)
        self._workers = Workers(params.threads)
        self._batcher = DynamicBatcher(
            self._steps.predict,
            params.max_batch_size,
            params.max_wait_ms / 1000,
            params.max_padding,
            metrics.on_batch,
        )
        metrics.watch("tfaip_samples_under_way", "Samples under way", lambda: self.load.samples)
        metrics.watch("tfaip_samples_waiting", "Samples that wait for the model", lambda: self._batcher.n_waiting)
        metrics.watch("tfaip_body_bytes_under_way", "Bytes of bodies and answers under way", lambda: self.load.bytes)

    @property
    def is_alive(self) -> bool:
        """Whether the model, and at least one thread of the processing, still come to an end of their work."""
        longest = max(_STUCK_SECONDS, 2 * self.params.timeout)
        return self._batcher.busy_seconds() < longest and not self._workers.are_stuck(longest)

    async def decode(
        self, body: bytes, content_type: str, is_batch: bool = False, is_tensors: bool = False
    ) -> PredictionRequest:
        """Return the request of a body.

        Raises:
            RequestError: It cannot be read, or has too many samples.
        """
        decode = self._decoder.decode
        return await self.in_pool(lambda: decode(body, content_type, is_batch, is_tensors))

    async def predict(self, request: PredictionRequest) -> List[Result]:
        """Return a result for each sample of a request; a sample that fails does not touch the others.

        Raises:
            RequestError: Too much is under way.
        """
        with self.load.of_samples(len(request.samples)):
            results = await self._predict(request.samples)
        for result in results:
            kind = "predicted" if isinstance(result, PredictedSample) else result.code
            self.metrics.samples.labels(kind).inc()
        return results

    async def in_pool(self, function: Callable[[], T]) -> T:
        """Return the result of a function that runs in a thread of the processing."""
        return await self._workers.run(function)

    def warm_up(self, sample: RequestedSample) -> None:
        """Predict a sample, and ignore what comes of it: nobody has sent it, and it need not make sense."""
        try:
            self._finished(self._batcher.submit(self._prepared(sample)).result())
        except Exception:
            logger.debug("The sample that warms up failed", exc_info=True)

    def close(self, timeout: float) -> bool:
        """End the threads.

        Args:
            timeout: Seconds to wait for the model and the processors.

        Returns:
            Whether nothing is at work any more, and all requests were answered.
        """
        end = time.monotonic() + timeout
        model_has_ended = self._batcher.close(timeout)
        # even if the timeout is over: what a thread has just done is not noted yet
        processors_have_ended = self._workers.close(max(0.1, end - time.monotonic()))
        return model_has_ended and processors_have_ended and self.load.samples == self.load.answers == 0

    async def _predict(self, samples: List[Union[RequestedSample, RequestError]]) -> List[Result]:
        prepared = await self.in_pool(lambda: [self._prepare(sample) for sample in samples])
        predicted = await asyncio.gather(*map(self._through_model, prepared))
        return await self.in_pool(lambda: [self._finish(sample) for sample in predicted])

    async def _through_model(self, prepared: Union[Prepared, RequestError]) -> Union[Sample, RequestError]:
        if isinstance(prepared, RequestError):
            return prepared
        try:
            return await asyncio.wrap_future(self._batcher.submit(prepared))
        except Exception as error:
            return _model_failed(error)

    def _prepare(self, sample: Union[RequestedSample, RequestError]) -> Union[Prepared, RequestError]:
        if isinstance(sample, RequestError):
            return sample
        return _attempt(lambda: self._prepared(sample))

    def _prepared(self, sample: RequestedSample) -> Prepared:
        inputs = sample.inputs if sample.is_tensors else self.adapter.decode_inputs(sample.inputs)
        return self._steps.prepare(Sample(inputs=inputs, meta=sample.meta), sample.is_tensors)

    def _finish(self, predicted: Union[Sample, RequestError]) -> Result:
        if isinstance(predicted, RequestError):
            return predicted
        return _attempt(lambda: self._finished(predicted))

    def _finished(self, predicted: Sample) -> PredictedSample:
        sample = self._steps.finish(predicted)
        return PredictedSample(self.adapter.encode_outputs(sample), sample.meta)


def _attempt(function: Callable[[], T]) -> Union[T, RequestError]:
    """Return the result of a function that works on one sample, or why it failed."""
    try:
        return function()
    except UserError as error:
        return _explained(error)
    except Exception as error:
        # whatever a processor raises: the sample is to blame as a rule, and the log tells more than the client is told
        logger.warning("A sample failed", exc_info=True)
        return RequestError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "processing_failed",
            "The sample cannot be processed.",
            got=_first_line(error),
        )


def _explained(error: UserError) -> RequestError:
    if isinstance(error, RequestError):
        return error
    # the name of the sample is that of a pipeline, which there is none of
    where = None if isinstance(error, SampleError) else error.where
    return wrong_input(error.what, where=where, expected=error.expected, got=error.got, hint=error.hint)


def _model_failed(error: Exception) -> RequestError:
    if isinstance(error, UserError):
        return _explained(error)
    logger.error("The model failed on a sample", exc_info=error)
    is_to_blame = isinstance(error, (tf.errors.InvalidArgumentError, tf.errors.OutOfRangeError))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_to_blame else HTTPStatus.INTERNAL_SERVER_ERROR
    return RequestError(status, "model_failed", "The model failed on the sample.", got=_first_line(error))


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"[:500]
