#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# check_install.sh BUILD_DIR SOURCE_DIR [SANITIZERS]: installs into an empty folder; checks what is
# there; compiles every header alone and all together; builds, links and runs the examples with
# find_package, a component each.
set -euo pipefail
build=$1 source=$2 sanitizers=${3:-}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/usr

fail() { echo "check_install: $*" >&2; exit 1; }
expect() { # expect EXIT_CODE COMMAND...
  local expected=$1 found=0
  shift
  "$@" >"$work/out" 2>&1 || found=$?
  [ "$found" = "$expected" ] || { cat "$work/out" >&2; fail "exit code $found, not $expected, of: $*"; }
}

expect 0 cmake --install "$build" --prefix "$prefix"

# Headers: those of include/videopose, no other.
(cd "$source/include" && find . -name '*.h' | sort) >"$work/expected"
(cd "$prefix/include" && find . -type f | sort) >"$work/found"
diff "$work/expected" "$work/found" || fail "other headers are installed than there are public ones"
[ -x "$prefix/bin/videopose" ] || fail "the program is not installed"

# consumer NAME COMPONENT DEFINITION...: builds $work/NAME/consumer.
consumer() {
  local name=$1 component=$2
  shift 2
  local flags=()
  [ -z "$sanitizers" ] || flags=("-DCMAKE_CXX_FLAGS=-fsanitize=$sanitizers")
  expect 0 cmake -S "$here/consumer" -B "$work/$name" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" \
    -DCOMPONENT="$component" "${flags[@]}" "$@"
  expect 0 cmake --build "$work/$name"
}

consumer headers core -DHEADERS="$prefix/include"
consumer make_inputs video -DSOURCES="$here/make_inputs.cc"
consumer readme videopose -DSOURCES="$source/examples/readme.cc"
consumer lift core -DSOURCES="$source/examples/lift.cc"
consumer process video -DSOURCES="$source/examples/process.cc"
consumer train data -DSOURCES="$source/examples/train.cc"

# What they link. readelf: what they ask for themselves; ldd: that and all that comes with it.
links_none() { # links_none PROGRAM REGEX
  ! { readelf -d "$1"; ldd "$1"; } | grep -E "$2" || fail "$1 links what it should not: $2"
}
ffmpeg='lib(av(codec|device|format|filter|util)|sw(scale|resample))' scientific='lib(hdf5|matio|archive)'
pictures='lib(cairo|XNNPACK|opencv)' web='lib(cpp-httplib|ssl)'
links_none "$work/lift/consumer" "$ffmpeg|$scientific|$pictures|$web"
links_none "$work/process/consumer" "$scientific"
links_none "$work/train/consumer" "$ffmpeg|$pictures|$web"

# And they run.
expect 0 "$work/make_inputs/consumer" "$work"
lifter=$prefix/share/videopose/models/lifter.bin
ln -s "$prefix/share/videopose/models" "$work/models"
expect 0 "$work/readme/consumer" "$work"
expect 0 "$work/lift/consumer" "$lifter" "$work/clip.npz" "$work/poses.bvh"
expect 3 "$work/lift/consumer" "$lifter" "$work/none.json" "$work/none.bvh"  # file not found
[ -s "$work/clip_3d.mp4" ] && [ -s "$work/poses.bvh" ] || fail "an example wrote nothing"
if "$prefix/bin/videopose" models | grep -E "pose_landmark_full.*missing" >/dev/null; then
  expect 4 "$work/process/consumer" "$lifter" "$work/clip.mp4" "$work/poses.npz"  # models missing
else
  expect 0 "$work/process/consumer" "$lifter" "$work/clip.mp4" "$work/poses.npz"
  [ -s "$work/poses.npz" ] || fail "examples/process.cc wrote nothing"
fi
expect 0 "$build/examples/example_training_data" "$work/data"
expect 0 "$work/train/consumer" "$work/data" "$work/trained"
[ -s "$work/trained/epoch_1.bin" ] || fail "examples/train.cc wrote no checkpoint"
echo "check_install: all as it should be"
