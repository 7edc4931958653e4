# SPDX-License-Identifier: Apache-2.0
"""Exported lifters are what onnx.checker accepts and onnxruntime computes as we do."""

import importlib.util
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

import videopose as vp
from conftest import ROOT, run
from videopose import _core

# Rays and Human3.6M's joints, half precision; causal; VideoPose3D's own, dilated and dense.
LIFTERS = {
    "lifter": (ROOT / "models/lifter.bin", []),
    "causal": (ROOT / "models/lifter_causal.bin", []),
    "videopose3d": (ROOT / "tests/data/golden/ck_333/epoch_1.bin", []),
    "dense": (ROOT / "tests/data/golden/ck_dense/epoch_1.bin", ["--dense"]),
    "semi": (ROOT / "tests/data/golden/ck_semi/epoch_1.bin", []),
}


def exported(tmp_path: Path, name: str, *more: str) -> tuple[onnxruntime.InferenceSession, Path]:
    checkpoint, options = LIFTERS[name]
    path = tmp_path / "lifter.onnx"
    run("models", "export", checkpoint, "-o", path, *options, *more)
    onnx.checker.check_model(onnx.load(path), full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session, path


def notes(session: onnxruntime.InferenceSession) -> dict[str, str]:
    return session.get_modelmeta().custom_metadata_map


def random_rows(session: onnxruntime.InferenceSession, batch: int, frames: int) -> np.ndarray:
    values = session.get_inputs()[0].shape[-1]
    return np.random.default_rng(1).normal(size=(batch, frames, values)).astype(np.float32)


@pytest.mark.parametrize("name", LIFTERS)
def test_whole_sequences_agree(tmp_path: Path, name: str) -> None:
    session, path = exported(tmp_path, name)
    receptive_field = int(notes(session)["receptive_field"])
    rows = random_rows(session, 2, receptive_field + 7)
    poses = session.run(["poses"], {"rows": rows})[0]
    assert poses.shape == (2, 8, 17, 3)
    # Read back, it is the same network.
    np.testing.assert_allclose(poses, _core.run_network(path, rows), rtol=1e-5, atol=1e-5)
    has_roots = "roots" in [output.name for output in session.get_outputs()]
    assert has_roots == (name == "semi")


@pytest.mark.parametrize("name", LIFTERS)
def test_frame_by_frame_agrees(tmp_path: Path, name: str) -> None:
    session, path = exported(tmp_path, name, "--streaming")
    receptive_field = int(notes(session)["receptive_field"])
    rows = random_rows(session, 2, receptive_field + 7)
    expected = _core.run_network(path, rows)
    states = {
        given.name: np.zeros([2, *given.shape[1:]], np.float32)
        for given in session.get_inputs()[1:]
    }
    names = [output.name for output in session.get_outputs()]
    poses = []
    for frame in range(rows.shape[1]):
        found = dict(zip(names, session.run(None, {"rows": rows[:, frame], **states})))
        poses.append(found["poses"])
        states = {state: found["next_" + state] for state in states}
    np.testing.assert_allclose(
        np.stack(poses[receptive_field - 1 :], axis=1), expected, rtol=1e-5, atol=1e-5
    )


def test_lift_reads_it_back(tmp_path: Path) -> None:
    _, path = exported(tmp_path, "lifter")
    rows = np.random.default_rng(2).normal(size=(1, 90, 54)).astype(np.float32)
    np.testing.assert_array_equal(
        _core.run_network(path, rows), _core.run_network(LIFTERS["lifter"][0], rows)
    )


def test_the_example_lifts_as_we_do(tmp_path: Path) -> None:
    session, path = exported(tmp_path, "lifter")
    specification = importlib.util.spec_from_file_location("e", ROOT / "examples/onnx_lift.py")
    assert specification and specification.loader
    example = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(example)
    with np.load(ROOT / "tests/data/golden/lift_eval2.npz") as file:
        points = file["keypoints_clean"][7]
        size = (int(file["width_px"][7]), int(file["height_px"][7]))
        focal_px = float(file["focal_px"][7])
    ours = vp.lift(
        points, size=size, fps=30, focal_px=focal_px, flip=False, contacts=False, refine=False,
        lifter=path,
    )
    theirs = example.lift(session, points, np.ones(points.shape[:2]), size, focal_px)
    np.testing.assert_allclose(theirs, ours.people[0].joints_in_cam, atol=1e-4)
