# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``train_from_params``: the framework's program under the name of this one."""

from tfaip.scripts.train_from_params import main


def run(args=None):
    return main(args)


if __name__ == "__main__":
    run()
