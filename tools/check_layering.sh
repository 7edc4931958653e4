#!/usr/bin/env bash
# check_layering.sh SOURCE_DIR LAYERS: fails where a module includes from one that LAYERS does not allow it.
# LAYERS has two lines for each module: `module: module module ...`, and the same for `module tests`.
set -eu
source_dir=$1 layers=$2
cd "$source_dir"
bad=0
for dir in */; do
  module=${dir%/}
  if ! allowed=$(grep -m1 "^$module:" "$layers"); then
    echo "$module: not listed in CMakeLists.txt"; bad=1; continue
  fi
  allowed_in_tests=$(grep -m1 "^$module tests:" "$layers")
  while IFS=: read -r file line text; do
    [ -n "$file" ] || continue
    here=$module can=$allowed
    case $file in *_test.cc | */test_*.h) here="$module tests" can=$allowed_in_tests ;; esac
    included=$(sed -E 's|.*"videopose/([a-z_]+)/.*|\1|' <<<"$text")
    case " $module ${can#*:} " in
      *" $included "*) ;;
      *) echo "$source_dir/$file:$line: $here may not include from $included (allowed:${can#*:})"; bad=1 ;;
    esac
  done < <(grep -rnE '#include "videopose/[a-z_]+/' --include='*.h' --include='*.cc' "$module" || true)
done
[ "$bad" = 0 ] && echo "layering: every include points downwards"
exit $bad
