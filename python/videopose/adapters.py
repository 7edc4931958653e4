# SPDX-License-Identifier: Apache-2.0
"""Other packages' detectors, as `vp.process(..., detector=...)` wants them.

>>> from rtmlib import Body
>>> from videopose.adapters import Rtmlib
>>> clip = vp.process("dance.mp4", detector=Rtmlib(Body(backend="onnxruntime")))

Each class takes the object that its package makes and calls it; none of these packages is imported
here.
"""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
import numpy.typing as npt

from videopose._error import Error

__all__ = ["MMPose", "MediaPipe", "Rtmlib", "Ultralytics", "to_numpy"]

_Array = npt.NDArray[np.float32]
_Frame = npt.NDArray[np.uint8]
_Found = tuple[_Array, _Array]

# BlazePose's landmarks in the order of COCO's keypoints.
_COCO_OF_BLAZEPOSE = [0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28]


def to_numpy(array: Any) -> _Array:
    """An array of any library: NumPy, or a tensor through DLPack, from its device if it is not here.

    Torch's tensors may need gradients; those are left behind.
    """
    if isinstance(array, np.ndarray):
        return np.asarray(array, np.float32)
    for step in ("detach", "cpu"):
        if hasattr(array, step):
            array = getattr(array, step)()
    if hasattr(array, "__dlpack__"):
        array = np.from_dlpack(array)
    return np.asarray(array, np.float32)


def _no_people(joints: int) -> _Found:
    return np.zeros((0, joints, 2), np.float32), np.zeros((0, joints), np.float32)


def _bgr(frame: _Frame) -> _Frame:
    return np.ascontiguousarray(frame[..., ::-1])


class Rtmlib:
    """rtmlib: ``Rtmlib(Body(...))``, or ``BodyWithFeet`` with ``layout="halpe26"``, ``Wholebody``
    with ``layout="wholebody"``."""

    def __init__(self, body: Callable[[_Frame], tuple[Any, Any]], layout: str = "coco") -> None:
        self.layout = layout
        self._body = body

    def detect(self, frame: _Frame, time_s: float) -> _Found:
        points, scores = self._body(_bgr(frame))
        return to_numpy(points), np.clip(to_numpy(scores), 0, 1)


class Ultralytics:
    """ultralytics (AGPL-3.0): ``Ultralytics(YOLO("yolo11n-pose.pt"))``."""

    layout = "coco"

    def __init__(self, model: Callable[..., Any], **options: Any) -> None:
        """
        Args:
            options: of every call of the model, such as ``conf`` and ``imgsz``.
        """
        self._model = model
        self._options = options

    def detect(self, frame: _Frame, time_s: float) -> _Found:
        keypoints = self._model(_bgr(frame), verbose=False, **self._options)[0].keypoints
        if keypoints is None:
            raise Error("this YOLO model finds boxes, not poses; expected one of those named ...-pose",
                        "wrong_format")
        if keypoints.conf is None or len(keypoints.xy) == 0:
            return _no_people(17)
        xy, scores = to_numpy(keypoints.xy), to_numpy(keypoints.conf)
        return xy, np.where((xy == 0).all(axis=2), 0, scores)  # points at (0, 0) were not seen


class MediaPipe:
    """MediaPipe Tasks: ``MediaPipe(PoseLandmarker.create_from_options(...))``."""

    layout = "coco"

    def __init__(
        self,
        landmarker: Any,
        *,
        video: bool = True,
        image: Callable[[_Frame], Any] | None = None,
    ) -> None:
        """
        Args:
            video: its running mode is VIDEO; else IMAGE.
            image: makes an image of (H, W, 3) RGB; by default mediapipe.Image's constructor.
        """
        self._landmarker = landmarker
        self._video = video
        self._image = image or _mediapipe_image

    def detect(self, frame: _Frame, time_s: float) -> _Found:
        image = self._image(frame)
        if self._video:
            result = self._landmarker.detect_for_video(image, round(1000 * time_s))
        else:
            result = self._landmarker.detect(image)
        return self.read(result, (frame.shape[1], frame.shape[0]))

    @staticmethod
    def read(result: Any, size: tuple[int, int]) -> _Found:
        """A PoseLandmarkerResult, whose coordinates are shares of the image's width and height."""
        points, scores = _no_people(17)
        for landmarks in result.pose_landmarks:
            rows = np.array([[m.x, m.y, m.visibility or 0] for m in landmarks], np.float32)
            coco = rows[_COCO_OF_BLAZEPOSE]
            points = np.concatenate([points, (coco[:, :2] * np.array(size, np.float32))[None]])
            scores = np.concatenate([scores, coco[None, :, 2]])
        return points, scores


def _mediapipe_image(frame: _Frame) -> Any:
    import mediapipe  # type: ignore[import-untyped,import-not-found,unused-ignore]

    return mediapipe.Image(
        image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(frame)
    )


class MMPose:
    """MMPose: ``MMPose(MMPoseInferencer("human"))``; ``layout`` for models of other joints."""

    def __init__(self, inferencer: Callable[..., Any], layout: str = "coco") -> None:
        self.layout = layout
        self._inferencer = inferencer

    def detect(self, frame: _Frame, time_s: float) -> _Found:
        result = next(iter(self._inferencer(_bgr(frame), show=False, return_vis=False)))
        people = result["predictions"][0]
        if not people:
            return np.zeros((0, 1, 2), np.float32), np.zeros((0, 1), np.float32)
        points = np.stack([to_numpy(person["keypoints"])[:, :2] for person in people])
        scores = np.stack([to_numpy(person["keypoint_scores"]) for person in people])
        return points, np.clip(scores, 0, 1)
