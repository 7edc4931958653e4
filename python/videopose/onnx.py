# SPDX-License-Identifier: Apache-2.0
"""Detectors in ONNX files, run by onnxruntime (pip install onnxruntime).

>>> from videopose.onnx import Boxes, TopDown
>>> detector = TopDown("rtmpose-m.onnx", boxes=Boxes("yolox-m.onnx"))
>>> clip = vp.process("dance.mp4", detector=detector, people="all")

`TopDown` is for networks that look at one person at a time: with SimCC outputs as RTMPose has them,
or heat maps as HRNet and ViTPose have them. `Boxes` is for what finds the people: YOLOX and RTMDet.
"""

from __future__ import annotations

from typing import Any, Protocol, Sequence

import numpy as np
import numpy.typing as npt

from videopose._error import Error
from videopose._options import PathLike

__all__ = ["Boxes", "BoxFinder", "TopDown"]

_Array = npt.NDArray[np.float32]
_Frame = npt.NDArray[np.uint8]

# The means and deviations of ImageNet's red, green and blue.
_MEAN = np.array([123.675, 116.28, 103.53], np.float32)
_DEVIATION = np.array([58.395, 57.12, 57.375], np.float32)


class BoxFinder(Protocol):
    """Finds people as boxes."""

    def find(self, frame: _Frame) -> _Array:
        """(H, W, 3) red, green, blue -> (N, 5): left, top, right, bottom in pixels, and a score."""
        ...


def _session(path: PathLike, providers: Sequence[str] | None) -> Any:
    try:
        import onnxruntime  # type: ignore[import-untyped,import-not-found,unused-ignore]
    except ImportError:
        raise Error("no onnxruntime here; pip install onnxruntime", "unsupported") from None
    try:
        return onnxruntime.InferenceSession(
            str(path), providers=list(providers or ["CPUExecutionProvider"])
        )
    except Exception as error:  # onnxruntime has a class of its own for each cause
        raise Error(
            f"{path}: onnxruntime cannot load it: {str(error).splitlines()[0]}",
            "wrong_format", file=str(path),
        ) from error


def _input_size(session: Any, path: PathLike) -> tuple[int, int]:
    """Height and width of the images that a network takes."""
    shape = session.get_inputs()[0].shape
    if len(shape) != 4 or not all(isinstance(size, int) for size in shape[2:]):
        raise Error(
            f"{path}: takes {shape}; expected (N, 3, height, width) of fixed height and width",
            "mismatch", file=str(path),
        )
    return int(shape[2]), int(shape[3])


def _sampled(frame: _Frame, x: _Array, y: _Array, fill: float) -> _Array:
    """The frame at the columns x and rows y, (len(y), len(x), 3), bilinear; `fill` outside."""
    height, width = frame.shape[:2]
    padded = np.pad(frame.astype(np.float32), [(1, 1), (1, 1), (0, 0)], constant_values=fill)
    x = np.clip(x + 1, 0, width + 0.999)
    y = np.clip(y + 1, 0, height + 0.999)
    left, top = x.astype(int), y.astype(int)
    u = (x - left)[None, :, None]
    v = (y - top)[:, None, None]
    rows = padded[top] * (1 - v) + padded[top + 1] * v
    sampled: _Array = rows[:, left] * (1 - u) + rows[:, left + 1] * u
    return sampled


def suppress(boxes: _Array, overlap: float = 0.45) -> _Array:
    """Greedy non-maximum suppression of (N, 5) boxes, best first."""
    kept: list[int] = []
    order = np.argsort(-boxes[:, 4], kind="stable")
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    while len(order):
        best, rest = order[0], order[1:]
        kept.append(int(best))
        size = np.minimum(boxes[best, 2:4], boxes[rest, 2:4]) - np.maximum(
            boxes[best, :2], boxes[rest, :2]
        )
        both = np.prod(np.maximum(size, 0), axis=1)
        order = rest[both <= overlap * (area[best] + area[rest] - both)]
    return boxes[kept]


def decode_yolox(raw: _Array, height: int, width: int) -> _Array:
    """YOLOX's own outputs (cells, 5 + classes) -> (cells, 5) boxes of class 0 with scores.

    Ge et al., "YOLOX: Exceeding YOLO Series in 2021": strides 8, 16, 32; centres are relative to
    the cell, sizes logarithms, both in strides.
    """
    cells = []
    for stride in (8, 16, 32):
        y, x = np.mgrid[: height // stride, : width // stride]
        cells.append(np.stack([x.ravel(), y.ravel(), np.full(x.size, stride)], axis=1))
    grid = np.concatenate(cells).astype(np.float32)
    if raw.ndim != 2 or len(raw) != len(grid) or raw.shape[1] < 6:
        raise Error(f"outputs of {raw.shape}; expected ({len(grid)}, 5 + classes)", "mismatch")
    centre = (raw[:, :2] + grid[:, :2]) * grid[:, 2:]
    half = np.exp(raw[:, 2:4]) * grid[:, 2:] / 2
    score = raw[:, 4] * raw[:, 5]
    return np.concatenate([centre - half, centre + half, score[:, None]], axis=1)


class Boxes:
    """People as boxes, by a YOLOX or RTMDet network.

    Args:
        path: outputs either YOLOX's cells (1, cells, 5 + classes), or boxes after suppression
            (1, N, 5) and, if there is a second output, their classes (1, N), as mmdeploy exports
            them. Class 0 are people.
        least_score: boxes below are left out.
        normalised: whether the network takes colours less ImageNet's mean, as RTMDet does; YOLOX
            takes them as they are.
        providers: onnxruntime's; the CPU by default.
    """

    def __init__(
        self,
        path: PathLike,
        *,
        least_score: float = 0.5,
        normalised: bool = False,
        providers: Sequence[str] | None = None,
    ) -> None:
        self._session = _session(path, providers)
        self._height, self._width = _input_size(self._session, path)
        self._least_score = least_score
        self._normalised = normalised

    def find(self, frame: _Frame) -> _Array:
        """People in a frame (H, W, 3) of red, green and blue; see BoxFinder."""
        scale = min(self._height / frame.shape[0], self._width / frame.shape[1])
        x = (np.arange(self._width, dtype=np.float32) + 0.5) / scale - 0.5
        y = (np.arange(self._height, dtype=np.float32) + 0.5) / scale - 0.5
        image = _sampled(frame, x, y, fill=114)
        image[y > frame.shape[0] - 0.5] = 114
        image[:, x > frame.shape[1] - 0.5] = 114
        if self._normalised:
            image = (image - _MEAN) / _DEVIATION
        blue_first = np.ascontiguousarray(image[..., ::-1].transpose(2, 0, 1)[None], np.float32)
        outputs = self._session.run(None, {self._session.get_inputs()[0].name: blue_first})
        boxes = np.asarray(outputs[0][0], np.float32)
        if boxes.shape[1] > 5:
            boxes = decode_yolox(boxes, self._height, self._width)
            boxes = suppress(boxes[boxes[:, 4] >= self._least_score])
        elif len(outputs) > 1:
            boxes = boxes[np.asarray(outputs[1][0]).astype(int) == 0]
        boxes = boxes[boxes[:, 4] >= self._least_score].copy()
        boxes[:, :4] /= scale
        return boxes


def decode_simcc(simcc_x: _Array, simcc_y: _Array, split: float = 2) -> tuple[_Array, _Array]:
    """(N, J, W * split) and (N, J, H * split) -> points (N, J, 2) in input pixels, scores (N, J).

    Li et al., "SimCC: a Simple Coordinate Classification Perspective for Human Pose Estimation".
    """
    points = np.stack([simcc_x.argmax(axis=2), simcc_y.argmax(axis=2)], axis=2) / split
    scores = np.minimum(simcc_x.max(axis=2), simcc_y.max(axis=2))
    return points.astype(np.float32), np.clip(scores, 0, 1).astype(np.float32)


def decode_heatmaps(maps: _Array, height: int, width: int) -> tuple[_Array, _Array]:
    """(N, J, h, w) -> points (N, J, 2) in pixels of an input of height x width, scores (N, J).

    The maximum, moved by a quarter of a cell towards its higher neighbour (Newell et al., "Stacked
    Hourglass Networks for Human Pose Estimation").
    """
    count, joints, h, w = maps.shape
    best = maps.reshape(count, joints, -1).argmax(axis=2)
    y, x = np.divmod(best, w)
    n, j = np.ogrid[:count, :joints]
    dx = maps[n, j, y, np.minimum(x + 1, w - 1)] - maps[n, j, y, np.maximum(x - 1, 0)]
    dy = maps[n, j, np.minimum(y + 1, h - 1), x] - maps[n, j, np.maximum(y - 1, 0), x]
    inside_x, inside_y = (0 < x) & (x < w - 1), (0 < y) & (y < h - 1)
    points = np.stack(
        [x + 0.25 * np.sign(dx) * inside_x, y + 0.25 * np.sign(dy) * inside_y], axis=2
    ) * np.array([width / w, height / h])
    return points.astype(np.float32), np.clip(maps[n, j, y, x], 0, 1).astype(np.float32)


class TopDown:
    """A `Detector` of two networks: one finds boxes, one the keypoints of a person in a box.

    Args:
        path: the network for keypoints: outputs `simcc_x`, `simcc_y` or heat maps (N, J, h, w); it
            takes red, green and blue less ImageNet's mean.
        boxes: what finds the people; without it the whole frame is one person.
        layout: the joints' layout, as in `vp.lift`.
        split: cells of SimCC a pixel.
        providers: onnxruntime's; the CPU by default.
    """

    def __init__(
        self,
        path: PathLike,
        *,
        boxes: BoxFinder | None = None,
        layout: str = "coco",
        split: float = 2,
        providers: Sequence[str] | None = None,
    ) -> None:
        self.layout = layout
        self._boxes = boxes
        self._split = split
        self._session = _session(path, providers)
        self._height, self._width = _input_size(self._session, path)

    def detect(self, frame: _Frame, time_s: float) -> tuple[_Array, _Array]:
        """Points (N, J, 2) in pixels and scores (N, J) of the people in a frame."""
        if self._boxes is None:
            boxes = np.array([[0, 0, frame.shape[1], frame.shape[0], 1]], np.float32)
        else:
            boxes = self._boxes.find(frame)
        found = [self._look(frame, box) for box in boxes]
        if not found:
            return np.zeros((0, 0, 2), np.float32), np.zeros((0, 0), np.float32)
        return np.stack([points for points, _ in found]), np.stack([scores for _, scores in found])

    def _look(self, frame: _Frame, box: _Array) -> tuple[_Array, _Array]:
        # A quarter more than the box, in the network's aspect ratio.
        centre = (box[:2] + box[2:4]) / 2
        width, height = 1.25 * (box[2:4] - box[:2])
        step = max(width / self._width, height / self._height, 1e-6)
        x = centre[0] + (np.arange(self._width, dtype=np.float32) + 0.5 - self._width / 2) * step
        y = centre[1] + (np.arange(self._height, dtype=np.float32) + 0.5 - self._height / 2) * step
        image = (_sampled(frame, x - 0.5, y - 0.5, fill=0) - _MEAN) / _DEVIATION
        batch = np.ascontiguousarray(image.transpose(2, 0, 1)[None], np.float32)
        outputs = self._session.run(None, {self._session.get_inputs()[0].name: batch})
        if len(outputs) >= 2:
            points, scores = decode_simcc(outputs[0], outputs[1], self._split)
        else:
            points, scores = decode_heatmaps(outputs[0], self._height, self._width)
        size = np.array([self._width, self._height], np.float32)
        return (points[0] - size / 2) * step + centre, scores[0]
