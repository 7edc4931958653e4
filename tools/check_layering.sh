#!/usr/bin/env bash
# check_layering.sh SOURCE_DIR LAYERS: fails where a module includes from one that LAYERS does not allow it, and where
# LAYERS allows what no include uses.
# LAYERS has two lines for each module: `module: module module ...`, and the same for `module tests`.
set -eu
source_dir=$1 layers=$2
cd "$source_dir"
bad=0
complain() { echo "$1"; bad=1; }

# By user and included module, "tests" or not: "app tests>pose".
declare -A used=()

for dir in */; do
  module=${dir%/}
  if ! allowed=$(grep -m1 "^$module:" "$layers"); then
    complain "$module: not listed in CMakeLists.txt"; continue
  fi
  allowed_in_tests=$(grep -m1 "^$module tests:" "$layers")
  while IFS=: read -r file line text; do
    [ -n "$file" ] || continue
    here=$module can=$allowed
    case $file in *_test.cc | */test_*.h) here="$module tests" can=$allowed_in_tests ;; esac
    included=${text#*\"videopose/}
    included=${included%%/*}
    used["$here>$included"]=1
    case " $module ${can#*:} " in
      *" $included "*) ;;
      *) complain "$source_dir/$file:$line: $here may not include from $included (allowed:${can#*:})" ;;
    esac
  done < <(grep -rnE '#include "videopose/[a-z_]+/' --include='*.h' --include='*.cc' "$module" || true)

  for edge in ${allowed#*:}; do
    [ -n "${used["$module>$edge"]:-}" ] || complain "$module names $edge in CMakeLists.txt, but includes nothing from it"
  done
  for edge in ${allowed_in_tests#*:}; do
    case " ${allowed#*:} " in *" $edge "*) continue ;; esac
    [ -n "${used["$module tests>$edge"]:-}" ] ||
      complain "$module names $edge for its tests in CMakeLists.txt, but they include nothing from it"
  done
done
[ "$bad" = 0 ] && echo "layering: every include points downwards, and every edge is used"
exit $bad
