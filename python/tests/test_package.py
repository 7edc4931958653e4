# SPDX-License-Identifier: Apache-2.0

import subprocess
import sys
from pathlib import Path

import numpy as np

import videopose as vp


def test_version_and_names() -> None:
    assert vp.__version__.count(".") == 2
    for name in vp.__all__:
        assert getattr(vp, name) is not None, name


def test_python_dash_m_is_the_program() -> None:
    out = subprocess.run(
        [sys.executable, "-m", "videopose", "--version"], capture_output=True, text=True
    )
    assert out.returncode == 0 and vp.__version__ in out.stdout


def test_types_are_checked(tmp_path: Path) -> None:
    package = Path(vp.__file__).parent
    assert (package / "py.typed").exists()
    result = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "-p", "videopose"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert result.returncode == 0, result.stdout


def test_evaluate_counts_metres() -> None:
    truth = np.random.default_rng(1).normal(size=(6, 17, 3)).astype(np.float32)
    off = truth.copy()
    off[..., 0] += 0.1
    errors = vp.evaluate(off, truth)
    assert abs(errors.mpjpe - 0.1) < 1e-5
    assert errors.pa_mpjpe < 1e-5
    few = vp.evaluate(off[:, :5], truth[:, :5])
    assert abs(few.mpjpe - 0.1) < 1e-5 and few.knee_deg is None
