#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# check_layering.sh PROJECT_DIR LAYERS: fails where a module includes from one that LAYERS does not
# allow it, and where LAYERS allows what no include uses.
# LAYERS has three lines for each module: `module: module ...`, the same for `module tests`, and
# `module public: header ...`, the headers of include/videopose that are its own. Several modules
# may own one header; a module that may include from one of them may include it. Public headers
# include nothing but each other and the standard library.
set -eu
project=$1 layers=$2
bad=0
complain() { echo "$*"; bad=1; }

declare -A allowed owners public
while IFS=: read -r who modules; do
  case $who in
    *" public")
      module=${who% public}
      public[$module]=$modules
      for header in $modules; do owners[$header]+=" $module"; done
      ;;
    *) allowed[$who]=" ${who% tests}$modules " ;;
  esac
done <"$layers"

# A public header and the public headers that it includes; closure holds the known ones.
declare -A closure
public_closure() {
  local header
  echo "$1"
  for header in $(sed -nE 's|^#include "videopose/([a-z_]+\.h)".*|\1|p' "$project/include/videopose/$1"); do
    public_closure "$header"
  done
}

# may_include WHO HEADER: the header as it stands behind videopose/. Notes which edges it takes.
declare -A used
may_include() {
  local module may=1
  case $2 in
    */*) set -- "$1" "$2" "${2%%/*}" ;;
    *) set -- "$1" "$2" ${owners[${2%.h}]:-} ;;
  esac
  for module in "${@:3}"; do
    case "${allowed[$1]}" in *" $module "*) may=0 used["$1>$module"]=1 ;; esac
  done
  return $may
}

cd "$project/src/videopose"
for dir in */; do
  module=${dir%/}
  [ -n "${allowed[$module]:-}" ] || { complain "$module: not listed in CMakeLists.txt"; continue; }
  while IFS=: read -r file line text; do
    [ -n "$file" ] || continue
    who=$module
    case $file in *_test.cc | */test_*.h) who="$module tests" ;; esac
    header=${text#*\"videopose/} header=${header%%\"*}
    may_include "$who" "$header" ||
      complain "src/videopose/$file:$line: $who may not include $header (allowed:${allowed[$who]})"
    case $header in
      */*) ;;
      *)
        [ -n "${closure[$header]:-}" ] || closure[$header]=$(public_closure "$header" | sort -u)
        for included in ${closure[$header]}; do may_include "$who" "$included" || true; done
        ;;
    esac
  done < <(grep -rnE '#include "videopose/' --include='*.h' --include='*.cc' "$module" || true)
done

for who in "${!allowed[@]}"; do
  module=${who% tests}
  for edge in ${allowed[$who]}; do
    [ "$edge" != "$module" ] || continue
    [ "$who" = "$module" ] || case "${allowed[$module]}" in *" $edge "*) continue ;; esac
    [ -n "${used["$who>$edge"]:-}" ] || complain "$who: CMakeLists.txt allows $edge, from which nothing is included"
  done
done

cd "$project/include/videopose"
for header in *.h; do
  [ "$header" != videopose.h ] || continue  # includes all others
  owner=${owners[${header%.h}]:-}
  [ -n "$owner" ] || { complain "include/videopose/$header: no module in CMakeLists.txt has it as PUBLIC"; continue; }
  while IFS=: read -r line text; do
    included=$(sed -E 's|.*[<"]([^">]+)[">].*|\1|' <<<"$text")
    case $included in
      videopose/*/*) complain "include/videopose/$header:$line: a public header may not include $included" ;;
      videopose/*)
        may=0
        for module in $owner; do
          ! may_include "$module" "${included#videopose/}" || may=1
        done
        [ "$may" = 1 ] ||
          complain "include/videopose/$header:$line: may not include $included, as none of$owner may"
        ;;
      *[./]*) complain "include/videopose/$header:$line: a public header may not include $included" ;;
    esac
  done < <(grep -nE '#include' "$header" || true)
done
[ "$bad" = 0 ] && echo "layering: every include points downwards, and every edge is used"
exit $bad
