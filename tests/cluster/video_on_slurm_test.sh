#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# video_on_slurm_test.sh PROGRAM: `videopose video FOLDER/` under a real Slurm, with srun on two
# nodes and as an array of which one task is killed. Every clip is done, and none twice.
set -euo pipefail
program=$1
. "$(dirname "${BASH_SOURCE[0]}")/slurm.sh"
command -v ffmpeg >/dev/null || skip "ffmpeg is not installed"
start_slurm
work=$slurm/work
clips=8
mkdir -p "$work/clips"
ffmpeg -loglevel error -f lavfi -i color=gray:s=64x48:r=25:d=0.24 "$work/clips/1.mp4"
for clip in $(seq 2 $clips); do cp "$work/clips/1.mp4" "$work/clips/$clip.mp4"; done
"$program" video "$work/clips/1.mp4" -o "$work/one.mp4" >/dev/null 2>"$work/error" ||
  { grep -q 'models fetch' "$work/error" && skip "no models of the detector"; cat "$work/error"; exit 1; }

fail() {
  echo "failed: $*"
  tail -n 30 "$work"/*.log
  exit 1
}

# One run, however late its processes start: a worker that is alive for a day, on another machine.
keep_open() {
  mkdir -p "$1/.videopose/workers"
  echo '{"machine": "of the test", "since_ns": 1}' >"$1/.videopose/workers/test"
  touch -d '1 day' "$1/.videopose/workers/test"
}

# check RESULTS MOST_BEGUN LOGS...: each clip is there, exactly one process summed up, clips were
# begun no more often than that, and no claims are left.
check() {
  local results=$1 most_begun=$2 clip
  shift 2
  for clip in $(seq $clips); do
    [ -s "$results/${clip}_3d.mp4" ] || fail "$results/${clip}_3d.mp4 is not there"
  done
  [ "$(cat "$@" | grep -c "^$clips of $clips videos done")" = 1 ] ||
    fail "one process should say that all is done"
  [ "$(cat "$@" | grep -c "^\[[0-9]*/$clips\]")" -le "$most_begun" ] || fail "a clip was done twice"
  [ -z "$(ls "$results/.videopose/claims")" ] || fail "claims are left"
  cat "$@" | grep "^$clips of $clips videos done"
}

keep_open "$work/srun"
srun -N2 -n4 -o "$work/srun-%t.log" "$program" video "$work/clips" -o "$work/srun" --threads 1 ||
  fail srun
check "$work/srun" $clips "$work"/srun-*.log

# An array of four tasks. The first that has begun a clip is killed without warning, so that clip
# may be begun twice.
cat >"$work/array.sh" <<ARRAY
#!/bin/bash
#SBATCH --array=0-3 --ntasks=1 --cpus-per-task=1 --output=$work/array-%a.log
exec "$program" video "$work/clips" -o "$work/array" --threads 1
ARRAY
keep_open "$work/array"
job=$(sbatch --parsable "$work/array.sh")
a_clip_is_begun() { grep -q '^\[' "$work"/array-*.log; }
wait_for a_clip_is_begun
victim=$(grep -l '^\[' "$work"/array-*.log | head -n 1 | sed 's/.*array-\(.\).log/\1/')
scancel --signal=KILL --full "${job}_$victim"
job_is_over() { [ -z "$(squeue -h -j "$job" 2>&1 | grep -v Invalid)" ]; }
wait_for job_is_over
check "$work/array" $((clips + 1)) "$work"/array-*.log
