#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tools/test_packages.sh [FOLDER]: builds the packages, looks at them with lintian, and in a bare
# Debian (debootstrap; as root, with a network) installs them, runs them, builds against the library
# and uninstalls them. FOLDER, build/package-test by default, gets the packages and the Debian.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
folder=$(realpath -m "${1:-build/package-test}")
root=$folder/root
fail() { echo "test_packages: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail "only root can enter another Debian"

tools/setup.sh build package
cmake --preset package
cmake --build --preset package
rm -rf "$folder"
mkdir -p "$folder"
cpack --config build/package/CPackConfig.cmake -B "$folder"
cpack --config build/package/CPackConfig.cmake -B "$folder" -G TGZ \
  -D CPACK_COMPONENTS_ALL=program -D CPACK_COMPONENT_INCLUDE_TOPLEVEL_DIRECTORY=ON
rm -rf "$folder/_CPack_Packages"
lintian --allow-root --fail-on error "$folder"/*.deb

debootstrap --variant=minbase bookworm "$root" "${DEBIAN_MIRROR:-http://deb.debian.org/debian}"
for file in /etc/resolv.conf /etc/apt/apt.conf.d/*proxy* /etc/ssl/certs/ca-certificates.crt; do
  [ ! -e "$file" ] || install -D "$file" "$root$file"
done
mount --bind /proc "$root/proc"
trap 'umount "$root/proc"' EXIT
inside() { chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
  DEBIAN_FRONTEND=noninteractive "$@"; }
cp "$folder"/*.deb examples/lift.cc tests/data/golden/lift_eval2.npz "$root/tmp/"
cp -r tests/install/consumer "$root/tmp/consumer"

inside apt-get -q update
inside sh -c 'apt-get -q install -y --no-install-recommends /tmp/videopose_*.deb'
inside videopose --version
inside videopose bench lift-accuracy /tmp/lift_eval2.npz
[ -s "$root/usr/share/man/man1/videopose.1.gz" ] || fail "no manual page"
# The detector's models come from npm's registry; where they are here already, they are taken along.
if [ -d "${HOME}/.cache/videopose/models" ]; then
  mkdir -p "$root/root/.cache/videopose"
  cp -r "${HOME}/.cache/videopose/models" "$root/root/.cache/videopose/"
  inside videopose demo -o /tmp/demo.mp4 --clip /tmp/clip.mp4 -q
  inside videopose video /tmp/clip.mp4 -o /tmp/clip_3d.mp4 --export /tmp/clip.bvh -q
  [ -s "$root/tmp/clip_3d.mp4" ] && [ -s "$root/tmp/clip.bvh" ] || fail "video wrote nothing"
fi

inside sh -c 'apt-get -q install -y --no-install-recommends /tmp/libvideopose-dev_*.deb g++ cmake ninja-build pkg-config'
inside cmake -S /tmp/consumer -B /tmp/built -G Ninja -DCOMPONENT=core -DSOURCES=/tmp/lift.cc
inside cmake --build /tmp/built

mkdir -p "$root/opt/somewhere"
tar -xzf "$folder"/*.tar.gz -C "$root/opt/somewhere" --strip-components=1
moved=$(cd "$root" && find opt/somewhere -name videopose -path '*bin*')
inside "/$moved" bench lift-accuracy /tmp/lift_eval2.npz

inside apt-get -q remove -y videopose libvideopose-dev
for left in usr/bin/videopose usr/share/videopose usr/include/videopose; do
  [ ! -e "$root/$left" ] || fail "$left is left behind"
done
echo "test_packages: installed, run and removed; the packages are in $folder"
