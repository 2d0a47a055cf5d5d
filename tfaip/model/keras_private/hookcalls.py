# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Python control flow on tensors in the hooks of users.

Keras 2 converted the code of layers, so that ``if`` and ``for`` may depend on tensors; Keras 3 no longer does. Hooks
that run while a graph is built are converted here. The framework's own code is not: converting it would take more than
a second at the start of a training.
"""

from typing import Any, Callable

import tensorflow as tf

_autograph = tf.__internal__.autograph
# Read while nothing is switched off: tells that code is to be converted, whatever calls it.
_CONVERT = _autograph.control_status_ctx()

framework_code = tf.autograph.experimental.do_not_convert


def convert_hook(hook: Callable[..., Any]) -> Callable[..., Any]:
    """Return the hook with its control flow converted if a graph is being built, the hook itself if run eagerly."""
    return hook if tf.executing_eagerly() else _autograph.tf_convert(hook, _CONVERT)
