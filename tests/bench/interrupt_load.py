#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long a program takes to end after Ctrl+C while it loads a model of gigabytes.

Starts the command again and again and interrupts it when it holds a tenth, three tenths … of the model's bytes.
Printed for each: milliseconds from the signal to the end of the process and to the end of its output, whichever is
later, and its exit code. Fails when one takes longer than --limit or does not end with 130.

  tests/bench/interrupt_load.py --bytes 4.1e9 -- lapilli bench --shape llava-7b --type q4_k_m
  lapilli bench --shape llava-7b --type q4_k_m --save 7b.gguf
  tests/bench/interrupt_load.py --bytes 4.1e9 -- lapilli bench --model 7b.gguf
"""
import argparse
import os
import signal
import statistics
import subprocess
import sys
import time

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def held_bytes(pid):
    try:
        with open(f"/proc/{pid}/statm") as file:
            return int(file.read().split()[1]) * PAGE_BYTES
    except (FileNotFoundError, ProcessLookupError):
        return 0


def wait_until_gone(program):
    """The memory may be given back by another process after the end."""
    def runs(pid):
        try:
            return os.readlink(f"/proc/{pid}/exe") == program
        except OSError:
            return False
    while any(runs(pid) for pid in os.listdir("/proc") if pid.isdigit()):
        time.sleep(0.05)


def interrupted(command, wanted_bytes):
    """(milliseconds, exit code, bytes held when the signal was sent)"""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    program = os.readlink(f"/proc/{process.pid}/exe")
    os.set_blocking(process.stdout.fileno(), False)
    while (held := held_bytes(process.pid)) < wanted_bytes:
        process.stdout.read()
        if process.poll() is not None:
            sys.exit(f"ended with {process.returncode} at {held:.3g} of {wanted_bytes:.3g} bytes: lower --bytes")
        time.sleep(0.002)
    begin = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.wait()
    os.set_blocking(process.stdout.fileno(), True)
    process.stdout.read()
    milliseconds = 1e3 * (time.monotonic() - begin)
    wait_until_gone(program)
    return milliseconds, process.returncode, held


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bytes", type=float, required=True, help="what the program holds once the model is loaded")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=float, default=200, help="milliseconds")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    times, codes = [], set()
    for _ in range(options.rounds):
        for tenths in (1, 3, 5, 7, 9):
            milliseconds, code, held = interrupted(options.command, options.bytes * tenths / 10)
            print(f"{held / 1e9:.2f} GB held: {milliseconds:.0f} ms, exit code {code}", flush=True)
            times.append(milliseconds)
            codes.add(code)
    print(f"median {statistics.median(times):.0f} ms, longest {max(times):.0f} ms of {len(times)}")
    if max(times) > options.limit or codes != {130}:
        sys.exit(f"expected at most {options.limit:.0f} ms and code 130")


if __name__ == "__main__":
    main()
