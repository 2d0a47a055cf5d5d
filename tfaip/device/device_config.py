# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Selection and set-up of the devices that TensorFlow may use.

No GPU is used unless somebody asks for it: by ``DeviceConfigParams.gpus`` (``--device.gpus 0``) or by setting the
environment variable ``CUDA_VISIBLE_DEVICES``.
"""

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, List, Optional, Tuple, TypeVar

from paiargparse import pai_dataclass, pai_meta

from tfaip.util.enum import StrEnum
from tfaip.util.errors import UserError, UserValueError
from tfaip.util.logging import logger

if TYPE_CHECKING:
    import tensorflow as tf

log = logger(__name__)

TFunc = TypeVar("TFunc", bound=Callable[..., Any])

CUDA_VARIABLE = "CUDA_VISIBLE_DEVICES"


class DistributionStrategy(StrEnum):
    """How the work is shared by several devices."""

    DEFAULT = "default"
    CENTRAL_STORAGE = "central_storage"
    MIRROR = "mirror"


class MissingGpuError(UserError, IndexError):
    """A GPU was asked for that this machine, or this TensorFlow, does not have."""


def default_gpus() -> Optional[List[int]]:
    """Return the GPUs that ``CUDA_VISIBLE_DEVICES`` asks for, None if the variable is not set.

    CUDA numbers the devices that the variable names from 0 on: ``2,3`` gives ``[0, 1]``. An empty value and ``-1``
    ask for none.
    """
    if CUDA_VARIABLE not in os.environ:
        return None
    entries = [entry.strip() for entry in os.environ[CUDA_VARIABLE].split(",")]
    valid: List[str] = []
    for entry in entries:
        if not entry or entry.startswith("-"):
            break  # CUDA ignores everything behind an invalid entry
        valid.append(entry)
    return list(range(len(valid)))


@pai_dataclass
@dataclass
class DeviceConfigParams:
    """Which devices to use, and how."""

    gpus: Optional[List[int]] = field(
        default=None,
        metadata=pai_meta(
            help="Indices of the GPUs to use. Default: all of CUDA_VISIBLE_DEVICES if it is set, else none"
        ),
    )
    gpu_auto_tune: bool = field(
        default=False, metadata=pai_meta(help="Let cuDNN measure which of its algorithms are the fastest")
    )
    gpu_memory: Optional[int] = field(
        default=None,
        metadata={**pai_meta(help="Limit of the memory that is used on each GPU. Default: no limit"), "unit": "MB"},
    )
    soft_device_placement: bool = field(
        default=True, metadata=pai_meta(help="Run operations that have no GPU version on the CPU instead of failing")
    )
    dist_strategy: DistributionStrategy = field(
        default=DistributionStrategy.DEFAULT, metadata=pai_meta(help="How to share the work of several GPUs")
    )


class DeviceConfig:
    """Applies :class:`DeviceConfigParams` to TensorFlow.

    It may be created several times in a process. TensorFlow fixes its devices when it is first used; after that only
    the same choice, or none (``gpus=None`` without ``CUDA_VISIBLE_DEVICES``), can be asked for.

    Args:
        params: What to use.

    Attributes:
        gpus: Indices of the GPUs in use.

    Raises:
        MissingGpuError: A GPU is missing (an ``IndexError`` too).
        UserError: TensorFlow already runs on other devices.
    """

    def __init__(self, params: DeviceConfigParams):
        self._params = params
        if params.gpu_memory is not None and params.gpu_memory <= 0:
            raise UserValueError(
                "The memory limit of a GPU must be positive.",
                where="device.gpu_memory",
                expected="megabytes > 0, or none",
                got=str(params.gpu_memory),
                hint="leave the flag out to use all memory",
            )
        self._strategy: Optional[tf.distribute.Strategy] = None
        self.gpus: List[int] = self._apply()

    @property
    def params(self) -> DeviceConfigParams:
        """The parameters of this configuration."""
        return self._params

    @property
    def strategy(self) -> "tf.distribute.Strategy":
        """The strategy in whose scope variables are to be created."""
        if self._strategy is None:
            self._strategy = self._create_strategy()
        return self._strategy

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Let variables be created for the devices of the strategy."""
        import tensorflow as tf

        with self.strategy.scope():
            if (
                self.strategy.num_replicas_in_sync > 1
                and self._params.dist_strategy == DistributionStrategy.CENTRAL_STORAGE
            ):
                with tf.variable_creator_scope(_with_aggregation):
                    yield
            else:
                yield

    def _create_strategy(self) -> "tf.distribute.Strategy":
        import tensorflow as tf

        kind, devices = self._params.dist_strategy, self._devices()
        if kind == DistributionStrategy.DEFAULT:
            return tf.distribute.get_strategy()
        if len(devices) == 1:
            log.warning("There is only one device (%s): device.dist_strategy %s has no effect.", devices[0], kind)
            return tf.distribute.get_strategy()
        return _strategy_of(kind, tuple(devices))

    def _devices(self) -> List[str]:
        """Return the devices that share the work: the GPUs in use, else what TensorFlow has of CPUs."""
        import tensorflow as tf

        kind = "GPU" if self.gpus else "CPU"
        return [f"/{kind.lower()}:{index}" for index in range(len(tf.config.list_logical_devices(kind)))]

    def use_one_device(self) -> None:
        """Warn if a strategy was asked for where only a training has one."""
        if self._params.dist_strategy != DistributionStrategy.DEFAULT:
            log.warning("device.dist_strategy %s has an effect in trainings only.", self._params.dist_strategy)

    def describe(self) -> str:
        """Return one line for a log: what is used, and how to ask for more."""
        is_default = self._params.dist_strategy == DistributionStrategy.DEFAULT
        n = 1 if is_default else self.strategy.num_replicas_in_sync
        shared = f", {self._params.dist_strategy} on {n} devices" if n > 1 else ""
        if self.gpus:
            return f"Using the GPUs {', '.join(map(str, self.gpus))}{shared}"
        if n > 1:
            return f"Using the CPU{shared}"
        return f"Using the CPU only. Ask for a GPU with --device.gpus 0 or {CUDA_VARIABLE}"

    def _apply(self) -> List[int]:
        import tensorflow as tf

        asked = self._params.gpus if self._params.gpus is not None else default_gpus()
        tf.config.set_soft_device_placement(self._params.soft_device_placement)
        physical = tf.config.list_physical_devices("GPU")
        visible = tf.config.get_visible_devices("GPU")
        selected = [self._find(physical, index) for index in asked or []]
        if selected != visible:
            try:
                tf.config.set_visible_devices(selected, "GPU")
            except RuntimeError as error:
                if asked is None:
                    # Nobody cares (e.g. an evaluation inside a training that asked for its GPU): keep what there is.
                    return [physical.index(device) for device in visible]
                raise UserError(
                    "The devices cannot be changed any more: TensorFlow already runs in this process.",
                    where="device.gpus",
                    expected=str([physical.index(device) for device in visible]),
                    got=str(asked),
                    hint="set the devices before anything is computed, or start a new process",
                ) from error
        if selected:
            os.environ["TF_CUDNN_USE_AUTOTUNE"] = "1" if self._params.gpu_auto_tune else "0"
        for device in selected:
            self._limit_memory(device)
        return list(asked or [])

    def _find(self, physical: List[Any], index: int) -> Any:
        if 0 <= index < len(physical):
            return physical[index]
        from_environment = self._params.gpus is None
        raise MissingGpuError(
            f"GPU {index} was asked for but TensorFlow does not find it.",
            where=f"environment variable {CUDA_VARIABLE}" if from_environment else "device.gpus",
            expected=f"an index below {len(physical)}" if physical else "no GPU, TensorFlow sees none here",
            got=repr(os.environ.get(CUDA_VARIABLE)) if from_environment else str(self._params.gpus),
            hint=(
                f"unset {CUDA_VARIABLE} to use the CPU"
                if from_environment
                else "leave --device.gpus out to use the CPU"
            )
            + ', or check the driver ("nvidia-smi") and that TensorFlow was installed with its CUDA libraries',
        )

    def _limit_memory(self, device: Any) -> None:
        import tensorflow as tf

        if self._params.gpu_memory is None:
            return
        limit = [tf.config.LogicalDeviceConfiguration(memory_limit=self._params.gpu_memory)]
        try:
            tf.config.set_logical_device_configuration(device, limit)
        except RuntimeError as error:
            current = tf.config.get_logical_device_configuration(device)
            if [c.memory_limit for c in current or []] == [c.memory_limit for c in limit]:
                return
            raise UserError(
                "The memory limit cannot be changed any more: TensorFlow already runs in this process.",
                where="device.gpu_memory",
                got=str(self._params.gpu_memory),
                hint="set the limit before anything is computed, or start a new process",
            ) from error


@functools.cache
def _strategy_of(kind: DistributionStrategy, devices: Tuple[str, ...]) -> "tf.distribute.Strategy":
    """Return the strategy of the process: a second one for the same devices would number its exchanges alike."""
    import tensorflow as tf

    if kind == DistributionStrategy.MIRROR:
        return tf.distribute.MirroredStrategy(list(devices))
    return tf.distribute.experimental.CentralStorageStrategy(list(devices))


def _with_aggregation(next_creator: Callable[..., Any], **kwargs: Any) -> Any:
    """Create a variable of which there is one for all replicas, so that it is clear what their assignments result in.

    Keras leaves that open for the statistics of layers and for the states of random layers.
    """
    import tensorflow as tf

    if kwargs.get("aggregation") in (None, tf.VariableAggregation.NONE):
        is_float = kwargs.get("dtype") is not None and tf.as_dtype(kwargs["dtype"]).is_floating
        kinds = tf.VariableAggregation
        kwargs["aggregation"] = kinds.MEAN if is_float else kinds.ONLY_FIRST_REPLICA
    return next_creator(**kwargs)


def distribute_strategy(func: TFunc) -> TFunc:
    """Run a method in the scope of the strategy of its object's ``device_config``."""

    @functools.wraps(func)
    def in_scope(self: Any, *args: Any, **kwargs: Any) -> Any:
        with self.device_config.scope():
            return func(self, *args, **kwargs)

    return in_scope  # type: ignore[return-value]
