# SPDX-License-Identifier: Apache-2.0
# To be sourced: a Slurm of this user's own on this machine, in the folder $slurm. One controller
# and two nodes on loopback, with ports that nothing else uses; it ends with the shell.
#
#   start_slurm    ends the script with exit code 77 (skipped) where Slurm is not installed

skip() {
  echo "skipped: $*"
  exit 77
}

# $1 ports in a row that are free.
free_ports() {
  python3 - "$1" <<'PYTHON'
import random, socket, sys
while True:
    first = random.randrange(20000, 32000)
    held = []
    try:
        for port in range(first, first + int(sys.argv[1])):
            held.append(socket.socket())
            held[-1].bind(("127.0.0.1", port))
        print(first)
        break
    except OSError:
        pass
PYTHON
}

# Calls "$@" until it succeeds.
wait_for() {
  local tries
  for tries in $(seq 300); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.2
  done
  echo "never came true: $*"
  tail -n 20 "$slurm"/*.log
  exit 1
}

stop_slurm() {
  local file
  for file in "$slurm"/*.pid; do
    [ -e "$file" ] && kill "$(cat "$file")" 2>/dev/null
  done
  rm -rf "$slurm" 2>/dev/null || { sleep 1 && rm -rf "$slurm"; }  # they write until they end
}

nodes_are_idle() { [ "$(sinfo -h -o '%T %D')" = 'idle 2' ]; }

start_slurm() {
  local program
  for program in slurmctld slurmd srun sbatch scancel munged; do
    PATH=$PATH:/usr/sbin command -v $program >/dev/null ||
      skip "$program is not installed (Debian: slurm-wlm, munge)"
  done
  PATH=$PATH:/usr/sbin
  slurm=$(mktemp -d)
  chmod 755 "$slurm"
  trap stop_slurm EXIT
  local port
  port=$(free_ports 3)
  head -c 1024 /dev/urandom >"$slurm/munge.key"
  chmod 600 "$slurm/munge.key"
  munged --force --socket="$slurm/munge.socket" --key-file="$slurm/munge.key" \
    --pid-file="$slurm/munged.pid" --log-file="$slurm/munged.log" --seed-file="$slurm/munge.seed"
  mkdir "$slurm/state"
  cat >"$slurm/slurm.conf" <<CONFIG
ClusterName=videopose
SlurmctldHost=localhost
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$slurm/munge.socket
CredType=cred/munge
SlurmctldPort=$port
SlurmctldPidFile=$slurm/slurmctld.pid
SlurmctldLogFile=$slurm/slurmctld.log
SlurmdPidFile=$slurm/slurmd-%n.pid
SlurmdLogFile=$slurm/slurmd-%n.log
SlurmdSpoolDir=$slurm/spool-%n
StateSaveLocation=$slurm/state
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SchedulerType=sched/builtin
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
ReturnToService=2
SlurmdParameters=config_overrides
NodeName=node1 NodeHostname=localhost NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=2
NodeName=node2 NodeHostname=localhost NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=2
PartitionName=all Nodes=ALL Default=YES State=UP MaxTime=INFINITE OverSubscribe=NO
CONFIG
  export SLURM_CONF=$slurm/slurm.conf
  slurmctld -f "$SLURM_CONF"
  slurmd -f "$SLURM_CONF" -N node1
  slurmd -f "$SLURM_CONF" -N node2
  wait_for nodes_are_idle
}
