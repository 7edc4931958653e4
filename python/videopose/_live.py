# SPDX-License-Identifier: Apache-2.0
"""People in 3D while the camera runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterator, Unpack

import numpy as np
import numpy.typing as npt

from videopose import _core
from videopose._models import lifter_file
from videopose._options import CameraOptions, PathLike, checked, given
from videopose._process import Detector, _detector, _people
from videopose._types import FloatArray


@dataclass(frozen=True)
class LivePerson:
    id: int
    joints_in_cam: FloatArray
    """(25, 3) metres from the hip, camera frame; (0, 3) while there is no pose yet."""
    joints_in_world: FloatArray
    """(25, 3) metres, z up."""
    keypoints: FloatArray
    """(J, 3) x and y in pixels, score."""
    feet_down: tuple[bool, bool]


@dataclass(frozen=True)
class LiveFrame:
    index: int
    time_s: float
    grounding: str
    people: list[LivePerson]


def _frames(results: list[tuple[int, float, str, list[dict[str, Any]]]]) -> list[LiveFrame]:
    return [
        LiveFrame(index, time_s, grounding, [LivePerson(**person) for person in people])
        for index, time_s, grounding, people in results
    ]


class Live:
    """Frames in, people out.

    >>> live = vp.Live(size=(640, 480), fps=30)
    >>> for result in live.push(frame, time_s): ...
    """

    def __init__(
        self,
        *,
        size: tuple[int, int],
        fps: float,
        people: int | str = 1,
        detector: str | Detector = "lite",
        lookahead: int | None = None,
        lifter: PathLike | None = None,
        models_dir: PathLike | None = None,
        **options: Unpack[CameraOptions],
    ) -> None:
        """
        Args:
            size: width and height of every frame.
            people: at most 8, the most prominent.
            detector: "lite", "full" or "heavy", or a :class:`Detector` of your own.
            options: ``height_m``, ``focal_px``, ``fov_deg``, ``calibration``, ``camera_moving``,
                ``flip``, ``hands_and_feet`` as of :func:`process`.
            lookahead: frames that a pose may wait for; later, but better (with ``lifter.bin``).
        """
        self._live = _core.LivePoses(
            lifter_file(lifter, causal=not lookahead), size[0], size[1], fps,
            {**checked(CameraOptions, "Live", options), **_people(people),
             **_detector(detector, models_dir), **given(lookahead=lookahead)},
        )

    def push(self, frame: npt.NDArray[np.uint8], time_s: float) -> list[LiveFrame]:
        """The next frame, (H, W, 3) RGB; ``time_s`` must increase. What is finished by it."""
        return _frames(self._live.push(frame, time_s))

    def flush(self) -> list[LiveFrame]:
        """At the end: the frames that are still pending."""
        return _frames(self._live.flush())


def live(
    source: int | str | PathLike,
    *,
    size: tuple[int, int] = (0, 0),
    fps: float = 0,
    **options: Any,
) -> Iterator[LiveFrame]:
    """Frames of a camera, an address, a pipe or a file, as they arrive.

    Args:
        source: the number of a camera, "/dev/video0", "rtsp://...", "-" or a file.
        size, fps: what a camera is asked for.
        options: as of :class:`Live`.
    """
    name = f"/dev/video{source}" if isinstance(source, int) else str(source)
    camera = _core.Source(name, size[0], size[1], fps)
    poses = Live(size=(camera.width_px, camera.height_px), fps=camera.fps, **options)
    while (item := camera.read()) is not None:
        yield from poses.push(*item)
    yield from poses.flush()
