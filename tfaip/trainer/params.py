# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of a training."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Iterable, List, Optional, Type, TypeVar, Union

from paiargparse import pai_dataclass, pai_meta

from tfaip.data.databaseparams import DataGeneratorParams, DataPipelineParams
from tfaip.data.pipeline.definitions import PipelineMode
from tfaip.device.device_config import DeviceConfigParams
from tfaip.device.precision import Precision
from tfaip.params.ranges import Range
from tfaip.runs.record.params import RecordParams
from tfaip.scenario.scenariobaseparams import ScenarioBaseParams
from tfaip.trainer.callbacks.earlystopping.params import EarlyStoppingParams
from tfaip.trainer.nonfinite.policy import NonFinitePolicy
from tfaip.trainer.optimizer import DEFAULT_OPTIMIZERS, AdamOptimizer, OptimizerParams
from tfaip.trainer.scheduler import DEFAULT_SCHEDULES, ExponentialDecayParams, LearningRateParams
from tfaip.trainer.warmstart.warmstart_params import WarmStartParams
from tfaip.util.generic_meta import CollectGenericTypes, ReplaceDefaultDataClassFieldsMeta
from tfaip.util.termination import GRACE_SECONDS

if TYPE_CHECKING:
    from tfaip.data.data import DataBase
    from tfaip.data.pipeline.datapipeline import DataPipeline

# greater numbers are derived from it; NumPy takes 32 bits
MAX_SEED = 2**32 - 3

TDataGeneratorTrain = TypeVar("TDataGeneratorTrain", bound=DataGeneratorParams)
TDataGeneratorVal = TypeVar("TDataGeneratorVal", bound=DataGeneratorParams)


@pai_dataclass
@dataclass
class TrainerPipelines:
    """Pipeline parameters of the training and of the validation data."""

    train: DataPipelineParams = field(
        default_factory=lambda: DataPipelineParams(mode=PipelineMode.TRAINING),
        metadata=pai_meta(mode="flat", fix_dc=True, help="Pipeline of the training data"),
    )
    val: DataPipelineParams = field(
        default_factory=lambda: DataPipelineParams(mode=PipelineMode.EVALUATION),
        metadata=pai_meta(mode="flat", fix_dc=True, help="Pipeline of the validation data"),
    )

    def __post_init__(self) -> None:
        self.train.mode = PipelineMode.TRAINING
        self.val.mode = PipelineMode.EVALUATION


@pai_dataclass
@dataclass
class TrainerPipelineParamsBase(Generic[TDataGeneratorTrain, TDataGeneratorVal], ABC, metaclass=CollectGenericTypes):
    """Which data a training reads: implement ``train_gen`` and ``val_gen``."""

    setup: TrainerPipelines = field(
        default_factory=TrainerPipelines, metadata=pai_meta(fix_dc=True, help="Pipelines of training and validation")
    )

    @classmethod
    def train_cls(cls) -> Type[DataGeneratorParams]:
        """Return the class of the training generator's parameters."""
        return cls.__generic_types__["TDataGeneratorTrain"]

    @classmethod
    def val_cls(cls) -> Type[DataGeneratorParams]:
        """Return the class of the validation generator's parameters."""
        return cls.__generic_types__["TDataGeneratorVal"]

    @abstractmethod
    def train_gen(self) -> DataGeneratorParams:
        """Return the parameters of the generator of the training data."""
        raise NotImplementedError

    @abstractmethod
    def val_gen(self) -> Optional[DataGeneratorParams]:
        """Return the parameters of the generator of the validation data, None to train without validation."""
        raise NotImplementedError

    def lav_gen(self) -> Iterable[DataGeneratorParams]:
        """Return the generators that load-and-validate uses during training. Default: the validation generator."""
        val = self.val_gen()
        return [] if val is None else [val]

    def lav_default(self) -> Optional[DataGeneratorParams]:
        """Return the generator that ``tfaip-lav`` uses unless it is given another. Default: the first of training."""
        return next(iter(self.lav_gen()), None)

    def train_data(self, data: "DataBase") -> "DataPipeline":
        """Return the training pipeline of ``data``, created on the first call."""
        pipeline = data.get_or_create_pipeline(self.setup.train, self.train_gen())
        assert pipeline is not None
        return pipeline

    def val_data(self, data: "DataBase") -> "Optional[DataPipeline]":
        """Return the validation pipeline of ``data``, None without validation data."""
        return data.get_or_create_pipeline(self.setup.val, self.val_gen())

    def lav_data(self, data: "DataBase") -> "Iterable[DataPipeline]":
        """Yield a new evaluation pipeline for each generator of :meth:`lav_gen`."""
        for generator_params in self.lav_gen():
            yield data.create_pipeline(self.setup.val, generator_params)

    def __post_init__(self) -> None:
        self.setup.__post_init__()


@pai_dataclass
@dataclass
class TrainerPipelineParams(
    TrainerPipelineParamsBase[TDataGeneratorTrain, TDataGeneratorVal],
    Generic[TDataGeneratorTrain, TDataGeneratorVal],
    metaclass=ReplaceDefaultDataClassFieldsMeta,
    field_names=["train", "val"],
):
    """Separate generators for training and validation, ``--train.*`` and ``--val.*`` on the command line."""

    train: TDataGeneratorTrain = field(  # type: ignore[assignment]
        default_factory=DataGeneratorParams, metadata=pai_meta(mode="flat", help="Training data")
    )
    val: TDataGeneratorVal = field(  # type: ignore[assignment]
        default_factory=DataGeneratorParams, metadata=pai_meta(mode="flat", help="Validation data")
    )

    def train_gen(self) -> DataGeneratorParams:
        """Return ``train``."""
        return self.train

    def val_gen(self) -> Optional[DataGeneratorParams]:
        """Return ``val``."""
        return self.val


TTrainerPipelineParams = TypeVar("TTrainerPipelineParams", bound=TrainerPipelineParamsBase)
TScenarioParams = TypeVar("TScenarioParams", bound=ScenarioBaseParams)


@pai_dataclass
@dataclass
class TrainerParams(
    Generic[TScenarioParams, TTrainerPipelineParams],
    ABC,
    metaclass=ReplaceDefaultDataClassFieldsMeta,
    field_names=["scenario", "gen"],
):
    """Everything that defines a training: the root of the parameter tree of ``tfaip-train``."""

    epochs: int = field(default=100, metadata={**pai_meta(help="Number of epochs"), "range": Range(minimum=0)})
    current_epoch: int = field(
        default=0, metadata={**pai_meta(help="State: the number of finished epochs"), "range": Range(minimum=0)}
    )
    samples_per_epoch: int = field(
        default=-1,
        metadata={
            **pai_meta(help="Samples of one epoch. -1: the size of the training data"),
            "range": Range(nonzero=True),
        },
    )
    scale_epoch_size: float = field(
        default=1,
        metadata={
            **pai_meta(help="Multiply the epoch's size (only if samples_per_epoch is -1)"),
            "range": Range(above=0),
        },
    )
    train_accum_steps: int = field(
        default=1,
        metadata={
            **pai_meta(help="Number of batches whose gradients are accumulated for one update"),
            "range": Range(minimum=1),
        },
    )
    progress_bar_mode: int = field(
        default=1,
        metadata={
            **pai_meta(help="0: none, 1: a live bar, 2: a line every progbar_delta_time seconds"),
            "range": Range(minimum=0, maximum=2),
        },
    )
    progbar_delta_time: float = field(
        default=5,
        metadata={
            **pai_meta(help="Time between the lines of progress_bar_mode 2"),
            "range": Range(minimum=0, infinite=True),
            "unit": "seconds",
        },
    )
    tf_cpp_min_log_level: int = field(
        default=2,
        metadata={**pai_meta(help="TF_CPP_MIN_LOG_LEVEL of TensorFlow's C++ code"), "range": Range(minimum=0)},
    )
    precision: Optional[Precision] = field(
        default=None,
        metadata=pai_meta(
            help="What layers compute with; with float16 and bfloat16 weights stay float32 (mixed precision). "
            "Default: what Keras is set to, float32"
        ),
    )
    jit_compile: bool = field(
        default=False,
        metadata=pai_meta(help="Compile the steps with XLA: fast on GPUs for batches of equal shape, slower on CPUs"),
    )
    force_eager: bool = field(default=False, metadata=pai_meta(help="Run every step eagerly (slow, for debugging)"))
    skip_model_load_test: bool = field(
        default=False,
        metadata=pai_meta(help="Do not test before the training that the model can be exported and loaded"),
    )
    export_training_graph_path: Optional[str] = field(
        default=None, metadata=pai_meta(help="Not available with Keras 3: a TensorFlow 1 training graph")
    )
    val_every_n: int = field(
        default=1, metadata={**pai_meta(help="Validate every n-th epoch"), "range": Range(minimum=1)}
    )
    lav_every_n: int = field(default=0, metadata=pai_meta(help="Load and validate every n-th epoch. 0: never"))
    lav_silent: bool = field(
        default=True, metadata=pai_meta(help="No progress output of load-and-validate in training")
    )
    lav_min_epoch: int = field(default=0, metadata=pai_meta(help="First epoch (from 0) of load-and-validate"))
    output_dir: Optional[str] = field(
        default=None, metadata=pai_meta(help="Directory of the run: log, checkpoints, best and final model")
    )
    write_checkpoints: bool = field(default=True, metadata=pai_meta(help="Write checkpoints to resume from"))
    export_best: Optional[bool] = field(
        default=None, metadata=pai_meta(help="Export the best model. Default: if output_dir is set")
    )
    export_final: bool = field(default=True, metadata=pai_meta(help="Export the final model"))
    no_train_scope: Optional[str] = field(
        default=None, metadata=pai_meta(help="Regular expression of the layers that are not trained")
    )
    ema_decay: float = field(
        default=0.0,
        metadata={
            **pai_meta(help="Decay of the moving average of the weights. 0: off, negative: automatic"),
            "range": Range(below=1),
            "spellings": ("calc_ema",),
        },
    )
    non_finite: NonFinitePolicy = field(
        default=NonFinitePolicy.STOP,
        metadata=pai_meta(
            help="If a loss or gradient is NaN or infinite: stop, skip the step, or restore the last checkpoint and go "
            "on with a smaller learning rate"
        ),
    )
    non_finite_lr_factor: float = field(
        default=0.5,
        metadata={
            **pai_meta(help="Factor of the learning rate each time that non_finite restores a checkpoint"),
            "range": Range(above=0, maximum=1),
        },
    )
    non_finite_max_restores: int = field(
        default=3,
        metadata={**pai_meta(help="How often non_finite may restore a checkpoint"), "range": Range(minimum=0)},
    )
    non_finite_restores: int = field(
        default=0, metadata=pai_meta(mode="ignore", help="State: how often non_finite has restored a checkpoint")
    )
    lr_find: bool = field(
        default=False, metadata=pai_meta(help="Do not train: find a learning rate by growing it, and draw the losses")
    )
    lr_find_min: float = field(
        default=1e-7, metadata={**pai_meta(help="The first learning rate of lr_find"), "range": Range(above=0)}
    )
    lr_find_max: float = field(
        default=10.0, metadata={**pai_meta(help="The last learning rate of lr_find"), "range": Range(above=0)}
    )
    lr_find_steps: int = field(
        default=100, metadata={**pai_meta(help="How many updates lr_find makes"), "range": Range(minimum=10)}
    )
    batch_size_find: bool = field(
        default=False, metadata=pai_meta(help="Do not train: find the largest batch that fits into memory")
    )
    batch_size_find_max: int = field(
        default=4096,
        metadata={**pai_meta(help="The largest batch that batch_size_find tries"), "range": Range(minimum=1)},
    )
    random_seed: Optional[int] = field(
        default=None,
        metadata={**pai_meta(help="Seed for reproducible runs"), "range": Range(minimum=0, maximum=MAX_SEED)},
    )
    deterministic: Optional[bool] = field(
        default=None,
        metadata=pai_meta(
            help="Run only operations that give the same result each time. Default: if random_seed is set"
        ),
    )
    profile: bool = field(default=False, metadata=pai_meta(help="Profile the training for TensorBoard"))
    profile_steps: List[int] = field(
        default_factory=lambda: [10, 20],
        metadata={**pai_meta(help="First and last step that are profiled"), "range": Range(minimum=0)},
    )
    device: DeviceConfigParams = field(
        default_factory=DeviceConfigParams, metadata=pai_meta(mode="flat", help="Devices of the training")
    )
    optimizer: OptimizerParams = field(
        default_factory=AdamOptimizer, metadata=pai_meta(mode="flat", choices=DEFAULT_OPTIMIZERS, help="Optimizer")
    )
    learning_rate: LearningRateParams = field(
        default_factory=ExponentialDecayParams,
        metadata=pai_meta(mode="flat", choices=DEFAULT_SCHEDULES, help="Learning rate and its schedule"),
    )
    scenario: TScenarioParams = field(  # type: ignore[assignment]
        default_factory=ScenarioBaseParams, metadata=pai_meta(mode="flat", help="Parameters of the scenario")
    )
    warmstart: WarmStartParams = field(
        default_factory=WarmStartParams, metadata=pai_meta(mode="flat", help="Start from the weights of another model")
    )
    early_stopping: EarlyStoppingParams = field(
        default_factory=EarlyStoppingParams, metadata=pai_meta(mode="flat", help="Early stopping")
    )
    gen: TTrainerPipelineParams = field(  # type: ignore[assignment]
        default_factory=TrainerPipelineParamsBase, metadata=pai_meta(help="Data of the training")
    )
    preload_data: bool = field(default=False, metadata=pai_meta(help="Load the data into memory before the training"))
    preload_data_progress_bar: bool = field(
        default=True, metadata=pai_meta(help="Show a progress bar while the data is loaded into memory")
    )
    saved_checkpoint_sub_dir: str = field(
        default="",
        metadata=pai_meta(mode="ignore", help="State: folder of the newest checkpoint in the output directory"),
    )
    checkpoint_sub_dir: str = field(
        default="",
        metadata=pai_meta(mode="ignore", help="Folder of a checkpoint in the output directory, may hold {epoch}"),
    )
    checkpoint_save_freq: Union[str, int] = field(
        default="epoch",
        metadata=pai_meta(
            help="When to write checkpoints: 'epoch', every n-th epoch, or within epochs, too: '100 steps', '10 min'. "
            "0: never"
        ),
    )
    checkpoint_keep_last: int = field(
        default=2,
        metadata={**pai_meta(help="How many of the newest checkpoints are kept. 0: all"), "range": Range(minimum=0)},
    )
    checkpoint_keep_best: int = field(
        default=0,
        metadata={
            **pai_meta(help="How many of the checkpoints with the best monitored value are kept in addition"),
            "range": Range(minimum=0),
        },
    )
    grace_period: float = field(
        default=GRACE_SECONDS,
        metadata={
            **pai_meta(help="How long a training that gets SIGTERM may take at most to write a checkpoint and to end"),
            "range": Range(above=0),
            "unit": "seconds",
        },
    )
    record: RecordParams = field(
        default_factory=RecordParams, metadata=pai_meta(mode="flat", help="Record of the run in its output directory")
    )

    @property
    def only_searches(self) -> bool:
        """Whether nothing is trained, but a learning rate or a batch size is looked for."""
        return self.lr_find or self.batch_size_find

    def __post_init__(self) -> None:
        pass
