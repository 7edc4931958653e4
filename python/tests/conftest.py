# SPDX-License-Identifier: Apache-2.0

import subprocess
import sys
from pathlib import Path

import pytest

import videopose as vp
from videopose import _core

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: object) -> None:
    """The program of the package."""
    subprocess.run(
        [sys.executable, "-m", "videopose", *map(str, arguments)], check=True, capture_output=True
    )


@pytest.fixture(scope="session")
def clip_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short video of one person, made by the program."""
    if _core.missing_models("full"):
        pytest.skip("the detector's models are not here")
    folder = tmp_path_factory.mktemp("clip")
    run("demo", "-o", folder / "out.mp4", "--clip", folder / "clip.mp4", "-q")
    return folder / "clip.mp4"


@pytest.fixture(scope="session")
def clip(clip_file: Path) -> vp.Clip:
    return vp.process(clip_file, max_frames=60)
