# SPDX-License-Identifier: Apache-2.0
"""Runs the tests of a module.  The exit code is 77, which ctest shows as skipped, where none of them could be
tried because a program is missing."""

import shutil
import sys
import unittest

SKIPPED = 77


def needs(*programs):
    """Leaves a test out, and says why, where one of these programs is missing."""
    missing = [program for program in programs if shutil.which(program) is None]
    return unittest.skipIf(missing, f"{', '.join(missing)} not installed (tools/setup test)")


def main(arguments):
    """arguments: names of test classes of the main module; all without any."""
    program = unittest.main(argv=[sys.argv[0], "-v", *arguments], exit=False)
    result = program.result
    if not result.wasSuccessful():
        sys.exit(1)
    sys.exit(SKIPPED if result.testsRun == len(result.skipped) else 0)
