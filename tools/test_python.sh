#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tools/test_python.sh BUILD_FOLDER PYTHON: installs the package from the build folder into the
# virtual environment of PYTHON; runs pytest, and the notebook of examples/.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
site=$("$2" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
rm -rf "$site/videopose"
for component in python program; do
  cmake --install "$1" --component "$component" --prefix "$site/videopose" >/dev/null
done
exec "$2" -m pytest -q -p no:cacheprovider --nbmake --nbmake-timeout=1800 python/tests examples/videopose.ipynb
