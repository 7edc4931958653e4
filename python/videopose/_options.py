# SPDX-License-Identifier: Apache-2.0
"""Keyword arguments that several functions take, each described once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypedDict, Union

PathLike = Union[str, "os.PathLike[str]"]


class CameraOptions(TypedDict, total=False):
    """Of process, lift and Live."""

    height_m: float | None
    """How tall people are; scales everything."""
    focal_px: float | None
    """The lens: its focal length in pixels,"""
    fov_deg: float | None
    """or its angle from the left to the right edge,"""
    calibration: PathLike | None
    """or a calibration file."""
    camera: Literal["auto", "static", "moving"] | None
    """Whether the camera turns and zooms (default: decided from the background)."""
    camera_moving: bool | None
    """True: the same as ``camera="moving"``."""
    flip: bool | None
    """Average with the mirrored input (default: yes)."""
    hands_and_feet: bool | None
    """25 joints where the detector sees hands and feet (default), else 17."""


class LiftOptions(CameraOptions, total=False):
    """Of process and lift."""

    contacts: bool | None
    """Feet that carry weight stand still (default: yes)."""
    refine: bool | None
    """Poses are fitted to the image, bones keep their lengths (default: yes)."""
    smooth_s: float | None
    """The standard deviation of a Gaussian over time."""


class RenderOptions(TypedDict, total=False):
    """Of Clip.render."""

    height_px: int
    azimuth_deg: float
    elevation_deg: float
    turntable_deg_per_s: float
    title: str
    theme: str
    """"dark" or "light"."""
    smooth_s: float


class TrainOptions(TypedDict, total=False):
    """Of train."""

    train_subjects: list[str]
    test_subjects: list[str]
    widths: list[int]
    channels: int
    causal: bool
    dropout: float
    epochs: int
    batch_size: int
    learning_rate: float
    lr_decay: float
    seed: int
    config: str
    """YAML as ``videopose run --config`` reads it; wins over the others."""


def given(**options: Any) -> dict[str, Any]:
    """Those that are not None; files as Path."""
    return {
        name: Path(value) if isinstance(value, os.PathLike) else value
        for name, value in options.items()
        if value is not None
    }


def checked(kind: type, function: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a call, which are all known ones."""
    for name in options:
        if name not in kind.__annotations__:
            known = ", ".join(sorted(kind.__annotations__))
            raise TypeError(f"{function}() has no argument {name}; known are {known}")
    result = given(**options)
    if "calibration" in result:
        result["calibration"] = Path(result["calibration"])
    return result
