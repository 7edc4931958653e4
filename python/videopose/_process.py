# SPDX-License-Identifier: Apache-2.0
"""From videos and keypoints to people in 3D."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterator, Protocol, Sequence, Union, Unpack, runtime_checkable

import numpy as np
import numpy.typing as npt

from videopose import _core
from videopose._core import set_thread_count, thread_count
from videopose._error import Error
from videopose._models import ensure_detector, lifter_file
from videopose._options import LiftOptions, PathLike, checked, given
from videopose._types import Clip, Keypoints, Progress, progress_callback

__all__ = [
    "Detector",
    "detect",
    "frames",
    "lift",
    "process",
    "read",
    "read_keypoints",
    "set_thread_count",
    "thread_count",
]

#: How many people: a number (the most prominent), "all", or a list of their IDs.
People = Union[int, str, Sequence[int]]


@runtime_checkable
class Detector(Protocol):
    """A detector of your own; videopose.adapters has those of rtmlib, ultralytics, MediaPipe, MMPose."""

    layout: str
    """The joints: "coco", "body25", "halpe26", ... (docs/lift.md), or names with commas."""

    def detect(
        self, frame: npt.NDArray[np.uint8], time_s: float
    ) -> tuple[npt.ArrayLike, npt.ArrayLike]:
        """Finds people.

        Args:
            frame: (H, W, 3) red, green, blue.

        Returns:
            Points (N, J, 2) in pixels, and their scores (N, J), 0 to 1.
        """
        ...


def _people(people: People) -> dict[str, Any]:
    if people == "all":
        return {"count": 0}
    if isinstance(people, str):
        raise Error(f'people={people!r}; expected a number, "all" or a list of IDs',
                    "invalid_argument", option="people")
    if isinstance(people, int):
        if people < 1:
            raise Error(f'people={people}; expected at least 1, or "all"', "invalid_argument",
                        option="people")
        return {"count": people}
    return {"count": 0, "ids": [int(number) for number in people]}


def _layout(layout: str | None) -> tuple[str | None, list[str]]:
    """The name of a known layout, or the joints' names."""
    if layout is not None and "," in layout:
        return None, layout.split(",")
    return layout, []


def _detector(detector: str | Detector, models_dir: PathLike | None) -> dict[str, Any]:
    folder = Path(models_dir) if models_dir is not None else None
    if isinstance(detector, str):
        ensure_detector(detector, folder)
    elif not isinstance(detector, Detector):
        raise Error(f'detector={detector!r}; expected "lite", "full", "heavy", or an object with '
                    "layout and detect(frame, time_s)", "invalid_argument", option="detector")
    return given(detector=detector, models_dir=folder)


def process(
    video: PathLike,
    *,
    people: People = 1,
    fps: float | None = None,
    detector: str | Detector = "full",
    start_s: float | None = None,
    end_s: float | None = None,
    max_frames: int | None = None,
    lifter: PathLike | None = None,
    models_dir: PathLike | None = None,
    progress: Progress = None,
    **options: Unpack[LiftOptions],
) -> Clip:
    """One video: people are detected, followed, lifted and placed in the world.

    Args:
        video: any video, an image, or a folder of images.
        people: how many, "all", or a list of IDs.
        fps: the rate at which a slow-motion file was taken.
        detector: "lite", "full" or "heavy", or a :class:`Detector` of your own.
        start_s, end_s, max_frames: a part of the video.
        lifter: another model.
        models_dir: a folder with the detector's models.
        progress: ``True``, or a function of (stage, done, total).
        options: ``height_m``: how tall people are, which scales everything. ``focal_px``,
            ``fov_deg`` or ``calibration``: the lens, by its focal length in pixels, its angle from
            the left to the right edge, or a file. ``camera``: "auto", "static" or
            "moving", whether it turns and zooms. ``contacts``: feet that carry weight stand still (default: yes).
            ``refine``: poses are fitted to the image, bones keep their lengths (default: yes).
            ``hands_and_feet``: 25 joints where the detector sees them (default: yes), else 17.
            ``smooth_s``: a Gaussian over time, standard deviation. ``flip``: average with the
            mirrored input (default: yes).

    Raises:
        Error: for files that cannot be read and options that make no sense.
        KeyboardInterrupt: on Ctrl-C, soon; nothing is left behind.
    """
    path = Path(video)
    read_options = given(fps=fps, start_s=start_s, end_s=end_s, max_frames=max_frames)
    lift_options = checked(LiftOptions, "process", options)
    keypoints, made, warnings = _core.process(
        path, lifter_file(lifter),
        {**read_options, **lift_options, **_people(people), **_detector(detector, models_dir)},
        progress_callback(progress),
    )
    assert made is not None
    return Clip(made, keypoints, path, warnings)


def detect(
    video: PathLike,
    *,
    people: People = 1,
    fps: float | None = None,
    detector: str | Detector = "full",
    smooth: bool = True,
    raw: bool = False,
    start_s: float | None = None,
    end_s: float | None = None,
    max_frames: int | None = None,
    models_dir: PathLike | None = None,
    progress: Progress = None,
) -> Keypoints:
    """The keypoints of a video alone. Arguments as of :func:`process`.

    Args:
        smooth: smooth BlazePose's landmarks over time.
        raw: as detected: false positives are not left out and gaps not filled.
    """
    path = Path(video)
    read_options = given(fps=fps, start_s=start_s, end_s=end_s, max_frames=max_frames)
    keypoints, _, _ = _core.process(
        path, None,
        {**read_options, **_people(people), "smooth_landmarks": smooth, "raw": raw,
         **_detector(detector, models_dir)},
        progress_callback(progress),
    )
    return Keypoints(keypoints)


def _sequence(
    keypoints: npt.ArrayLike,
    scores: npt.ArrayLike | None,
    layout: str | None,
    size: tuple[int, int] | None,
    fps: float | None,
) -> _core.KeypointSequence:
    if size is None or fps is None:
        raise Error("arrays of keypoints need size=(width, height) and fps", "invalid_argument",
                    option="size" if size is None else "fps")
    points = np.asarray(keypoints, np.float32)
    points = points[None] if points.ndim == 3 else points
    if points.ndim != 4 or points.shape[3] not in (2, 3):
        raise Error(
            f"keypoints of the shape {np.shape(keypoints)}; expected (T, J, 2 or 3) or "
            "(P, T, J, 2 or 3)", "mismatch")
    people, frame_count, joints, _ = points.shape
    if scores is not None:
        score = np.asarray(scores, np.float32)
        if score.size != people * frame_count * joints:
            raise Error(f"scores {score.shape} for keypoints {np.shape(keypoints)}", "mismatch")
        score = score.reshape(people, frame_count, joints)
    elif points.shape[3] == 3:
        score = points[..., 2]
    else:
        score = np.ones(points.shape[:3], np.float32)
    rows = np.concatenate([points[..., :2], score[..., None]], axis=3)
    rows = rows.reshape(people * frame_count, joints, 3)
    return _core.keypoints_from_detections(
        np.tile(np.arange(frame_count), people), np.repeat(np.arange(1, people + 1), frame_count),
        rows, frame_count, *_layout(layout), fps, size[0], size[1],
    )


def lift(
    keypoints: Keypoints | npt.ArrayLike,
    *,
    scores: npt.ArrayLike | None = None,
    layout: str | None = None,
    size: tuple[int, int] | None = None,
    fps: float | None = None,
    lifter: PathLike | None = None,
    video: PathLike | None = None,
    progress: Progress = None,
    **options: Unpack[LiftOptions],
) -> Clip:
    """Any detector's keypoints to people in 3D.

    Args:
        keypoints: :class:`Keypoints`, or pixels (T, J, 2) of one person or (P, T, J, 2) of
            several; with a third value: the score. NaN: not seen.
        scores: (T, J) or (P, T, J), 0 to 1.
        layout: the joints: "coco" (the default for 17), "body25", "halpe26", ..., or names with
            commas.
        size: width and height of the video; needed with arrays, as ``fps`` is.
        video: the video they are from, for ``render``.

    Other arguments as of :func:`process`.
    """
    if isinstance(keypoints, Keypoints):
        sequence = keypoints._core
    else:
        sequence = _sequence(keypoints, scores, layout, size, fps)
    lift_options = checked(LiftOptions, "lift", options)
    filled, motion = _core.lift(
        sequence, lifter_file(lifter), lift_options, progress_callback(progress)
    )
    return Clip(motion, filled, Path(video) if video is not None else None)


def read(path: PathLike, *, fps: float = 0) -> Clip:
    """Poses from a file: .npz, .json, .npy (then say ``fps``), .bvh, .c3d, .trc, .csv."""
    keypoints, motion = _core.read_motion(Path(path), fps)
    return Clip(motion, keypoints)


def read_keypoints(
    path: PathLike,
    *,
    layout: str | None = None,
    size: tuple[int, int] | None = None,
    fps: float = 0,
) -> Keypoints:
    """Keypoints of any program that docs/lift.md lists, recognised by content.

    Args:
        layout, size, fps: what the file does not say.
    """
    width, height = size or (0, 0)
    return Keypoints(_core.read_keypoints(Path(path), layout, fps, width, height)[0])


def frames(
    video: PathLike,
    *,
    start_s: float | None = None,
    end_s: float | None = None,
    max_frames: int | None = None,
) -> Iterator[tuple[npt.NDArray[np.uint8], float]]:
    """The frames of a video, upright and at a steady rate: (H, W, 3) RGB, and the time."""
    return iter(
        _core.Frames(Path(video), given(start_s=start_s, end_s=end_s, max_frames=max_frames))
    )
