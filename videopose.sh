#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ./videopose.sh SUBCOMMAND ...: runs videopose, after setting up what is missing: Debian packages,
# the build, and npm, by which the program fetches the detector's models when it first needs them.
# ./videopose.sh help lists the subcommands.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
build=$root/build/release
stamp=$build/.videopose-built

say() { printf 'videopose: %s\n' "$*" >&2; }

up_to_date() {
  [ -x "$build/videopose" ] && [ -e "$stamp" ] &&
    [ -z "$(find "$root/src" "$root/include" "$root/web" "$root/cmake" "$root/CMakeLists.txt" "$root/CMakePresets.json" -newer "$stamp" -print -quit)" ]
}

# One build at a time: a second call waits for it and finds it done.
if ! up_to_date; then
  mkdir -p "$build"
  exec 9>"$build/.lock"
  flock 9
fi
if ! up_to_date; then
  "$root/tools/setup.sh" build 9>&-
  say "building (once; a few minutes)"
  started=$SECONDS
  log=$build/build.log
  tests=(-DVIDEOPOSE_TESTS=OFF -DVIDEOPOSE_BENCH=OFF)
  [ ! -e "$build/CMakeCache.txt" ] || tests=()  # ./test.sh has been here and wants them
  marker=$build/.build-started
  touch "$marker"
  if ! (cd "$root" && cmake --preset release "${tests[@]}" && cmake --build --preset release --target videopose_program) >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    say "the build failed; its last lines are above, all of it is in $log"
    exit 1
  fi
  mv "$marker" "$stamp"  # its time is that of the start: sources changed during the build are newer
  say "built in $((SECONDS - started)) s"
fi

# Where npm cannot be installed, the program says what else to do.
case "${1:-} ${2:-}" in
  "video "* | "demo "* | "detect "* | "live "* | "models fetch")
    if ! command -v npm >/dev/null && "$build/videopose" models | grep missing >/dev/null; then
      "$root/tools/setup.sh" models || true
    fi
    ;;
esac

exec "$build/videopose" "$@" 9>&-
