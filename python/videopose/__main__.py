# SPDX-License-Identifier: Apache-2.0
"""``python -m videopose ...`` is the program ``videopose ...``."""

import os
import sys

from videopose._models import package_file


def main() -> None:
    program = package_file("bin/videopose")
    if not program.exists():
        sys.exit(f"videopose: {program} is not there; this installation has no program")
    os.execv(program, [str(program), *sys.argv[1:]])


if __name__ == "__main__":
    main()
