# SPDX-License-Identifier: Apache-2.0

import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import videopose as vp
from conftest import ROOT, run

SET = ROOT / "tests/data/golden/lift_eval2.npz"


@pytest.fixture(scope="module")
def people() -> dict[str, np.ndarray]:
    with np.load(SET) as file:
        return {name: file[name] for name in file.files}


def lifted(people: dict[str, np.ndarray], index: int, **options: object) -> vp.Clip:
    size = (int(people["width_px"][index]), int(people["height_px"][index]))
    return vp.lift(
        people["keypoints_clean"][index],
        size=size,
        fps=float(people["fps"][index]),
        focal_px=float(people["focal_px"][index]),
        contacts=False,
        **options,
    )


def test_exact_keypoints_become_the_pose(people: dict[str, np.ndarray]) -> None:
    # The whole set's mean is 68 mm with the shipped lifter (models/README.md).
    errors = []
    for index in range(0, 60, 10):
        pose = people["pose"][index]
        truth = pose - pose[:, :1]
        errors.append(vp.evaluate(lifted(people, index).people[0].joints_in_cam, truth))
    assert np.mean([e.mpjpe for e in errors]) < 0.085
    assert np.mean([e.pa_mpjpe for e in errors]) < 0.070
    assert np.mean([e.knee_deg for e in errors]) < 14
    assert errors[0].frames == people["pose"].shape[1]


def test_arrays_and_the_program_agree_bit_for_bit(
    people: dict[str, np.ndarray], tmp_path: Path
) -> None:
    size = (int(people["width_px"][3]), int(people["height_px"][3]))
    points = people["keypoints_clean"][3].astype(np.float32)
    clip = vp.lift(points, size=size, fps=30)
    np.savez(
        tmp_path / "in.npz", keypoints=points[None], fps=30.0, width_px=size[0], height_px=size[1]
    )
    run("lift", tmp_path / "in.npz", "-o", tmp_path / "out.npz", "-q")
    with np.load(tmp_path / "out.npz") as file:
        np.testing.assert_array_equal(file["poses"][0], clip.people[0].joints_in_cam)
        np.testing.assert_array_equal(file["root"][0], clip.people[0].root_in_cam)
        assert str(file["grounding"]) == clip.grounding


def test_arrays_are_views(people: dict[str, np.ndarray]) -> None:
    clip = lifted(people, 0)
    joints = clip.people[0].joints_in_cam
    assert joints.dtype == np.float32 and not joints.flags.owndata
    assert np.shares_memory(joints, clip.people[0].joints_in_cam)
    del clip  # the array keeps what it shows
    assert np.isfinite(joints).all()


def test_holes_stay_holes(people: dict[str, np.ndarray]) -> None:
    points = people["keypoints_clean"][0].copy()
    points[40:80] = np.nan  # 1.3 s
    pose = vp.lift(points, size=(1920, 1080), fps=30).people[0].joints_in_cam
    assert np.isfinite(pose[:40]).all() and np.isfinite(pose[80:]).all()
    assert np.isnan(pose[45:75]).all()


def test_several_people_and_other_layouts(people: dict[str, np.ndarray]) -> None:
    two = np.stack([people["keypoints_clean"][0], people["keypoints_clean"][0] + 200])
    clip = vp.lift(two, scores=np.ones(two.shape[:3]), size=(1920, 1080), fps=30)
    assert len(clip) == 2 and [person.id for person in clip] == [1, 2]
    names = "nose,left_eye,right_eye,left_ear,right_ear,left_shoulder,right_shoulder,left_elbow,"
    names += "right_elbow,left_wrist,right_wrist,left_hip,right_hip,left_knee,right_knee,"
    names += "left_ankle,right_ankle"
    order = np.arange(17)[::-1]
    reversed_names = ",".join(np.array(names.split(","))[order])
    other = vp.lift(two[0][:, order], layout=reversed_names, size=(1920, 1080), fps=30)
    same = vp.lift(two[0], size=(1920, 1080), fps=30)
    np.testing.assert_array_equal(other.people[0].joints_in_cam, same.people[0].joints_in_cam)


def test_the_world(people: dict[str, np.ndarray]) -> None:
    clip = lifted(people, 0)
    person = clip.people[0]
    world = person.joints_in_world
    assert world.shape == (clip.frame_count, 17, 3)
    np.testing.assert_allclose(world[:, 0], person.root_in_world, atol=1e-5)
    assert np.nanmin(world[..., 2]) > -0.3
    if clip.camera is not None:
        w, x, y, z = clip.camera.rotation_wxyz
        rotation = np.array([
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ])
        in_cam = person.joints_in_cam + person.root_in_cam[:, None]
        np.testing.assert_allclose(
            in_cam @ rotation.T + clip.camera.position, world, atol=1e-4
        )


def test_angles(people: dict[str, np.ndarray]) -> None:
    angles = lifted(people, 0).people[0].angles
    assert angles["left_knee_flexion"].shape == (120,)
    frame = angles.to_dataframe()
    assert list(frame.columns) == angles.names
    assert frame.index[30] == pytest.approx(1.0)
    with pytest.raises(KeyError, match="known are"):
        angles["left_knee"]


@pytest.mark.parametrize("name", ["x.npz", "x.json", "x.bvh", "x.trc", "x.c3d", "x.csv"])
def test_files_come_back(people: dict[str, np.ndarray], tmp_path: Path, name: str) -> None:
    clip = lifted(people, 1)
    files = clip.save(tmp_path / name)
    assert files == [tmp_path / name]
    again = vp.read(files[0])
    assert again.frame_count == clip.frame_count
    assert again.fps == pytest.approx(clip.fps, rel=1e-5)
    # BVH holds bones of constant length.
    tolerance = 0.08 if name.endswith("bvh") else 2e-3
    ours, theirs = clip.people[0].joints_in_cam, again.people[0].joints_in_cam
    assert np.abs(np.linalg.norm(ours, axis=2) - np.linalg.norm(theirs, axis=2)).max() < tolerance


def test_poses_of_your_own(people: dict[str, np.ndarray], tmp_path: Path) -> None:
    pose = people["pose"][0]
    clip = vp.Clip.from_arrays(pose - pose[:, :1], root=pose[:, 0], fps=30, size=(1920, 1080))
    assert clip.grounding == "level camera"
    clip.save(tmp_path / "own.glb")
    clip.render(tmp_path / "own.mp4", height_px=128)
    assert (tmp_path / "own.glb").stat().st_size > 1000
    assert (tmp_path / "own.mp4").stat().st_size > 1000
    assert "<iframe" in clip._repr_html_()


def test_long_work_lets_other_threads_run_and_reports(people: dict[str, np.ndarray]) -> None:
    many = np.tile(people["keypoints_clean"][0], (60, 1, 1))
    stages: list[tuple[str, int, int]] = []
    ticks = 0
    done = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    vp.lift(many, size=(1920, 1080), fps=30, progress=lambda *a: stages.append(a))
    done.set()
    thread.join()
    assert ticks > 0
    assert stages and stages[-1][1] == stages[-1][2]


def test_ctrl_c_stops_long_work(people: dict[str, np.ndarray]) -> None:
    many = np.tile(people["keypoints_clean"][0], (3000, 1, 1))
    timer = threading.Timer(0.3, lambda: signal.raise_signal(signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        vp.lift(many, size=(1920, 1080), fps=30)
    timer.join()


def test_an_exception_in_the_callback_comes_through(people: dict[str, np.ndarray]) -> None:
    def fail(stage: str, done: int, total: int) -> None:
        raise ValueError(stage)

    many = np.tile(people["keypoints_clean"][0], (600, 1, 1))
    with pytest.raises(ValueError, match="lift"):
        vp.lift(many, size=(1920, 1080), fps=30, progress=fail)


def test_a_camera_that_turns(tmp_path: Path) -> None:
    poses = np.zeros((3, 17, 3), np.float32)
    root = np.full((3, 3), 2, np.float32)
    vp.Clip.from_arrays(poses, root=root, fps=30, size=(640, 480)).save(tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz") as file:
        fields = dict(file)
    turns = np.array([[1, 0, 0, 0], [0.8, 0, 0.6, 0], [0.6, 0, 0.8, 0]])
    fields.update(
        camera_rotation=turns[0], camera_position=np.zeros(3), focal_px=np.array(500.0),
        centre_px=np.array([320.0, 240.0]), camera_path_rotation=turns,
        camera_path_position=np.zeros((3, 3)), camera_path_focal_px=np.array([500.0, 600, 700]),
        cuts=np.array([2]),
    )
    np.savez(tmp_path / "b.npz", **fields)
    clip = vp.read(tmp_path / "b.npz")
    assert [camera.rotation_wxyz for camera in clip.camera_path] == [tuple(row) for row in turns]
    assert clip.camera_path[2].focal_px[0] == 700
    assert clip.cuts == [2]
    assert vp.read(tmp_path / "a.npz").camera_path == []
