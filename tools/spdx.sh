#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tools/spdx.sh [--check]: puts the licence's SPDX line at the top of every source file that has
# none; with --check it only names those files, and fails where there are any. (cmake/embed.cmake
# takes it out of what becomes part of exported pages.)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
line='SPDX-License-Identifier: Apache-2.0'

missing=()
while IFS= read -r file; do
  head -n 3 "$file" | grep -q "$line" || missing+=("$file")
done < <(git ls-files --cached --others --exclude-standard '*.cc' '*.h' '*.cmake' '*.cmake.in' \
  '*CMakeLists.txt' '*.sh' '*.js' '*.mjs' '*.css' '*.html' '*.py' '*.pyi' '*.supp' '*.toml' \
  '*.yaml' '*Dockerfile')

if [ "${1:-}" = --check ]; then
  [ ${#missing[@]} = 0 ] || printf '%s has no SPDX line; run tools/spdx.sh\n' "${missing[@]}"
  exit $((${#missing[@]} > 0))
fi

for file in "${missing[@]}"; do
  case $file in
    *.cmake | *.cmake.in | *CMakeLists.txt) sed -i "1i # $line\n" "$file" ;;
    *.html) sed -i "1i <!-- $line -->\n" "$file" ;;
    *.css) sed -i "1i /* $line */\n" "$file" ;;
    *.sh | *.py | *.pyi | *.supp | *.toml | *.yaml | *Dockerfile)
      if head -n 1 "$file" | grep -q '^#!'; then  # below the shebang
        sed -i "1a # $line" "$file"
      else
        sed -i "1i # $line\n" "$file"
      fi
      ;;
    *) sed -i "1i // $line\n" "$file" ;;
  esac
done
echo "spdx: ${#missing[@]} files were given the line"
