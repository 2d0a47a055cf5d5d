# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Errors of the operating system that a user can mend."""

import errno

# a full or read-only disk, a file that may not be that large, missing rights
SYSTEM_LIMITS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM)


def is_system_limit(error: OSError) -> bool:
    """Tell whether an error is due to the disk or to missing rights, not to a mistake in the code."""
    return error.errno in SYSTEM_LIMITS
