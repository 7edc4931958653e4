# SPDX-License-Identifier: Apache-2.0
"""Lifts keypoints with onnxruntime and NumPy alone: videopose is not needed at run time.

    videopose models export models/lifter.bin -o lifter.onnx
    python examples/onnx_lift.py lifter.onnx keypoints.npz poses.npy

keypoints.npz is what `videopose detect` writes; the first person of it is lifted.
"""

import sys

import numpy as np
import onnxruntime

SHOULDERS_AND_HIPS = [5, 6, 11, 12]  # of COCO's 17 keypoints


def rotation_to_axis(ray: np.ndarray) -> np.ndarray:
    """The smallest rotation that takes `ray` to the z axis (Rodrigues)."""
    x, y, z = ray / np.linalg.norm(ray)
    cross = np.array([[0, 0, -x], [0, 0, -y], [x, y, 0]])  # of ray x axis
    return np.eye(3) + cross + cross @ cross / (1 + z)


def ray_row(points, scores, size, focal_px):
    """(17, 2) pixels and (17,) scores -> the network's 54 values, and view_from_cam."""
    seen = scores > 0
    rays = np.column_stack([(points - np.asarray(size) / 2) / focal_px, np.ones(len(points))])
    core = [joint for joint in SHOULDERS_AND_HIPS if seen[joint]]
    centre = rays[core].mean(axis=0) if core else rays[seen].mean(axis=0)
    view_from_cam = rotation_to_axis(centre)
    turned = rays @ view_from_cam.T
    p = turned[:, :2] / turned[:, 2:]
    scale = max(np.sqrt((p[seen] ** 2).sum(axis=1).mean()), 1e-3)
    row = np.where(seen[:, None], np.column_stack([p / scale, scores]), 0)
    return np.concatenate([row.ravel(), [0, 0, np.log(scale) + 2.05]]), view_from_cam


def lift(session, points, scores, size, focal_px):
    """(T, 17, 2) and (T, 17) -> joints in the camera's frame (T, 17, 3), metres."""
    notes = session.get_modelmeta().custom_metadata_map
    after = int(notes["frames_after"])
    before = int(notes["receptive_field"]) - 1 - after
    frames = [ray_row(p, s, size, focal_px) for p, s in zip(points, scores)]
    rows = np.array([row for row, _ in frames], np.float32)
    rows = np.pad(rows, [(before, after), (0, 0)], mode="edge")
    poses = session.run(["poses"], {"rows": rows[None]})[0][0]
    poses[:, 0] = 0  # the hip, to which the others are relative
    return np.einsum("tij,tkj->tki", np.array([r.T for _, r in frames]), poses)


if __name__ == "__main__":
    model, keypoints, output = sys.argv[1:]
    with np.load(keypoints) as file:
        width, height = int(file["width_px"]), int(file["height_px"])
        # What videopose takes a lens for that it knows nothing of: 30 mm on 35 mm film.
        focal = float(file["focal_px"]) if "focal_px" in file else 0.0
        focal = focal or 30 / 43.27 * np.hypot(width, height)
        points, scores = file["keypoints"][0], file["scores"][0]
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    np.save(output, lift(session, points, scores, (width, height), focal))
