# SPDX-License-Identifier: Apache-2.0

from pathlib import Path

import numpy as np
import numpy.typing as npt

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
    """A detector that knows the answer; people come in any order."""

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
