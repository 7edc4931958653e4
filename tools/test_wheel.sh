#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tools/test_wheel.sh [SUITE...]: tries the wheels of tools/wheel.sh in bare Debians (debootstrap;
# as root, with a network), bookworm by default, with nothing but Python and NumPy beside. Each
# needs a wheel for its Python: trixie one for 3.13.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
fail() { echo "test_wheel: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail "only root can enter another Debian"
tools/setup.sh wheel
for wheel in build/wheels/videopose-*.whl; do
  [ "$(stat -c %s "$wheel")" -lt 75000000 ] || fail "$wheel has more than 75 MB"
done

cat >build/wheels/try.py <<'EOF'
import time
began = time.perf_counter()
import videopose as vp
print(f"import: {time.perf_counter() - began:.2f} s")
import os, subprocess, sys, numpy as np

truth = np.load("/tmp/lift_eval2.npz")
walk = np.random.default_rng(1).uniform(200, 800, (60, 17, 2)).cumsum(axis=0) / np.arange(1, 61)[:, None, None]
clip = vp.lift(walk, layout="coco", size=(1000, 1000), fps=30)
assert np.isfinite(clip.people[0].joints_in_world).any()
clip.save("/tmp/lifted.bvh")

program = [sys.executable, "-m", "videopose"]
assert vp.__version__ in subprocess.check_output([*program, "--version"], text=True)
subprocess.check_call([*program, "bench", "lift-accuracy", "/tmp/lift_eval2.npz"])
if os.path.exists("/root/.cache/videopose/models"):
    subprocess.check_call([*program, "demo", "-o", "/tmp/demo.mp4", "--clip", "/tmp/clip.mp4", "-q"])
    clip = vp.process("/tmp/clip.mp4")
    assert len(clip.people) == 1 and np.isfinite(clip.people[0].joints_in_world).any()
    for name in ("clip.glb", "clip.html", "clip.npz"):
        clip.save(f"/tmp/{name}")
    for name in ("clip_3d.mp4", "clip_3d.gif"):
        clip.render(f"/tmp/{name}")
        assert sum(1 for _ in vp.frames(f"/tmp/{name}")) > 10
EOF

suites=("$@")
[ $# -gt 0 ] || suites=(bookworm)
for suite in "${suites[@]}"; do
  root=build/wheels/$suite
  ! mountpoint -q "$root/proc" || umount "$root/proc"  # of a run that was killed
  rm -rf --one-file-system "$root"
  debootstrap --variant=minbase --include=python3,python3-venv "$suite" "$root" "${DEBIAN_MIRROR:-http://deb.debian.org/debian}"
  inside() { chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@"; }
  version=$(inside python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  python3 -m pip download -q -d "$root/wheels" --python-version "$version" --only-binary :all: "numpy>=1.24"
  cp build/wheels/videopose-*.whl "$root/wheels/"
  cp build/wheels/try.py tests/data/golden/lift_eval2.npz "$root/tmp/"
  [ ! -d "${HOME}/.cache/videopose" ] || { mkdir "$root/root/.cache" && cp -r "${HOME}/.cache/videopose" "$root/root/.cache/"; }
  mount --bind /proc "$root/proc"  # by which the program finds its libraries
  trap 'umount "$root/proc"' EXIT
  inside python3 -m venv /env
  inside /env/bin/pip install -q --no-index --find-links /wheels videopose || fail "$suite: pip cannot install it"
  # What the library prints is a failure: it shall be silent.
  inside /env/bin/python /tmp/try.py 2>"$root/stderr"
  [ ! -s "$root/stderr" ] || { cat "$root/stderr" >&2; fail "$suite: something was printed"; }
  umount "$root/proc"
  trap - EXIT
  echo "test_wheel: works in $suite, with Python $version"
done
