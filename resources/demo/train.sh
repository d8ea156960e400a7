#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the demo model anew: draws its pictures, trains it from nothing by the recipes beside this script, and
# grades it. What is done already is not done twice: the same command goes on after an interruption.
#
#   resources/demo/train.sh build/release/app/cli/lapilli demo
set -euo pipefail
program=$(realpath "${1:?usage: train.sh PROGRAM FOLDER}")
recipes=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
mkdir -p "${2:?usage: train.sh PROGRAM FOLDER}"
cd "$2"

if [ ! -e start/mmproj-demo.gguf ]; then
  "$program" train --make-demo-data .
fi

model=start/demo.gguf
# train_on RECIPE DATA: what follows begins with what this one learned
train_on() {
  local learned=$1/demo.gguf
  if [ ! -e "$1/mmproj-demo.gguf" ]; then
    "$program" train --recipe "$recipes/$1.json" --model "$model" --data "$2" --output "$1/run" --log "$1/log.jsonl"
    "$program" export --model "$model" --checkpoint "$1/run" --format gguf --type f32 --output "$learned"
  fi
  model=$learned
}
train_on 1a-grid grid.json
train_on 1b-facts pretrain.json
train_on 2-stage1 stage1.json
train_on 3a-stage2 stage2.json
train_on 3b-stage2 stage2.json

"$program" quantize "$model" demo.gguf --type f16
"$program" eval --model demo.gguf --data eval.jsonl
