#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# check_documented_code.sh PROJECT_DIR: every C++ block of README.md and docs/library.md stands in
# one of examples/*.cc, but for white space; so what is documented compiles.
set -euo pipefail
cd "$1"
bad=0
for document in README.md docs/library.md; do
  block="" inside=0 number=0
  while IFS= read -r line; do
    number=$((number + 1))
    case $line in
      '```cpp') inside=1 block="" start=$number ;;
      '```')
        [ "$inside" = 1 ] || continue
        inside=0 found=0
        for example in examples/*.cc; do
          case $(tr -d '[:space:]' <"$example") in *"$block"*) found=1 ;; esac
        done
        [ "$found" = 1 ] || { echo "$document:$start: this code is in none of examples/*.cc"; bad=1; }
        ;;
      *) [ "$inside" = 0 ] || block+=$(tr -d '[:space:]' <<<"$line") ;;
    esac
  done <"$document"
done
exit $bad
