# SPDX-License-Identifier: Apache-2.0
"""Errors of poses; training and evaluating lifters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Sequence, Unpack

import numpy as np
import numpy.typing as npt

from videopose import _core
from videopose._error import Error
from videopose._models import lifter_file
from videopose._options import PathLike, TrainOptions, checked
from videopose._types import Progress, progress_callback


@dataclass(frozen=True)
class Errors:
    """Mean errors, in the poses' unit; angles in degrees, None for other skeletons."""

    mpjpe: float
    pa_mpjpe: float
    n_mpjpe: float
    mpjve: float
    """Mean distance of the joints' differences from frame to frame."""
    limb_mpjpe: float | None = None
    limb_pa_mpjpe: float | None = None
    hip_deg: float | None = None
    knee_deg: float | None = None
    shoulder_deg: float | None = None
    elbow_deg: float | None = None
    bones_deg: float | None = None
    frames: int | None = None


def evaluate(predicted: npt.ArrayLike, truth: npt.ArrayLike) -> Errors:
    """Errors of poses (T, J, 3).

    With Human3.6M's 17 joints also limbs and joint angles, and NaN marks joints that are missing.
    """
    ours = np.asarray(predicted, np.float32)
    theirs = np.asarray(truth, np.float32)
    if ours.shape != theirs.shape or ours.ndim != 3 or ours.shape[2] != 3 or len(ours) == 0:
        raise Error(
            f"poses of the shapes {ours.shape} and {theirs.shape}; expected (T, J, 3) twice",
            "mismatch",
        )
    if ours.shape[1] == 17:
        return Errors(**_core.body_errors(ours, theirs))
    return Errors(**_core.joint_errors(ours, theirs))


def train(
    checkpoint_dir: PathLike,
    *,
    data_dir: PathLike = "data",
    dataset: str = "h36m",
    keypoints: str = "cpn_ft_h36m_dbb",
    on_epoch: Callable[[dict[str, Any]], object] | None = None,
    progress: Progress = None,
    **options: Unpack[TrainOptions],
) -> list[dict[str, Any]]:
    """Trains a lifter on a data set in VideoPose3D's format. Returns a record an epoch.

    Args:
        checkpoint_dir: gets epoch_<n>.bin.
        on_epoch: called with each record.
        options: ``train_subjects``, ``test_subjects``, ``widths``, ``channels``, ``causal``,
            ``dropout``, ``epochs``, ``batch_size``, ``learning_rate``, ``lr_decay``, ``seed``;
            and ``config``: YAML as ``videopose run --config`` reads it, for all the rest
            (semi-supervised training, motion capture with ``dataset="mocap"``).
    """
    return _core.train(
        Path(data_dir), dataset, keypoints, Path(checkpoint_dir),
        checked(TrainOptions, "train", options), on_epoch, progress_callback(progress),
    )


def evaluate_lifter(
    lifter: PathLike | None = None,
    *,
    subjects: Sequence[str],
    data_dir: PathLike = "data",
    dataset: str = "h36m",
    keypoints: str = "cpn_ft_h36m_dbb",
    flip: bool = True,
    causal: bool = False,
    progress: Progress = None,
) -> tuple[dict[str, Errors], Errors]:
    """Errors of a lifter or checkpoint on a data set, millimetres: by action, and their mean."""
    actions, mean = _core.evaluate_lifter(
        lifter_file(lifter), Path(data_dir), dataset, keypoints, list(subjects), flip, causal,
        progress_callback(progress),
    )[0]
    return {name: Errors(**errors) for name, errors in actions.items()}, Errors(**mean)


def pack_lifter(checkpoint: PathLike, lifter: PathLike) -> None:
    """The weights of a training checkpoint alone, in half precision."""
    _core.pack_lifter(Path(checkpoint), Path(lifter))
