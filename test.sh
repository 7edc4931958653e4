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
    # Ten files as one: their headers are looked at once.
    cmake --preset dev -B build/tidy -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=10
    exec cmake --build build/tidy --target tidy
    ;;
esac

tools/setup.sh build test python
# A virtual environment for the Python module and its tests. Not under sanitizers: Python would have
# to be built for them, too.
options=()
python=$PWD/build/tools/python/bin/python
if [ "$preset" = release ]; then
  # pybind11, and what pyproject.toml says that the module and its tests need.
  packages='import tomllib; project = tomllib.load(open("pyproject.toml", "rb"))["project"]
print(*project["dependencies"], *project["optional-dependencies"]["test"], sep="\n")'
  if python3 -m venv build/tools/python &&
    "$python" -m pip install -q pybind11 -r <("$python" -c "$packages"); then
    options=(-DVIDEOPOSE_PYTHON=ON "-DPython_EXECUTABLE=$python")
  else
    echo "test.sh: going on without the Python module"
  fi
fi
cmake --preset "$preset" -DVIDEOPOSE_TESTS=ON -DVIDEOPOSE_BENCH=ON "${options[@]}"
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
