#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Speeds of lapilli and of llama.cpp's Vulkan back end in one run, each on the same machine and file.

The two take turns, so that what else the machine does meets both. Printed for every file: the medians, their spread
(lowest to highest of the rounds) and the ratio of the medians.

  lapilli bench --shape llama-110m --type q8_0 --save model.gguf
  tests/bench/side_by_side.py --ours "lapilli" --theirs "llama-bench" --rounds 5 model.gguf ...

--ours and --theirs may be whole commands with arguments in front, to choose a driver for each.
"""
import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys


def run(command, environment=None):
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env=dict(os.environ, **(environment or {})))
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)} failed with {result.returncode}:\n{result.stderr[-2000:]}")
    return result.stdout


def ours(command, model, options):
    arguments = ["bench", "--model", model, "--tg", str(options.decode), "--repetitions", "1", "--json", "--pp"]
    lines = run(command + arguments + [str(length) for length in options.prompt]).splitlines()
    report = json.loads([line for line in lines if line.startswith("{")][-1])
    return {m["name"]: m["per_second"] for m in report["measurements"]}


def theirs(command, model, options):
    lengths = ",".join(str(length) for length in options.prompt)
    output = run(command + ["-m", model, "-ngl", "99", "-p", lengths, "-n", str(options.decode), "-r", "1", "-o", "json"],
                 {"GGML_VK_VISIBLE_DEVICES": "0"})
    speeds = {}
    for entry in json.loads(output[output.index("["):]):
        name = f"prompt {entry['n_prompt']}" if entry["n_prompt"] else f"decode {entry['n_gen']}"
        speeds[name] = entry["avg_ts"]
    return speeds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", default="lapilli", type=shlex.split)
    parser.add_argument("--theirs", default="llama-bench", type=shlex.split)
    parser.add_argument("--rounds", default=5, type=int)
    parser.add_argument("--prompt", default=[128, 512], type=int, nargs="*")
    parser.add_argument("--decode", default=32, type=int)
    parser.add_argument("models", nargs="+")
    options = parser.parse_args()
    for model in options.models:
        measured = {"ours": {}, "theirs": {}}
        for _ in range(options.rounds):
            for side, measure in (("ours", ours), ("theirs", theirs)):
                for name, speed in measure(getattr(options, side), model, options).items():
                    measured[side].setdefault(name, []).append(speed)
        print(model)
        for name, speeds in measured["ours"].items():
            medians = {side: statistics.median(measured[side][name]) for side in measured}
            spans = {side: f"{min(measured[side][name]):.1f}-{max(measured[side][name]):.1f}" for side in measured}
            print(f"  {name:12} ours {medians['ours']:7.1f} ({spans['ours']})  "
                  f"llama.cpp {medians['theirs']:7.1f} ({spans['theirs']})  "
                  f"ratio {medians['ours'] / medians['theirs']:.2f}  of {len(speeds)} rounds", flush=True)


if __name__ == "__main__":
    main()
