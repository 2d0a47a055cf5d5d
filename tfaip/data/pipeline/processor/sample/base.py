# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What all stages of a processor pipeline have in common."""

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, List, NoReturn, Optional, Tuple, TypeVar, Union

from tfaip.data.pipeline.chunkstarts import ChunkStarts
from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.data.pipeline.errors import SampleErrorHandler, sample_error
from tfaip.data.pipeline.position import Start
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams
from tfaip.data.pipeline.seeding import draw_seed
from tfaip.data.pipeline.timing.times import PipelineTimes
from tfaip.util.errors import UserError
from tfaip.util.multiprocessing.failure import TaskFailure
from tfaip.util.multiprocessing.workerpool import WorkerPool, dump_for_workers
from tfaip.util.multiprocessing.workerpools import WorkerPools

if TYPE_CHECKING:
    from tfaip.data.databaseparams import DataBaseParams

TTask = TypeVar("TTask")
SampleOrBatch = Union[Sample, List[Sample]]

# Number of the pass over the data, position in the pass, and the sample or the batch that begins at this position.
Item = Tuple[int, int, SampleOrBatch]


@dataclass
class StageContext:
    """What the stages of a pipeline share.

    Args:
        pools: Where running workers are kept.
        errors: What to do with broken samples.
        seed: Base of the seeds of the samples.
        first_whole_pass: The first pass that is processed as a whole.
        times: Get what the stages take.
        start: Where the run begins.
        chunk_starts: Gets the chunks of a generating stage, None if nobody asks for positions.
    """

    pools: WorkerPools = field(default_factory=WorkerPools)
    errors: SampleErrorHandler = field(default_factory=SampleErrorHandler)
    seed: int = field(default_factory=draw_seed)
    first_whole_pass: int = 0
    times: PipelineTimes = field(default_factory=PipelineTimes)
    start: Start = field(default_factory=Start)
    chunk_starts: Optional[ChunkStarts] = None


@dataclass(frozen=True)
class StageSettings:
    """Where a stage runs.

    Args:
        run_parallel: Whether in worker processes.
        num_processes: Number of worker processes, 0 for none.
        max_tasks_per_process: Replace a worker after this number of samples, None for never.
        max_growth: Replace a worker whose memory grew by this number of bytes, None for never.
        max_bytes: Bound of the bytes on their way to and from the workers, None for none.
        retries: How often to try a sample again that a processor fails on.
    """

    run_parallel: bool = False
    num_processes: int = 0
    max_tasks_per_process: Optional[int] = None
    max_growth: Optional[int] = None
    max_bytes: Optional[int] = None
    retries: int = 0


class SampleProcessorPipelineBase(ABC):
    """A stage: processors that run together in one process.

    Only the parameters of the processors are held; the processors are created where they run.

    Args:
        params: The parameters of the processors in their order.
        data_params: The parameters of the data.
        mode: The mode of the pipeline.
        settings: Where the stage runs.
        context: What it shares with the other stages.
        number: Place of the stage in the pipeline.
    """

    def __init__(
        self,
        params: List[DataProcessorParams],
        data_params: "DataBaseParams",
        mode: PipelineMode,
        settings: StageSettings,
        context: StageContext,
        number: int = 0,
    ):
        self.params = params
        self.data_params = data_params
        self.mode = mode
        self.settings = settings
        self.context = context
        self.times = context.times.stage(number, lambda: [p.cls().__name__ for p in params])

    @property
    def name(self) -> str:
        """The names of the processors."""
        return ", ".join(params.cls().__name__ for params in self.params)

    @property
    def is_timed(self) -> bool:
        """Whether the time of each processor is wanted."""
        return self.context.times.is_detailed

    @abstractmethod
    def run(
        self, items: Iterable[Item], run_parallel: bool, n_here: int = 0, is_single_pass: bool = False
    ) -> Iterator[Item]:
        """Process items in their order.

        Args:
            items: The samples with their positions, of one pass or of several.
            run_parallel: Whether worker processes may be used.
            n_here: Number of items to process in this process before workers are started for the others.
            is_single_pass: Whether all items are of one pass.
        """

    def map_in_workers(
        self,
        factory: Callable[[], Callable[..., Any]],
        tasks: Iterable[TTask],
        describe_task: Callable[[TTask], str],
        samples_per_task: int = 1,
        num_processes: Optional[int] = None,
    ) -> Iterator[Tuple[TTask, Any]]:
        """Yield tasks with their outcomes, in order, worked on by the worker processes of this stage.

        Args:
            factory: Returns the function for the tasks; called in each worker.
            tasks: The tasks.
            describe_task: Returns a text for a task, for messages.
            samples_per_task: Number of samples in a task.
            num_processes: Number of worker processes, None for what the settings say.
        """
        settings = self.settings
        max_tasks = settings.max_tasks_per_process
        dumped = dump_for_workers(factory, f"The parameters of {self.name}")

        def create_pool() -> WorkerPool[TTask]:
            return WorkerPool(
                dumped,
                num_processes or settings.num_processes,
                name=self.name,
                max_tasks_per_process=None if max_tasks is None else max(1, max_tasks // samples_per_task),
                max_growth=settings.max_growth,
                max_bytes=settings.max_bytes,
                describe_task=describe_task,
            )

        with self.context.pools.lease((dumped, settings, num_processes), create_pool) as pool:
            with contextlib.closing(pool.map(tasks, self.times)) as results:  # type: ignore[type-var]
                yield from results

    def raise_failure(self, failure: TaskFailure, index: int) -> NoReturn:
        """Raise what failed on a whole batch.

        Args:
            failure: What failed.
            index: Position of the first sample of the batch.
        """
        raise sample_error(failure, index, None)

    def leave_out(self, failure: TaskFailure, samples: Sequence[Tuple[int, Sample]]) -> None:
        """Do with samples what the policy says, after the transport of all of them failed.

        Args:
            failure: What failed.
            samples: The samples with their positions.
        """
        identities = [(index, sample.meta) for index, sample in samples]
        self.context.errors.handle(failure, *identities[0], identities)

    def check_pass(self, epoch: int, n_samples: int) -> None:
        """Prevent that an endlessly repeated pass without results looks like a hanging program."""
        if n_samples == 0 and epoch >= self.context.first_whole_pass:
            raise UserError(
                "No sample is left: the processors dropped all samples of one pass over the data.",
                where=f"{self.name} in a pipeline of mode {self.mode}",
                hint="iterate pipeline.generate_input_samples(auto_repeat=False) with run_parallel=False in a debugger",
            )
