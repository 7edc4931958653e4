# SPDX-License-Identifier: Apache-2.0
"""Results in the shape that other packages give them. Where a package is installed, its own classes
make them; else stand-ins with the same members."""

from __future__ import annotations

import inspect
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import videopose as vp
from videopose.adapters import MediaPipe, MMPose, Rtmlib, Ultralytics, to_numpy

FRAME: npt.NDArray[np.uint8] = np.zeros((48, 64, 3), np.uint8)
FRAME[..., 0] = 200  # red
POINTS = np.random.default_rng(1).uniform(1, 40, (2, 17, 2)).astype(np.float32)
SCORES = np.random.default_rng(2).uniform(0.1, 1, (2, 17)).astype(np.float32)


def is_bgr(frame: npt.NDArray[np.uint8]) -> bool:
    return bool(frame.flags["C_CONTIGUOUS"] and frame[0, 0, 2] == 200 and frame[0, 0, 0] == 0)


def test_rtmlib() -> None:
    def body(frame: npt.NDArray[np.uint8]) -> tuple[Any, Any]:
        assert is_bgr(frame)
        return POINTS, 1.5 * SCORES  # SimCC's scores go beyond 1

    detector = Rtmlib(body)
    assert isinstance(detector, vp.Detector) and detector.layout == "coco"
    points, scores = detector.detect(FRAME, 0)
    np.testing.assert_array_equal(points, POINTS)
    np.testing.assert_allclose(scores, np.minimum(1.5 * SCORES, 1))
    assert Rtmlib(body, layout="halpe26").layout == "halpe26"


# Its weights are downloaded when it is made, so it is not.
def test_rtmlib_itself_takes_an_image() -> None:
    rtmlib = pytest.importorskip("rtmlib")
    for kind in (rtmlib.Body, rtmlib.BodyWithFeet, rtmlib.Wholebody):
        assert list(inspect.signature(kind.__call__).parameters)[1:] == ["image"]


class Model:
    """As ultralytics' YOLO."""

    def __init__(self, keypoints: Any) -> None:
        self.keypoints = keypoints

    def __call__(self, frame: npt.NDArray[np.uint8], verbose: bool, **options: Any) -> list[Any]:
        assert is_bgr(frame) and not verbose and options == {"conf": 0.3}
        return [SimpleNamespace(keypoints=self.keypoints)]


class Tensor:
    """As torch's: on a device, with gradients, through DLPack."""

    def __init__(self, array: npt.NDArray[np.float32], steps: tuple[str, ...] = ()) -> None:
        self.array, self.steps = array, steps

    def __len__(self) -> int:
        return len(self.array)

    def detach(self) -> Tensor:
        return Tensor(self.array, (*self.steps, "detach"))

    def cpu(self) -> Tensor:
        return Tensor(self.array, (*self.steps, "cpu"))

    def __dlpack__(self, **options: Any) -> Any:
        assert self.steps == ("detach", "cpu")
        return self.array.__dlpack__()

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.array.__dlpack_device__()


def test_ultralytics() -> None:
    seen = POINTS.copy()
    seen[1, 3] = 0  # not seen
    points, scores = Ultralytics(
        Model(SimpleNamespace(xy=Tensor(seen), conf=Tensor(SCORES))), conf=0.3
    ).detect(FRAME, 0)
    np.testing.assert_array_equal(points, seen)
    assert scores[1, 3] == 0 and scores[0, 3] == SCORES[0, 3]


def test_ultralytics_without_people_and_without_poses() -> None:
    none = SimpleNamespace(xy=np.zeros((0, 17, 2), np.float32), conf=None)
    assert Ultralytics(Model(none), conf=0.3).detect(FRAME, 0)[0].shape == (0, 17, 2)
    with pytest.raises(vp.Error, match="boxes, not poses"):
        Ultralytics(Model(None), conf=0.3).detect(FRAME, 0)


def landmarks() -> list[Any]:
    """A person of 33 points: x and y in the image's size, 1 / 100 and 1 / 50 a landmark."""
    try:
        from mediapipe.tasks.python.components.containers.landmark import (  # type: ignore
            NormalizedLandmark,
        )
    except ImportError:
        NormalizedLandmark = SimpleNamespace
    return [
        NormalizedLandmark(x=k / 100, y=k / 50, z=0.0, visibility=0.5 + k / 100, presence=1.0)
        for k in range(33)
    ]


def test_mediapipe() -> None:
    class Landmarker:
        def detect_for_video(self, image: str, time_ms: int) -> Any:
            assert image == "image" and time_ms == 1500
            return SimpleNamespace(pose_landmarks=[landmarks(), landmarks()])

    detector = MediaPipe(Landmarker(), image=lambda frame: "image")
    points, scores = detector.detect(FRAME, 1.5)
    assert points.shape == (2, 17, 2) and scores.shape == (2, 17)
    np.testing.assert_allclose(points[0, 5], [64 * 0.11, 48 * 0.22], rtol=1e-6)  # left shoulder
    np.testing.assert_allclose(scores[1, 16], 0.78, rtol=1e-6)  # right ankle
    empty = MediaPipe.read(SimpleNamespace(pose_landmarks=[]), (64, 48))
    assert empty[0].shape == (0, 17, 2)


def test_mediapipe_in_image_mode() -> None:
    class Landmarker:
        def detect(self, image: str) -> Any:
            return SimpleNamespace(pose_landmarks=[landmarks()])

    assert MediaPipe(Landmarker(), video=False, image=lambda frame: "").detect(FRAME, 0)[0].shape == (1, 17, 2)


def test_mediapipe_itself_has_what_is_called() -> None:
    vision = pytest.importorskip("mediapipe.tasks.python.vision")
    assert "timestamp_ms" in inspect.signature(vision.PoseLandmarker.detect_for_video).parameters
    assert callable(vision.PoseLandmarker.detect)


def test_mediapipes_own_image() -> None:
    mediapipe = pytest.importorskip("mediapipe")
    from videopose.adapters import _mediapipe_image

    image = _mediapipe_image(FRAME)
    assert isinstance(image, mediapipe.Image)
    np.testing.assert_array_equal(image.numpy_view(), FRAME)


def test_mmpose() -> None:
    def inferencer(frame: npt.NDArray[np.uint8], show: bool, return_vis: bool) -> Any:
        assert is_bgr(frame) and not show and not return_vis
        yield {
            "predictions": [
                [
                    {"keypoints": POINTS[k].tolist(), "keypoint_scores": SCORES[k].tolist()}
                    for k in range(2)
                ]
            ]
        }

    points, scores = MMPose(inferencer).detect(FRAME, 0)
    np.testing.assert_allclose(points, POINTS)
    np.testing.assert_allclose(scores, SCORES)
    nothing = MMPose(lambda *a, **k: iter([{"predictions": [[]]}])).detect(FRAME, 0)
    assert len(nothing[0]) == 0


def test_to_numpy() -> None:
    np.testing.assert_array_equal(to_numpy(Tensor(SCORES)), SCORES)
    np.testing.assert_array_equal(to_numpy([[1, 2]]), [[1, 2]])
    assert to_numpy(np.arange(3)).dtype == np.float32


def test_torch() -> None:
    torch = pytest.importorskip("torch")
    tensor = torch.from_numpy(SCORES.copy()).requires_grad_()
    np.testing.assert_array_equal(to_numpy(tensor), SCORES)
