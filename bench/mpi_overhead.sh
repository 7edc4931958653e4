#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# mpi_overhead.sh MPI_BENCH [PAIRS [WIDTHS CHANNELS BATCH STEPS]]: training steps of one process on
# two threads and of two processes on one thread each, in turn; the ratio of each pair, their median
# and their spread.
set -euo pipefail
bench=$1 pairs=${2:-10}
shift $(($# > 2 ? 2 : $#))
step() { "$@" | tee /dev/stderr | sed 's/.*step \([0-9.]*\) ms.*/\1/'; }
for _ in $(seq "$pairs"); do
  one=$(OMP_NUM_THREADS=2 step "$bench" "$@")
  two=$(OMP_NUM_THREADS=1 step mpirun --allow-run-as-root --oversubscribe --bind-to none -n 2 \
    "$bench" "$@")
  awk "BEGIN { print $two / $one }"
done | sort -n | awk '{ ratio[NR] = $1 }
  END { printf "two processes take %.3f of the time of one with two threads (%.3f to %.3f, %d pairs)\n",
    (ratio[int((NR + 1) / 2)] + ratio[int(NR / 2) + 1]) / 2, ratio[1], ratio[NR], NR }'
