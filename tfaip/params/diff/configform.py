# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Configuration files as trees of the parameters of a training, as far as that goes without their classes."""

from typing import Any, Dict, List, Mapping

ROOT = "trainer"
_OTHER_ROOTS = ("lav", "predict")
# Parameters of a training that are root flags on the command line, and where they stand in the tree.
_FLAT = {
    **{name: name for name in ("device", "optimizer", "learning_rate", "scenario", "warmstart", "early_stopping")},
    **{name: f"scenario.{name}" for name in ("model", "data", "evaluator")},
}
_PIPELINES = ("train", "val")
_PIPELINE_FIELDS = {
    "batch_size",
    "limit",
    "prefetch",
    "num_processes",
    "batch_drop_remainder",
    "shuffle_buffer_size",
    "mode",
    "bucket_boundaries",
    "bucket_batch_sizes",
    "bucket_token_budget",
    "use_shared_memory",
    "sample_errors",
    "max_skipped_samples",
    "sample_retries",
    "max_buffer",
    "max_worker_growth",
}


def is_config(values: Mapping[str, Any]) -> bool:
    """Tell whether a JSON object is a configuration, and not the saved parameters of a training or a scenario."""
    return ROOT in values or not ("scenario" in values or "scenario_id" in values or "epochs" in values)


def config_to_tree(values: Mapping[str, Any]) -> Dict[str, Any]:
    """Return the tree of a configuration file: names of flags and dotted names become places in the tree."""
    tree: Dict[str, Any] = {}
    if any(root in values for root in _OTHER_ROOTS):
        return dict(_expand(values))
    for path, value in _entries(values):
        _put(tree, _tree_path(path), _expand(value))
    return tree


def _entries(values: Mapping[str, Any]) -> List[Any]:
    """Return pairs of path and value; the root is opened, and so are the pipelines, whose flags have two places."""
    entries: List[Any] = []
    for key, value in values.items():
        path = str(key).split(".")
        if path[0] == ROOT:
            path = path[1:]
        if path in ([], *([name] for name in _PIPELINES)) and isinstance(value, Mapping):
            entries += [([*path, *inner], item) for inner, item in _entries(value)]
        else:
            entries.append((path, value))
    return entries


def _tree_path(path: List[str]) -> List[str]:
    if path and path[0] in _FLAT:
        return [*_FLAT[path[0]].split("."), *path[1:]]
    if len(path) > 1 and path[0] in _PIPELINES:
        return ["gen", "setup", *path] if path[1] in _PIPELINE_FIELDS else ["gen", *path]
    return path


def _expand(value: Any) -> Any:
    """Return the value with dotted names in it opened."""
    if isinstance(value, list):
        return [_expand(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    tree: Dict[str, Any] = {}
    for key, item in value.items():
        _put(tree, str(key).split("."), _expand(item))
    return tree


def _put(tree: Dict[str, Any], path: List[str], value: Any) -> None:
    for name in path[:-1]:
        inner = tree.setdefault(name, {})
        if not isinstance(inner, dict):
            # a choice by its name, whose fields follow
            inner = tree[name] = {"__cls__": inner} if isinstance(inner, str) else {}
        tree = inner
    last = path[-1]
    if isinstance(value, dict) and isinstance(tree.get(last), dict):
        for name, item in value.items():
            _put(tree[last], [name], item)
    elif isinstance(value, str) and isinstance(tree.get(last), dict):
        tree[last]["__cls__"] = value
    else:
        tree[last] = value
