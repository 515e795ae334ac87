#!/usr/bin/env bash
# All that is to be measured on a machine with a GPU, in eight minutes at most: the contract on the
# device, the jobs and products on it, and the same with PyTorch. Its lines of JSON go to a file.
#
#   bash tools/gpu_machine.sh results.jsonl              # in a copy of this repository, with Deno
#   RUN="bash packed/run" bash tools/gpu_machine.sh ...  # programs that were bundled before, by their names
#
# Without a network Deno needs the programs bundled: deno bundle -o packed/devices.js bench/devices.ts,
# and the same of tools/device_contract.ts.
set -uo pipefail
results="${1:-devices.jsonl}"
run() { # NAME ARGUMENT ...: one of the two programs
  local name="$1"
  shift
  if [ -n "${RUN:-}" ]; then
    $RUN "$name" "$@"
  elif [ "$name" = devices ]; then
    deno run -A bench/devices.ts "$@"
  else
    deno run -A "tools/$name.ts" "$@"
  fi
}
within() { # SECONDS COMMAND ...: what takes longer is told, and the rest goes on
  local seconds="$1" start="$SECONDS"
  shift
  "$@" &
  local job=$!
  while kill -0 "$job" 2>/dev/null; do
    if [ $((SECONDS - start)) -ge "$seconds" ]; then
      echo "STOPPED after $seconds s: $*" >&2
      kill "$job" 2>/dev/null
      break
    fi
    sleep 1
  done
  wait "$job" 2>/dev/null
}
nvidia-smi --query-gpu=name,driver_version --format=csv,noheader 2>/dev/null || echo "no nvidia-smi"
within 120 run device_contract webgpu
within 180 run devices --backend webgpu --products 512,1024,2048,4096 | tee "$results"
within 120 python3 "$(dirname "$0")/../bench/torch_device.py" cuda 512 1024 2048 4096 | tee -a "$results"
within 50 run devices --backend wasm --products 512,1024 | tee -a "$results"
