# SPDX-License-Identifier: Apache-2.0

from pathlib import Path

import numpy as np
import pytest

import videopose as vp


def test_a_missing_file_is_named() -> None:
    with pytest.raises(vp.Error, match="nowhere.npz") as caught:
        vp.read_keypoints("nowhere.npz")
    assert caught.value.code == "file_not_found"
    assert caught.value.file.endswith("nowhere.npz")


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    (tmp_path / "x.npz").write_bytes(b"no zip")
    with pytest.raises(vp.Error, match="x.npz"):
        vp.read(tmp_path / "x.npz")


@pytest.mark.parametrize("people", [0, "some", -1])
def test_impossible_numbers_of_people(people: int | str) -> None:
    with pytest.raises(vp.Error, match="people=") as caught:
        vp.process("x.mp4", people=people)
    assert caught.value.option == "people"


def test_arrays_need_size_and_rate() -> None:
    with pytest.raises(vp.Error, match="size") as caught:
        vp.lift(np.zeros((5, 17, 2)), fps=30)
    assert caught.value.option == "size"
    with pytest.raises(vp.Error, match="fps"):
        vp.lift(np.zeros((5, 17, 2)), size=(640, 480))


def test_arrays_of_other_shapes() -> None:
    with pytest.raises(vp.Error, match=r"\(5, 17, 4\)"):
        vp.lift(np.zeros((5, 17, 4)), size=(640, 480), fps=30)
    with pytest.raises(vp.Error, match=r"\(5, 16, 3\)"):
        vp.Clip.from_arrays(np.zeros((5, 16, 3)), fps=30)
    with pytest.raises(vp.Error, match="shapes"):
        vp.evaluate(np.zeros((5, 17, 3)), np.zeros((4, 17, 3)))


def test_unknown_options_are_named() -> None:
    with pytest.raises(TypeError, match="colour"):
        vp.Clip.from_arrays(np.zeros((5, 17, 3)), fps=30).render("x.mp4", colour=1)
    with pytest.raises(TypeError, match="depth"):
        vp.train("x", depth=1)


def test_an_unknown_extension_is_refused() -> None:
    with pytest.raises(vp.Error, match=".xyz") as caught:
        vp.Clip.from_arrays(np.zeros((5, 17, 3)), fps=30).save("out.xyz")
    assert caught.value.code in ("cannot_write", "invalid_argument")
