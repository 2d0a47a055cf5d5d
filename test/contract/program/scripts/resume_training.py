# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``resume_training``: the framework's program under the name of this one."""

from tfaip.scripts.resume_training import main


def run(args=None):
    return main(args)


if __name__ == "__main__":
    run()
