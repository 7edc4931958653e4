#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tools/fuzz.sh MINUTES [TARGET...]: builds the preset `fuzz` and runs the targets, all of them or
# those named, one after another, with equal shares of the time. Inputs that reach new code are kept
# in build/fuzz/corpus, what breaks a promise in build/fuzz/findings; then the exit code is 1.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
minutes=${1:?expected a number of minutes, as in: tools/fuzz.sh 60}
shift
tools/setup.sh build test fuzz
cmake --preset fuzz
cmake --build --preset fuzz -j "${FUZZ_JOBS:-2}"
folder=build/fuzz
programs=("$folder/fuzz/fuzz_readers" "$folder/fuzz/fuzz_program")
export OMP_NUM_THREADS=1

declare -A program_of
targets=()
for program in "${programs[@]}"; do
  VIDEOPOSE_FUZZ_SEEDS=$folder/seeds "$program" >/dev/null
  while read -r target; do
    program_of[$target]=$program
    [ $# -gt 0 ] && [[ " $* " != *" $target "* ]] || targets+=("$target")
  done < <(VIDEOPOSE_FUZZ_LIST=1 "$program")
done
seconds=$((minutes * 60 / ${#targets[@]}))
mkdir -p "$folder/findings"

failed=0
for target in "${targets[@]}"; do
  corpus=$folder/corpus/$target log=$folder/$target.log
  mkdir -p "$corpus"
  options=(-max_total_time=$((seconds > 1 ? seconds : 1)) -timeout=10 -rss_limit_mb=1024
    -malloc_limit_mb=300 -max_len=8192 -print_final_stats=1 -verbosity=1
    "-artifact_prefix=$folder/findings/$target-")
  # These call libraries that crash on crafted files, which is why the program calls them in a child
  # process. What counts are findings in our own code.
  findings=.
  case "$target" in
    hdf5 | mat)
      options+=(-fork=1 -detect_leaks=0 -ignore_crashes=1 -ignore_timeouts=1
        -ignore_ooms=1)
      findings='^[^:]*: not kept|runtime error: .*videopose|#[0-2] 0x[0-9a-f]* in videopose::'
      ;;
  esac
  code=0
  VIDEOPOSE_FUZZ_TARGET=$target "${program_of[$target]}" "${options[@]}" "$corpus" \
    "$folder/seeds/$target" >"$log" 2>&1 || code=1
  [ "$findings" = . ] || { grep -qE "$findings" "$log" && code=1 || code=0; }
  if [ "$code" = 1 ]; then
    failed=1
    echo "$target: finding, see $log"
  fi
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p; s/^#\([0-9]*\): cov:.*/\1/p' "$log")
  printf '%-36s %9s executions\n' "$target" "$(tail -n 1 <<<"${runs:-?}")"
done
exit "$failed"
