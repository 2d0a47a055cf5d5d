# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Python control flow on tensors in the hooks of users.

Keras 2 converted the code of layers, so that ``if`` and ``for`` may depend on tensors; Keras 3 no longer does. Hooks
that run while a graph is built are converted here.
"""

from typing import Any, Callable

import tensorflow as tf


def convert_hook(hook: Callable[..., Any]) -> Callable[..., Any]:
    """Return the hook with its control flow converted if a graph is being built, the hook itself if run eagerly."""
    if tf.executing_eagerly():
        return hook
    autograph = tf.__internal__.autograph
    return autograph.tf_convert(hook, autograph.control_status_ctx())
