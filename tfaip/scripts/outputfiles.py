# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Checks of the files and folders that a program shall write, before anything is computed."""

import os
from typing import Mapping, Optional

from tfaip.util.errors import UserError


def check_can_be_written(path: Optional[str], flag: str) -> None:
    """Check that a file can be written.

    Raises:
        UserError: It has no name, its folder does not exist or is not writable, or there is a folder or a device of
            this name.
    """
    if path is None:
        return
    expected = "a file name in an existing folder"
    _check_has_name(path, flag, expected)
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        hint = None if _is_below_file(folder) else f"mkdir -p {folder}"
        raise UserError("The file cannot be written.", where=flag, expected=expected, got=path, hint=hint)
    if os.path.exists(path) and not os.path.isfile(path):
        raise UserError(
            "The file cannot be written: there is something of this name that is no file.",
            where=flag,
            expected=expected,
            got=path,
        )
    _check_is_writable(folder, flag, "The file cannot be written.")


def check_folder_can_be_written(path: Optional[str], flag: str) -> None:
    """Check that a folder can be created, or replaced, with those above it.

    Raises:
        UserError: It has no name, is below a file or in a folder that is not writable, or the program is working in it.
    """
    if path is None:
        return
    expected = "the name of a folder"
    _check_has_name(path, flag, expected)
    target, here = os.path.realpath(path), os.path.realpath(os.getcwd())
    if os.path.join(here, "").startswith(os.path.join(target, "")):
        raise UserError(
            "The folder cannot be written: the program is working in it.",
            where=flag,
            expected="another folder than the working directory and those above it",
            got=path,
        )
    if _is_below_file(os.path.dirname(target)):
        raise UserError(
            "The folder cannot be written: a part of its path is no folder.", where=flag, expected=expected, got=path
        )
    _check_is_writable(_nearest_existing(os.path.dirname(target)), flag, "The folder cannot be written.")


def check_different(paths: Mapping[str, Optional[str]]) -> None:
    """Check that no two outputs are the same file.

    Args:
        paths: The files by their flags.

    Raises:
        UserError: Two of them are the same, so that one would be lost.
    """
    flags: dict[str, str] = {}
    for flag, path in paths.items():
        if path is None:
            continue
        first = flags.setdefault(os.path.realpath(path), flag)
        if first != flag:
            raise UserError(
                "Two outputs have the same name, so that one would be lost.",
                where=f"{first}, {flag}",
                expected="different files",
                got=path,
            )


def _check_has_name(path: str, flag: str, expected: str) -> None:
    if not path:
        raise UserError("The name of an output is empty.", where=flag, expected=expected, got="''")


def _check_is_writable(folder: str, flag: str, what: str) -> None:
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UserError(what, where=flag, expected="a folder to write to", got=folder)


def _nearest_existing(folder: str) -> str:
    while not os.path.lexists(folder):
        folder = os.path.dirname(folder)
    return folder


def _is_below_file(folder: str) -> bool:
    return not os.path.isdir(_nearest_existing(folder))
