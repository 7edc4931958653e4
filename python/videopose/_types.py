# SPDX-License-Identifier: Apache-2.0
"""Keypoints, people and clips."""

from __future__ import annotations

import base64
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator, Union, Unpack

import numpy as np
import numpy.typing as npt

from videopose import _core
from videopose._error import Error
from videopose._options import PathLike, RenderOptions, checked

if TYPE_CHECKING:
    import pandas

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]
#: ``True`` shows a bar if tqdm is installed; a function is called with stage, done, total.
Progress = Union[bool, None, Callable[[str, int, int], object]]


def progress_callback(progress: Progress) -> Callable[[str, int, int], object] | None:
    """What the module is to call, or None."""
    if callable(progress):
        return progress
    if not progress:
        return None
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    bars: dict[str, Any] = {}

    def show(stage: str, done: int, total: int) -> None:
        if stage not in bars:
            for bar in bars.values():
                bar.close()
            bars[stage] = tqdm(desc=stage, total=total or None)
        bars[stage].n = done
        bars[stage].refresh()

    return show


@dataclass(frozen=True)
class PersonKeypoints:
    """One person's points in the image, over time."""

    id: int
    xy: FloatArray
    """(T, J, 2) pixels: x right, y down."""
    scores: FloatArray
    """(T, J), 0 to 1; 0: not seen."""
    landmarks: FloatArray | None
    """(T, 33, 4) BlazePose's own points: x, y, z in pixels, visibility; None of other detectors."""


class Keypoints:
    """Points of people in the frames of a video. Arrays are views: nothing is copied."""

    def __init__(self, core: _core.KeypointSequence) -> None:
        self._core = core

    @property
    def layout(self) -> str:
        """The name of the joints' layout: "coco"."""
        return self._core.layout

    @property
    def joint_names(self) -> list[str]:
        return self._core.joint_names

    @property
    def fps(self) -> float:
        return self._core.fps

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the video, pixels."""
        return self._core.width_px, self._core.height_px

    @property
    def frame_count(self) -> int:
        return self._core.frame_count

    @property
    def people(self) -> list[PersonKeypoints]:
        people = []
        for index, number in enumerate(self._core.ids):
            points = self._core.points(index)
            people.append(
                PersonKeypoints(
                    number, points[..., :2], points[..., 2], self._core.landmarks(index)
                )
            )
        return people

    def save(self, path: PathLike) -> None:
        """Writes a .npz or .json file of keypoints."""
        _core.write_keypoints(Path(path), self._core)

    def __repr__(self) -> str:
        width, height = self.size
        return (
            f"<videopose.Keypoints: {len(self._core.ids)} people, {self.frame_count} frames at "
            f"{self.fps:g} a second, {width} x {height} pixels>"
        )


@dataclass(frozen=True)
class Camera:
    """The camera in the world: x_in_world = rotation * x_in_cam + position."""

    rotation_wxyz: tuple[float, float, float, float]
    position: tuple[float, float, float]
    focal_px: tuple[float, float]
    centre_px: tuple[float, float]


@dataclass(frozen=True)
class Angles:
    """Joint angles over time, degrees, as clinicians name them; 0 standing straight."""

    names: list[str]
    values: FloatArray
    """(T, A); NaN where there is no pose."""
    fps: float

    def __getitem__(self, name: str) -> FloatArray:
        """(T,) of one angle: ``angles["left_knee_flexion"]``."""
        if name not in self.names:
            raise KeyError(f"{name}; known are {', '.join(self.names)}")
        result: FloatArray = self.values[:, self.names.index(name)]
        return result

    def to_dataframe(self) -> pandas.DataFrame:
        """A pandas data frame: a column an angle, the index in seconds."""
        import pandas

        seconds = pandas.Index(np.arange(len(self.values)) / self.fps, name="time_s")
        return pandas.DataFrame(self.values, columns=self.names, index=seconds)


class Person:
    """One person in 3D, over time."""

    def __init__(self, motion: _core.Motion, index: int) -> None:
        self._motion = motion
        self._index = index

    @property
    def id(self) -> int:
        return self._motion.ids[self._index]

    @property
    def joints_in_cam(self) -> FloatArray:
        """(T, J, 3) metres from the hip, camera frame; NaN: no pose. A view."""
        return self._motion.joints_in_cam(self._index)

    @property
    def root_in_cam(self) -> FloatArray | None:
        """(T, 3) metres, where the hip is before the camera; None where that is not known."""
        return self._motion.root_in_cam(self._index)

    @property
    def joints_in_world(self) -> FloatArray:
        """(T, J, 3) metres, z up, the floor at 0; NaN: no pose."""
        return self._motion.joints_in_world(self._index)

    @property
    def root_in_world(self) -> FloatArray:
        """(T, 3) metres."""
        return self._motion.root_in_world(self._index)

    @property
    def feet_down(self) -> BoolArray | None:
        """(T, 2): whether the left and the right foot stand on the floor; None: not known."""
        return self._motion.feet_down(self._index)

    @property
    def own_floor_m(self) -> float | None:
        """How high over the lowest floor this person's own is; None: they share it."""
        return self._motion.own_floor_m(self._index)

    @property
    def angles(self) -> Angles:
        return Angles(_core.angle_names(), self._motion.angles(self._index), self._motion.fps)

    def __repr__(self) -> str:
        posed = int(np.isfinite(self.joints_in_cam[:, 0, 0]).sum())
        return f"<videopose.Person {self.id}: a pose in {posed} of {self._motion.frame_count} frames>"


class Clip:
    """People in 3D, and what they were lifted from."""

    def __init__(
        self,
        motion: _core.Motion,
        keypoints: _core.KeypointSequence | None = None,
        video: Path | None = None,
        warnings: str = "",
    ) -> None:
        self._motion = motion
        self._keypoints = keypoints
        self.video = video
        """The video it comes from, if that is known: ``render`` draws over it."""
        self.warnings = warnings
        """What was wrong with the video: "" or one line."""

    @classmethod
    def from_arrays(
        cls,
        joints: npt.ArrayLike,
        *,
        fps: float,
        root: npt.ArrayLike | None = None,
        size: tuple[int, int] = (0, 0),
        ids: list[int] | None = None,
    ) -> Clip:
        """Poses of your own, to be written and rendered.

        Args:
            joints: (T, J, 3) or (P, T, J, 3) metres from the hip, camera frame. J = 17, Human3.6M's
                joints, or 25 with hands and feet. NaN: no pose.
            root: (T, 3) or (P, T, 3) metres, where hips are before the camera.
        """
        poses = np.asarray(joints, np.float32)
        poses = poses[None] if poses.ndim == 3 else poses
        if poses.ndim != 4 or poses.shape[2:] not in ((17, 3), (25, 3)):
            raise Error(
                f"joints of the shape {np.shape(joints)}; expected (T, J, 3) or (P, T, J, 3), "
                "J = 17 or 25",
                "mismatch",
            )
        roots = None
        if root is not None:
            roots = np.asarray(root, np.float32).reshape(-1, poses.shape[1], 3)
            if len(roots) != len(poses):
                raise Error(f"{len(roots)} people with a root of {len(poses)}", "mismatch")
        numbers = ids or list(range(1, len(poses) + 1))
        if len(numbers) != len(poses):
            raise Error(f"{len(numbers)} ids for {len(poses)} people", "mismatch")
        return cls(_core.motion_from_arrays(poses, roots, numbers, fps, *size))

    @property
    def people(self) -> list[Person]:
        return [Person(self._motion, index) for index in range(len(self._motion.ids))]

    def __getitem__(self, number: int) -> Person:
        """The person with this ID."""
        if number not in self._motion.ids:
            raise KeyError(f"person {number}; there are {self._motion.ids}")
        return Person(self._motion, self._motion.ids.index(number))

    def __iter__(self) -> Iterator[Person]:
        return iter(self.people)

    def __len__(self) -> int:
        return len(self._motion.ids)

    @property
    def keypoints(self) -> Keypoints | None:
        return Keypoints(self._keypoints) if self._keypoints is not None else None

    @property
    def joint_names(self) -> list[str]:
        return self._motion.joint_names

    @property
    def parents(self) -> list[int]:
        """The index of each joint's parent; -1: the root."""
        return self._motion.parents

    @property
    def fps(self) -> float:
        return self._motion.fps

    @property
    def frame_count(self) -> int:
        return self._motion.frame_count

    @property
    def grounding(self) -> str:
        """How it is known where in the world people are: "given camera", "assumed lens", ..."""
        return self._motion.grounding

    @property
    def camera(self) -> Camera | None:
        """Where it stands; the first one of a camera that turns."""
        camera = self._motion.camera
        return Camera(**camera) if camera is not None else None

    @property
    def camera_path(self) -> list[Camera]:
        """The camera of each frame where it turns or zooms, or where the video is cut; else empty."""
        return [Camera(**camera) for camera in self._motion.camera_path]

    @property
    def cuts(self) -> list[int]:
        """The first frames of all scenes but the first."""
        return self._motion.cuts

    def save(self, path: PathLike) -> list[Path]:
        """Writes the motion, by extension: .npz .json .npy .csv .trc .c3d .bvh .glb .html.

        Formats that hold one person make a file for each of several, "out_1.bvh", "out_2.bvh".
        Returns the files written.
        """
        return _core.write_motion(Path(path), self._motion, self._keypoints, self.video)

    def save_angles(self, path: PathLike) -> list[Path]:
        """Writes joint angles: .csv, or plots as .png or .svg. Returns the files written."""
        return _core.write_angles(Path(path), self._motion, self._keypoints)

    def render(
        self,
        path: PathLike,
        *,
        video: PathLike | None = None,
        progress: Progress = None,
        **options: Unpack[RenderOptions],
    ) -> Path:
        """Draws the motion, beside its video if that is known, as .mp4, .gif or frames.

        Args:
            video: another file of the same video.
            options: ``height_px``, ``azimuth_deg``, ``elevation_deg``, ``turntable_deg_per_s``,
                ``title``, ``theme`` ("dark", "light"), ``smooth_s``.
        """
        source = Path(video) if video is not None else self.video
        _core.render(
            self._motion, self._keypoints, source, Path(path),
            checked(RenderOptions, "render", options), progress_callback(progress),
        )
        return Path(path)

    def _repr_html_(self) -> str:
        """In a notebook: the page, playable."""
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "clip.html"
            _core.write_motion(page, self._motion, self._keypoints, None)
            content = base64.b64encode(page.read_bytes()).decode()
        return (
            f'<iframe src="data:text/html;base64,{content}" width="100%" height="480" '
            'frameborder="0"></iframe>'
        )

    def __repr__(self) -> str:
        return (
            f"<videopose.Clip: {len(self)} people, {self.frame_count} frames at {self.fps:g} a "
            f"second, {self.grounding}>"
        )
