#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ./test.sh [--asan | --tsan] [ctest arguments]: sets up, builds and runs every test.
#   --asan  under the address and undefined-behaviour sanitizers
#   --tsan  under the thread sanitizer, the modules that have threads of their own
# ./test.sh --tidy: clang-tidy over every file.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
preset=release
tests=()
case "${1:-}" in
  --asan) preset=asan; shift ;;
  --tsan) preset=tsan; tests=(-R '^(base|track|engine|live)/'); shift ;;
  --tidy)
    tools/setup.sh build test tidy
    cmake --preset dev
    exec cmake --build --preset dev --target tidy
    ;;
esac

tools/setup.sh build test
cmake --preset "$preset" -DVIDEOPOSE_TESTS=ON -DVIDEOPOSE_BENCH=ON
cmake --build --preset "$preset"

# Tests that need these are skipped, and say so, where they cannot be had: a browser, the detector's
# models, a validator of glTF files.
tools/setup.sh models browser || true
"build/$preset/videopose" models fetch || echo "test.sh: going on without the detector's models"
tools=$PWD/build/tools
[ -d "$tools/node_modules/gltf-validator" ] ||
  npm install --silent --no-save --prefix "$tools" gltf-validator ||
  echo "test.sh: going on without the glTF validator"
export NODE_PATH=$tools/node_modules

ctest --preset "$preset" -j "$(nproc)" "${tests[@]}" "$@"
