# SPDX-License-Identifier: Apache-2.0
"""Where the networks' weights are."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from videopose import _core
from videopose._error import Error


def package_file(name: str) -> Path:
    """A file that was installed with the package."""
    return Path(__file__).resolve().parent / name


def lifter_file(lifter: str | os.PathLike[str] | None, *, causal: bool = False) -> Path:
    """The given lifter, or the one that comes with the package."""
    if lifter is not None:
        return Path(lifter)
    name = "lifter_causal.bin" if causal else "lifter.bin"
    return package_file(f"share/videopose/models/{name}")


def ensure_detector(size: str, models_dir: Path | None) -> None:
    """Fetches the detector's models on first use, as the program does."""
    if models_dir is not None or not _core.missing_models(size):
        return  # what a folder of the caller's lacks, the detector says
    program = package_file("bin/videopose")
    if program.exists():
        result = subprocess.run(
            [program, "models", "fetch"], capture_output=True, text=True, check=False
        )
        if result.returncode == 0:
            return
        raise Error(result.stderr.strip().removeprefix("videopose: "), "model_missing")
