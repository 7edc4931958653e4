# SPDX-License-Identifier: Apache-2.0
"""3D human pose from ordinary video.

>>> import videopose as vp
>>> clip = vp.process("dance.mp4")            # detect, lift, place in the world
>>> clip.people[0].joints_in_world            # (T, 25, 3) metres, z up, NaN where unseen
>>> clip.save("dance.bvh")
>>> clip.render("dance_3d.mp4")

Lengths are metres, angles degrees, times seconds, places in images pixels. The camera frame is x
right, y down, z forward; the world is z up with the floor at z = 0.
"""

import os as _os

_fonts = _os.path.join(_os.path.dirname(__file__), "share/videopose/fonts/fonts.conf")
if _os.path.exists(_fonts) and not _os.path.exists("/etc/fonts/fonts.conf"):
    _os.environ.setdefault("FONTCONFIG_FILE", _fonts)  # a bare system, and tools/wheel.sh's wheel

from videopose._core import __version__  # noqa: E402
from videopose._error import Error
from videopose._live import Live, LiveFrame, LivePerson, live
from videopose._process import (
    Detector,
    detect,
    frames,
    lift,
    process,
    read,
    read_keypoints,
    set_thread_count,
    thread_count,
)
from videopose._research import Errors, evaluate, evaluate_lifter, pack_lifter, train
from videopose._types import Angles, Camera, Clip, Keypoints, Person, PersonKeypoints

__all__ = [
    "Angles",
    "Camera",
    "Clip",
    "Detector",
    "Error",
    "Errors",
    "Keypoints",
    "Live",
    "LiveFrame",
    "LivePerson",
    "Person",
    "PersonKeypoints",
    "__version__",
    "detect",
    "evaluate",
    "evaluate_lifter",
    "frames",
    "lift",
    "live",
    "pack_lifter",
    "process",
    "read",
    "read_keypoints",
    "set_thread_count",
    "thread_count",
    "train",
]
