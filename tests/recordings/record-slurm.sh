#!/usr/bin/env bash
# Records what Slurm says of a user's jobs, on a cluster of `make cluster`, as one of its users:
#
#     tests/recordings/record-slurm.sh tests/recordings/slurm-VERSION
#
# The separators are those of jupyterlab_hpc/tools/slurm_jobs_text.py.
set -uo pipefail
to=$(realpath "$1")
cd "$(mktemp -d)"
export LC_ALL=C TZ=UTC SLURM_TIME_FORMAT=standard
f=$'\x1f'
format=$'\x1e'"%i$f%F$f%K$f%T$f%r$f%P$f%a$f%q$f%C$f%m$f%b$f%D$f%V$f%S$f%e$f%L$f%l$f%j"
wait_for() { until squeue --me --states=all --noheader --format='%i %T' | grep -q "^$1 $2"; do sleep 0.2; done; }

done=$(sbatch --parsable --job-name=done --wrap true)
failed=$(sbatch --parsable --job-name='a b|c' --wrap 'exit 3')
wait_for "$done" COMPLETED
wait_for "$failed" FAILED
array=$(sbatch --parsable --job-name=array --array=1-20:2%1 --wrap 'sleep 60')
gpu=$(sbatch --parsable --job-name=gpu --gres=gpu:h100:1 -c 2 --mem=1G -t 5 --wrap 'sleep 60')
held=$(sbatch --parsable --hold --job-name="$(printf 'two\nlines')" --wrap true)
wait_for "${array}_1" RUNNING
wait_for "$gpu" RUNNING
squeue --me --states=all --noheader --format="$format" >"$to/squeue.txt"
width='JobArrayID:64 JobID:20 BatchHost:256 UserName:256 Name:256 WorkDir:1024 STDOUT:1024 STDERR:1024'
squeue --me --states=all --noheader --Format="$(printf "%s$f," $width | sed 's/,$//')"$'\x1e' >"$to/streams.txt"
scontrol show job -o "$failed" >"$to/failed.txt"
sinfo --noheader --format='%P|%a|%l|%L|%c|%m|%G|%D' >"$to/sinfo.txt"
{ echo '#!/bin/sh'; echo true; } | sbatch --test-only 2>"$to/test-only.txt"
scancel "$array" "$gpu" "$held"
refused() { # refused NAME OPTIONS...
    local name=$1; shift
    { echo '#!/bin/sh'; echo true; } | sbatch --parsable "$@" 2>"$to/refused-$name.txt"
}
refused partition -p nosuch
refused memory --mem=1000G
refused gpus --gres=gpu:5
refused gres --gres=fpga:1
refused time -t 2-0
refused cores -c 64
refused banana -t banana
echo 'no script' | sbatch --parsable 2>"$to/refused-script.txt"
scancel 999999 2>"$to/cancel-unknown.txt"
scontrol show job -o 999999 2>"$to/show-unknown.txt"
