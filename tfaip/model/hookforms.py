# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Checks of the signatures of user hooks; old forms get a message that names today's."""

import inspect
from typing import Any, Callable, Tuple

from tfaip.util.errors import UserTypeError


def describe_location(cls: type, name: str) -> str:
    """Return class, method, file and line of a hook."""
    method = inspect.unwrap(getattr(cls, name))
    text = f"{cls.__name__}.{name}"
    try:
        filename = inspect.getsourcefile(method)
        return f"{text} ({filename}:{inspect.getsourcelines(method)[1]})"
    except (OSError, TypeError):  # no source, e.g. in an interactive session
        return text


def signature_text(cls: type, name: str) -> str:
    """Return a method as it is declared: ``name(self, ...)``."""
    return f"{name}{inspect.signature(getattr(cls, name))}"


def accepts(method: Callable, *args: Any, **kwargs: Any) -> bool:
    """Tell whether a (bound) method can be called with these arguments."""
    try:
        inspect.signature(method).bind(*args, **kwargs)
    except TypeError:
        return False
    return True


def has_parameter(method: Callable, name: str) -> bool:
    """Tell whether a method can be called with this keyword."""
    parameters = inspect.signature(method).parameters.values()
    return any(p.name == name or p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters)


def wrong_form(cls: type, name: str, today: str, hint: str) -> UserTypeError:
    """Return the error for a hook that has an old or unknown form."""
    return UserTypeError(
        f"The hook {name} of {cls.__name__} has a form that is not supported.",
        where=describe_location(cls, name),
        expected=today,
        got=signature_text(cls, name),
        hint=hint,
    )


# name, number of positional arguments, keywords, today's form, hint
_MODEL_HOOKS: Tuple[Tuple[str, int, Tuple[str, ...], str, str], ...] = (
    (
        "_loss",
        3,
        (),
        "_loss(self, inputs, targets, outputs) -> Dict[str, tensor]",
        "inputs and targets are two dictionaries now; return {'name': self.loss(targets['gt'], outputs['logits'])}.",
    ),
    (
        "_metric",
        3,
        (),
        "_metric(self, inputs, targets, outputs) -> List[called keras metric]",
        "create the keras metrics in __init__ and return their calls: [self.acc(targets['gt'], outputs['class'])].",
    ),
    (
        "_print_evaluate",
        2,
        ("print_fn",),
        "_print_evaluate(self, sample, data, print_fn=print)",
        "use sample.inputs, sample.targets and sample.outputs.",
    ),
    ("pre_proc_targets", 2, (), "pre_proc_targets(self, inputs, targets)", "return the targets."),
    ("post_proc_targets", 3, (), "post_proc_targets(self, inputs, targets, outputs)", "return the targets."),
    (
        "_export_graphs",
        3,
        (),
        "_export_graphs(self, inputs, outputs, targets) -> Dict[str, keras.Model]",
        "return {'default': keras.Model(inputs=inputs, outputs=outputs)}.",
    ),
    ("_loss_weights", 0, (), "_loss_weights(self) -> Optional[Dict[str, float]]", "return weights by name."),
    ("_best_logging_settings", 0, (), "_best_logging_settings(self) -> (mode, name)", 'return e.g. "max", "acc".'),
)


def check_model_hooks(model: Any) -> None:
    """Check the signatures of the hooks of a model.

    Raises:
        UserTypeError: If a hook has an old or unknown form.
    """
    cls = type(model)
    if hasattr(cls, "create_graph"):
        raise wrong_form(
            cls,
            "create_graph",
            "graph_cls(self) in the parameters of the model, which returns the class of the graph",
            "remove create_graph from the model and override graph_cls of its ModelBaseParams.",
        )
    for name, n_args, keywords, today, hint in _MODEL_HOOKS:
        if not accepts(getattr(model, name), *range(n_args), **dict.fromkeys(keywords)):
            raise wrong_form(cls, name, today, hint)


def check_graph_class(cls: type, base: type) -> None:
    """Check that a graph does not override what belongs to the framework.

    Args:
        cls: The class of the graph.
        base: The class that defines ``call``.

    Raises:
        UserTypeError: If ``call`` is overridden instead of ``build_graph``.
    """
    if cls.call is not base.call:  # type: ignore[attr-defined]
        raise wrong_form(
            cls,
            "call",
            "build_graph(self, inputs, training=None) -> Dict[str, tensor]",
            "rename call to build_graph, or override build_train_graph and build_prediction_graph.",
        )
