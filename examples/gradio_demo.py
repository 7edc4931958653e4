# SPDX-License-Identifier: Apache-2.0
"""A page for videos of one's own: pip install . gradio; python examples/gradio_demo.py"""

import tempfile
from html import escape
from pathlib import Path

import gradio as gr

import videopose as vp


def lift(video: str, everybody: bool, height_cm: float | None, progress=gr.Progress()):
    folder = Path(tempfile.mkdtemp())

    def show(stage: str, done: int, total: int) -> None:
        progress((done, total or None), desc=stage)

    options = {"height_m": height_cm / 100} if height_cm else {}
    try:
        clip = vp.process(video, people="all" if everybody else 1, progress=show, **options)
        clip.render(folder / "pose_3d.mp4", progress=show)
        files = [folder / name for name in ("pose.bvh", "pose.glb", "pose.npz", "pose.html")]
        written = [path for file in files for path in clip.save(file)]
    except vp.Error as error:
        raise gr.Error(str(error)) from error
    page = f'<iframe srcdoc="{escape((folder / "pose.html").read_text())}" width="100%" height="560">'
    return str(folder / "pose_3d.mp4"), page + "</iframe>", [str(path) for path in written]


demo = gr.Interface(
    lift,
    inputs=[
        gr.Video(label="Video"),
        gr.Checkbox(label="Everybody in it"),
        gr.Number(label="Height of the people, cm (not needed)", value=None),
    ],
    outputs=[gr.Video(label="3D pose"), gr.HTML(label="To turn"), gr.Files(label="Files")],
    title="videopose",
    description="The video stays on this machine.",
    flagging_mode="never",
)

if __name__ == "__main__":
    demo.launch()
