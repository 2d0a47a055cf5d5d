# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parse command lines with configuration files, for the tests of this folder."""

import pytest

from test.params import cli_tree as t
from tfaip.params.codec import params_to_dict
from tfaip.util.tfaipargparse import ParameterErrors, TFAIPArgumentParser


def make_parser(default=None, cls=None, **kwargs):
    parser = TFAIPArgumentParser(prog="tfaip-train", **kwargs)
    default = t.TrainerParams() if default is None and cls is None else default
    if default is None:
        parser.add_root_argument("trainer", cls)
    else:
        parser.add_root_argument("trainer", type(default), default)
    return parser


def parse(args, default=None, cls=None, **kwargs):
    return make_parser(default, cls, **kwargs).parse_args(args.split() if isinstance(args, str) else args).trainer


def printed(parser, args):
    """Return what a line prints before it ends well."""
    out = []
    parser._print_message = lambda text, file=None: out.append(text)
    with pytest.raises(SystemExit) as end:
        parser.parse_args(args)
    assert end.value.code == 0
    return "".join(out)


def mistakes(parser, args):
    with pytest.raises(ParameterErrors) as error:
        parser.parse_args(args)
    return error.value.mistakes


def as_dict(params):
    return params_to_dict(params)
