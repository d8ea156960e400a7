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
# train_on RECIPE DATA…: what follows begins with what this one learned
train_on() {
  local recipe=$1 learned=$1/demo.gguf
  local data=("${@:2}")
  if [ ! -e "$recipe/mmproj-demo.gguf" ]; then
    "$program" train --recipe "$recipes/$recipe.json" --model "$model" "${data[@]/#/--data=}" \
      --output "$recipe/run" --log "$recipe/log.jsonl"
    "$program" export --model "$model" --checkpoint "$recipe/run" --format gguf --type f32 --output "$learned"
  fi
  model=$learned
}
train_on 1-map map.json
train_on 2-crowd-list crowd_list.json
train_on 3-list list.json
train_on 4-stage1 stage1.json
train_on 5-stage2 stage2.json list.json
train_on 6-drill drill.json
train_on 7-stage2-end drill.json stage2.json
train_on 8-background background.json
train_on 9-quiz quiz.json
train_on 10-end drill.json stage2.json quiz.json
train_on 11-captions stage2.json stage1.json stage1.json stage1.json stage1.json drill.json
train_on 12-find find.json
train_on 13-all drill.json drill.json find.json stage2.json stage1.json stage1.json
train_on 14-find-colors find.json
train_on 15-all drill.json drill.json find.json stage2.json stage1.json stage1.json background.json
train_on 16-last quiz.json drill.json stage2.json stage1.json stage1.json stage1.json stage1.json
train_on 17-all drill.json drill.json find.json quiz.json stage2.json stage1.json stage1.json stage1.json background.json
train_on 18-last quiz.json drill.json drill.json stage2.json stage1.json stage1.json stage1.json background.json

"$program" quantize "$model" demo.gguf --type f16
"$program" eval --model demo.gguf --data eval.jsonl
