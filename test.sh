#!/usr/bin/env bash
# ./test.sh [--asan] [ctest arguments]: sets up, builds and runs every test. With --asan under the sanitizers.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
preset=release
if [ "${1:-}" = --asan ]; then
  preset=asan
  shift
fi

tools/setup.sh build test
cmake --preset "$preset" -DVIDEOPOSE_TESTS=ON -DVIDEOPOSE_BENCH=ON
cmake --build --preset "$preset"

# Tests of the detector are skipped, and say so, where its models cannot be had.
tools/setup.sh models || true
"build/$preset/videopose" models fetch || echo "test.sh: going on without the detector's models"

ctest --preset "$preset" "$@"
