#!/usr/bin/env bash
# check_layering.sh SOURCE_DIR LAYERS: fails where a module includes from one that LAYERS does not allow it.
# LAYERS has a line `module: module module ...` for each module.
set -eu
source_dir=$1 layers=$2
cd "$source_dir"
bad=0
for dir in */; do
  module=${dir%/}
  if ! allowed=$(grep -m1 "^$module:" "$layers"); then
    echo "$module: not listed in CMakeLists.txt"; bad=1; continue
  fi
  while IFS=: read -r file line text; do
    [ -n "$file" ] || continue
    included=$(sed -E 's|.*"videopose/([a-z_]+)/.*|\1|' <<<"$text")
    case " $module ${allowed#*:} " in
      *" $included "*) ;;
      *) echo "$source_dir/$file:$line: $module may not include from $included (allowed:${allowed#*:})"; bad=1 ;;
    esac
  done < <(grep -rnE '#include "videopose/[a-z_]+/' --include='*.h' --include='*.cc' "$module" || true)
done
[ "$bad" = 0 ] && echo "layering: every include points downwards"
exit $bad
