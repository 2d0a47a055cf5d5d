# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Processing one sample by a sequence of mapping processors, in whichever process."""

from typing import TYPE_CHECKING, List, Optional, Union

from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorBase, DataProcessorParams, SequenceProcessor
from tfaip.data.pipeline.processor.sample.ownership import own_sample
from tfaip.data.pipeline.seeding import borrowed_globals, sample_seed, seed_globals
from tfaip.data.pipeline.timing.work import TimedSequence, WorkMeter
from tfaip.util.multiprocessing.failure import TaskFailure

if TYPE_CHECKING:
    from tfaip.data.databaseparams import DataBaseParams

Outcome = Union[Sample, None, TaskFailure]


def create_sequence(
    params: List[DataProcessorParams],
    data_params: "Optional[DataBaseParams]",
    mode: PipelineMode,
    meter: Optional[WorkMeter] = None,
    first: int = 0,
) -> SequenceProcessor:
    """Create the processors and join them to one; random numbers that they draw meanwhile are always the same.

    Args:
        params: The parameters of the processors.
        data_params: The parameters of the data.
        mode: The mode of the pipeline.
        meter: Gets the times of the processors. None measures nothing.
        first: Place of the first of them in the stage.
    """
    processors: List[DataProcessorBase] = []
    for processor_params in params:
        try:
            with borrowed_globals():
                seed_globals(len(processors))
                processors.append(processor_params.create(data_params, mode))
        except Exception as error:
            error.add_note(f"while {type(processor_params).__name__} created its processor")
            error.origin = f"{type(processor_params).__name__}.create"  # type: ignore[attr-defined]
            raise
    if meter is not None:
        return TimedSequence(data_params, mode, processors, meter, first)  # type: ignore[arg-type]
    return SequenceProcessor(data_params, mode, processors)  # type: ignore[arg-type]


def process_sample(
    sequence: SequenceProcessor, sample: Sample, remote: bool, retries: int = 0, seed: Optional[int] = None
) -> Outcome:
    """Return the processed sample, None if it was dropped, or what failed.

    Args:
        sequence: The processors.
        sample: The sample; a processor may change its arrays in place.
        remote: Whether this is a worker process.
        retries: How often to try again if a processor fails.
        seed: The seed of all random numbers, the same for each try. None leaves the generators as they are.
    """
    for left in range(retries, -1, -1):
        tried = own_sample(sample) if left else sample  # a processor that fails may have changed it before
        if seed is not None:
            seed_globals(seed)
            sequence.seed_rng(seed)
        try:
            return sequence.apply(tried)
        except BaseException as error:
            if not isinstance(error, Exception) and not remote:
                raise
            # In a worker also what would end the program: nobody could tell there which sample it was.
            if left == 0:
                return TaskFailure(error, origin=type(sequence.current or sequence).__name__, remote=remote)
    raise AssertionError("The number of retries is negative.")


def process_seeded_sample(
    sequence: SequenceProcessor,
    seed: int,
    epoch: int,
    index: int,
    sample: Sample,
    retries: int = 0,
    remote: bool = True,
) -> Outcome:
    """Process a sample with random numbers that depend on nothing but the sample.

    Args:
        sequence: The processors.
        seed: The seed of the pipeline.
        epoch: Number of the pass over the data.
        index: Position of the sample in the pass.
        sample: The sample.
        retries: How often to try again if a processor fails.
        remote: Whether this is a worker process. Elsewhere the global generators are put back, and the sample is not
            changed.
    """
    number = sample_seed(seed, epoch, index)
    if remote:
        return process_sample(sequence, sample, True, retries, number)
    with borrowed_globals():
        return process_sample(sequence, own_sample(sample), False, retries, number)
