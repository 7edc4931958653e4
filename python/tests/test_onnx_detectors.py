# SPDX-License-Identifier: Apache-2.0
"""Detectors in ONNX files. The networks here are made for the tests: they "see" the brightest spot,
so that what comes back shows every step from frame to network and back."""

import math
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import videopose as vp
from videopose.onnx import Boxes, TopDown, decode_yolox, suppress

WIDTH, HEIGHT = 96, 128


def saved(path: Path, nodes: list, size: tuple, outputs: dict, constants: dict) -> Path:
    graph = helper.make_graph(
        nodes,
        "test",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, size)],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in outputs.items()],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)
    return path


def simcc_network(folder: Path) -> Path:
    """17 times the column and the row of the brightest spot, two cells a pixel."""
    nodes = [
        helper.make_node("ReduceMax", ["image"], ["columns"], axes=[1, 2], keepdims=0),
        helper.make_node("ReduceMax", ["image"], ["rows"], axes=[1, 3], keepdims=0),
    ]
    for values, size, output in [("columns", WIDTH, "simcc_x"), ("rows", HEIGHT, "simcc_y")]:
        nodes += [
            helper.make_node("Unsqueeze", [values, "two"], [values + "_"]),
            helper.make_node("Tile", [values + "_", "pairs"], [values + "__"]),  # (1, size, 2)
            helper.make_node("Reshape", [values + "__", output + "_shape"], [output + "_"]),
            helper.make_node("Tile", [output + "_", "joints"], [output]),
        ]
    return saved(
        folder / "simcc.onnx",
        nodes,
        (1, 3, HEIGHT, WIDTH),
        {"simcc_x": (1, 17, 2 * WIDTH), "simcc_y": (1, 17, 2 * HEIGHT)},
        {
            "two": np.array([2]),
            "pairs": np.array([1, 1, 2]),
            "joints": np.array([1, 17, 1]),
            "simcc_x_shape": np.array([1, 1, 2 * WIDTH]),
            "simcc_y_shape": np.array([1, 1, 2 * HEIGHT]),
        },
    )


def heatmap_network(folder: Path) -> Path:
    nodes = [
        helper.make_node("ReduceMean", ["image"], ["grey"], axes=[1]),
        helper.make_node("MaxPool", ["grey"], ["map"], kernel_shape=[4, 4], strides=[4, 4]),
        helper.make_node("Tile", ["map", "joints"], ["maps"]),
    ]
    return saved(
        folder / "maps.onnx", nodes, (1, 3, HEIGHT, WIDTH),
        {"maps": (1, 17, HEIGHT // 4, WIDTH // 4)}, {"joints": np.array([1, 17, 1, 1])},
    )


def box_network(folder: Path, *rows: list[float]) -> Path:
    """Boxes that do not depend on the image, as mmdeploy exports them: dets and labels."""
    dets = np.array([[row[:5] for row in rows]], np.float32)
    labels = np.array([[row[5] for row in rows]], np.float32)
    nodes = [
        helper.make_node("ReduceSum", ["image"], ["sum"], keepdims=0),
        helper.make_node("Mul", ["sum", "zero"], ["nothing"]),
        helper.make_node("Add", ["dets_", "nothing"], ["dets"]),
        helper.make_node("Add", ["labels_", "nothing"], ["labels"]),
    ]
    return saved(
        folder / "boxes.onnx", nodes, (1, 3, 320, 320),
        {"dets": dets.shape, "labels": labels.shape},
        {"dets_": dets, "labels_": labels, "zero": np.array(0, np.float32)},
    )


def frame_with_spot(x: int, y: int) -> np.ndarray:
    frame = np.zeros((480, 640, 3), np.uint8)
    frame[y - 6 : y + 7, x - 6 : x + 7] = 255
    return frame


# A SimCC network's pixel is 425 / 128 = 3.3 of the frame's, a heat map's cell 13.
@pytest.mark.parametrize("network, precision_px", [(simcc_network, 8), (heatmap_network, 13)])
def test_keypoints_come_back_to_the_frame(tmp_path: Path, network, precision_px: float) -> None:
    # In the network's image: 320 / 640 of the frame.
    boxes = Boxes(box_network(tmp_path, [100, 50, 200, 220, 0.9, 0], [0, 0, 99, 99, 0.9, 5],
                              [0, 0, 99, 99, 0.2, 0]))
    np.testing.assert_allclose(boxes.find(frame_with_spot(9, 9)), [[200, 100, 400, 440, 0.9]],
                               rtol=1e-6)
    detector = TopDown(network(tmp_path), boxes=boxes)
    assert isinstance(detector, vp.Detector)
    for x, y in [(300, 250), (230, 150), (380, 420)]:
        points, scores = detector.detect(frame_with_spot(x, y), 0.0)
        assert points.shape == (1, 17, 2) and scores.shape == (1, 17)
        assert np.abs(points - [x, y]).max() < precision_px
        assert scores.min() > 0.3


def test_without_boxes_there_are_no_people(tmp_path: Path) -> None:
    boxes = Boxes(box_network(tmp_path, [0, 0, 99, 99, 0.2, 0]))
    points, scores = TopDown(simcc_network(tmp_path), boxes=boxes).detect(frame_with_spot(9, 9), 0)
    assert len(points) == 0 and len(scores) == 0


def test_yolox_is_decoded_as_a_plain_loop_does() -> None:
    height, width = 64, 96
    random = np.random.default_rng(1)
    cells = [(x, y, s) for s in (8, 16, 32) for y in range(height // s) for x in range(width // s)]
    raw = random.normal(size=(len(cells), 85)).astype(np.float32)
    boxes = decode_yolox(raw, height, width)
    for (x, y, stride), row, box in zip(cells, raw, boxes, strict=True):
        cx, cy = (row[0] + x) * stride, (row[1] + y) * stride
        w, h = math.exp(row[2]) * stride, math.exp(row[3]) * stride
        expected = [cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2, row[4] * row[5]]
        np.testing.assert_allclose(box, expected, rtol=1e-4, atol=1e-4)
    with pytest.raises(vp.Error, match="expected"):
        decode_yolox(raw[:-1], height, width)


def test_suppression_is_that_of_a_plain_loop() -> None:
    random = np.random.default_rng(2)
    corner = random.uniform(0, 100, (60, 2))
    boxes = np.concatenate(
        [corner, corner + random.uniform(20, 80, (60, 2)), random.uniform(0, 1, (60, 1))], axis=1
    ).astype(np.float32)
    kept: list[np.ndarray] = []
    for box in sorted(boxes, key=lambda b: -b[4]):
        def overlap(other: np.ndarray) -> float:
            w = min(box[2], other[2]) - max(box[0], other[0])
            h = min(box[3], other[3]) - max(box[1], other[1])
            both = max(w, 0) * max(h, 0)
            area = (box[2] - box[0]) * (box[3] - box[1])
            return both / (area + (other[2] - other[0]) * (other[3] - other[1]) - both)
        if all(overlap(other) <= 0.45 for other in kept):
            kept.append(box)
    assert 1 < len(kept) < 60
    np.testing.assert_array_equal(suppress(boxes), np.stack(kept))


def test_what_is_no_network_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "text.onnx").write_text("no model")
    with pytest.raises(vp.Error, match="text.onnx") as caught:
        TopDown(tmp_path / "text.onnx")
    assert caught.value.code == "wrong_format"
