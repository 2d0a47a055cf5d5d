# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Sending what a worker made, so that the other process hears of it whatever goes wrong."""

import os
import pickle
import threading
from typing import Any, Callable, Union

from tfaip.util.multiprocessing.failure import TaskFailure, WorkerError, no_memory
from tfaip.util.multiprocessing.transport.channel import PICKLE_PROTOCOL, ArrayChannel, PackedMessage, pack

TRANSPORT = "the transport of its result"


def send_answer(
    channel: ArrayChannel, message: PackedMessage, without_memory: Callable[[WorkerError], PackedMessage]
) -> None:
    """Send a message. If the other process is gone this never returns: the thread that reads ends this process.

    A fork of a worker, which a processor made and let go on, ends here: it has nobody to answer to.

    Args:
        channel: The channel to the other process.
        message: The message.
        without_memory: Returns a small message to send if there is no memory for this one.
    """
    if not channel.belongs_to_this_process:
        os._exit(1)
    try:
        try:
            channel.send(message)
        except (BrokenPipeError, ConnectionResetError):
            raise
        except OSError as error:
            channel.send(without_memory(no_memory(error, "the results of a worker process")))
    except (BrokenPipeError, ConnectionResetError):
        threading.Event().wait()


def deliverable(outcome: Any) -> Any:
    """Return the outcome, or a :class:`TaskFailure` in its place if it cannot be pickled."""
    try:
        pack(outcome)
    except Exception as error:  # whatever a user's class raises when it is pickled
        failure = TaskFailure(error, origin=TRANSPORT, remote=True)
        failure.message = f"the result of a worker process cannot be pickled: {failure.message}"
        return failure
    return outcome


def pickled_apart(outcome: Any) -> bytes:
    """Return the outcome, pickled, or a :class:`TaskFailure` in its place if it cannot be pickled."""
    return pickle.dumps(deliverable(outcome), PICKLE_PROTOCOL)


def read_apart(data: bytes, name: str) -> Union[Any, TaskFailure]:
    """Return an outcome that came for itself, or a :class:`TaskFailure` in its place if it cannot be unpickled.

    Args:
        data: The pickled outcome.
        name: What the worker does, for the message.
    """
    try:
        return pickle.loads(data)
    except Exception as error:  # whatever a user's class raises when it is unpickled
        failure = TaskFailure(error, origin=TRANSPORT)
        failure.message = f"the result of a worker process ({name}) cannot be unpickled: {failure.message}"
        return failure
