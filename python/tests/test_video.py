# SPDX-License-Identifier: Apache-2.0

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

import videopose as vp
from conftest import run


def test_process_gives_what_the_program_writes(clip: vp.Clip, clip_file: Path, tmp_path: Path) -> None:
    run("video", clip_file, "-o", tmp_path / "o.mp4", "--export", tmp_path / "o.npz",
        "--max-frames", 60, "-q")
    with np.load(tmp_path / "o.npz") as file:
        np.testing.assert_array_equal(file["poses"][0], clip.people[0].joints_in_cam)
        keypoints = clip.keypoints
        assert keypoints is not None
        np.testing.assert_array_equal(file["keypoints"][0], keypoints.people[0].xy)
        np.testing.assert_array_equal(file["scores"][0], keypoints.people[0].scores)
        np.testing.assert_array_equal(file["landmarks"][0], keypoints.people[0].landmarks)
    assert clip.video == clip_file


def test_render_draws_beside_the_video(clip: vp.Clip, tmp_path: Path) -> None:
    out = clip.render(tmp_path / "r.mp4", height_px=128)
    drawn = list(vp.frames(out))
    assert len(drawn) == clip.frame_count
    frame = drawn[0][0]
    assert frame.dtype == np.uint8 and frame.shape[2] == 3
    assert frame.shape[1] > frame.shape[0]  # two panels


def test_detect_then_lift_is_process(clip: vp.Clip, clip_file: Path) -> None:
    keypoints = vp.detect(clip_file, max_frames=60)
    again = vp.lift(keypoints, video=clip_file)
    np.testing.assert_array_equal(
        again.people[0].joints_in_cam, clip.people[0].joints_in_cam
    )


class Recorded:
    """A detector that knows the answer."""

    layout = "coco"

    def __init__(self, keypoints: vp.Keypoints) -> None:
        self.person = keypoints.people[0]
        self.frame = 0

    def detect(
        self, frame: npt.NDArray[np.uint8], time_s: float
    ) -> tuple[npt.ArrayLike, npt.ArrayLike]:
        assert frame.shape[2] == 3
        at, self.frame = self.frame, self.frame + 1
        return self.person.xy[at : at + 1], self.person.scores[at : at + 1]


def test_a_detector_of_your_own(clip: vp.Clip, clip_file: Path) -> None:
    keypoints = clip.keypoints
    assert keypoints is not None
    detector = Recorded(keypoints)
    assert isinstance(detector, vp.Detector)
    own = vp.process(clip_file, max_frames=60, detector=detector)
    assert own.people[0].joints_in_cam.shape[1] == 17  # it has no hands and feet
    difference = own.people[0].joints_in_cam - clip.people[0].joints_in_cam[:, :17]
    assert np.nanmax(np.abs(difference)) < 0.02


class Several(Recorded):
    """Sees the person, and a smaller one beside, in changing order."""

    def detect(
        self, frame: npt.NDArray[np.uint8], time_s: float
    ) -> tuple[npt.ArrayLike, npt.ArrayLike]:
        at, self.frame = self.frame, self.frame + 1
        xy = self.person.xy[at]
        both = [xy, xy.mean(axis=0) + 0.5 * (xy - xy.mean(axis=0)) + (0.25 * frame.shape[1], 0)]
        order = [0, 1] if at % 2 else [1, 0]
        return np.stack(both)[order], np.stack([self.person.scores[at]] * 2)


def test_of_several_the_people_wanted_are_kept(clip: vp.Clip, clip_file: Path) -> None:
    keypoints = clip.keypoints
    assert keypoints is not None
    one = vp.process(clip_file, max_frames=60, detector=Several(keypoints))
    assert len(one.people) == 1
    all_of_them = vp.process(clip_file, max_frames=60, detector=Several(keypoints), people="all")
    assert len(all_of_them.people) == 2
    found = vp.detect(clip_file, max_frames=60, detector=Several(keypoints), people=[2])
    assert [person.id for person in found.people] == [2]
    with pytest.raises(vp.Error):
        vp.process(clip_file, max_frames=60, detector=Several(keypoints), people=0)


class Blind:
    layout = "coco"

    def detect(
        self, frame: npt.NDArray[np.uint8], time_s: float
    ) -> tuple[npt.ArrayLike, npt.ArrayLike]:
        return [], []


def test_a_detector_that_sees_nobody_gives_nobody(clip_file: Path) -> None:
    clip = vp.process(clip_file, max_frames=20, detector=Blind())
    assert clip.frame_count == 20
    assert not any(np.isfinite(person.joints_in_cam).any() for person in clip.people)


class Failing(Blind):
    def detect(
        self, frame: npt.NDArray[np.uint8], time_s: float
    ) -> tuple[npt.ArrayLike, npt.ArrayLike]:
        raise ZeroDivisionError("of the detector")


class Flat(Blind):
    def detect(
        self, frame: npt.NDArray[np.uint8], time_s: float
    ) -> tuple[npt.ArrayLike, npt.ArrayLike]:
        return np.zeros((17, 2)), np.zeros(17)


def test_what_goes_wrong_in_a_detector_is_told(clip_file: Path) -> None:
    with pytest.raises(ZeroDivisionError, match="of the detector"):
        vp.process(clip_file, max_frames=20, detector=Failing())
    with pytest.raises(vp.Error, match=r"points \(17, 2\)") as caught:
        vp.detect(clip_file, max_frames=20, detector=Flat())
    assert caught.value.code == "mismatch"
    with pytest.raises(vp.Error, match="detect"):
        vp.process(clip_file, max_frames=20, detector=7)  # type: ignore[arg-type]


def test_live_takes_a_detector_of_your_own(clip: vp.Clip, clip_file: Path) -> None:
    keypoints = clip.keypoints
    assert keypoints is not None
    frames = list(vp.frames(clip_file, max_frames=60))
    height, width = frames[0][0].shape[:2]
    live = vp.Live(size=(width, height), fps=clip.fps, detector=Several(keypoints), people=2)
    results = [result for frame, time_s in frames for result in live.push(frame, time_s)]
    results += live.flush()
    assert len(results) == 60
    assert len(results[-1].people) == 2
    assert len({person.id for result in results for person in result.people}) == 2
    assert all(len(person.joints_in_world) for person in results[-1].people)


def test_live_follows_the_person(clip: vp.Clip, clip_file: Path) -> None:
    results = []
    for count, frame in enumerate(vp.live(clip_file, people=1)):
        results.append(frame)
        if count == 40:
            break
    assert [frame.index for frame in results] == list(range(len(results)))
    posed = [f for f in results if f.people and len(f.people[0].joints_in_world) == 25]
    assert len(posed) > 20
    assert posed[-1].people[0].joints_in_world.dtype == np.float32


def test_frames_are_the_videos(clip_file: Path) -> None:
    frames = list(vp.frames(clip_file, max_frames=5))
    assert len(frames) == 5
    assert frames[1][1] > frames[0][1] == 0
