#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tools/setup.sh GROUP...: installs those Debian packages of the groups in packages.txt that are
# missing. Quiet and quick when nothing is missing. As root or through sudo; says what to do where
# it may do neither.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

say() { printf 'videopose: %s\n' "$*" >&2; }

wanted=()
for group in "$@"; do
  while read -r of package _; do
    [ "$of" = "$group" ] && wanted+=("$package")
  done <"$here/packages.txt"
done

missing=()
for package in "${wanted[@]}"; do
  # npm may have come another way than from Debian; any will do.
  if [ "$package" = npm ] && command -v npm >/dev/null; then continue; fi
  if [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)" != installed ]; then
    missing+=("$package")
  fi
done
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
  say "this set-up knows Debian's apt-get only; please install the equivalents of: ${missing[*]}"
  exit 1
fi
if [ "$(id -u)" = 0 ]; then
  as_root=()
elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
  as_root=(sudo)
else
  say "may not install packages (not root, no sudo); please ask an administrator to run: apt-get install ${missing[*]}"
  exit 1
fi

say "installing ${#missing[@]} Debian packages: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q "$@" </dev/null >>"$log" 2>&1
}
# The package lists of a fresh machine are empty, those of an old one point to files that are gone.
if ! { install update && install install -y --no-install-recommends "${missing[@]}"; }; then
  tail -n 20 "$log" >&2
  say "apt-get could not install them; its last lines are above"
  exit 1
fi
