#!/usr/bin/env python3
"""Fails when a decision or a loaded policy costs more than limits.json says, in what no other machine changes.

Instructions, allocations and bytes are counted by valgrind's dhat in runs of threshold-count that differ in one number, so
that starting up cancels out: decisions by their number, loading by the number of keys and roles. Seconds are for `make bench`.

A limit is the measured figure and a tenth (0 stays 0). When a change lowers a figure by much, lower its limit in the same
commit; whoever raises one says in the commit what was bought with it.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

LIMITS = pathlib.Path(__file__).resolve().parent / "limits.json"
SEED = 1
FEW, MANY = 50, 200
DECISIONS = 2_000


def counted(programs, folder, size, decisions):
    """Instructions, allocations and bytes that are left at the end."""
    policies = f"{folder}/{size}"
    if not os.path.exists(policies):
        subprocess.run([f"{programs}/countersign-corpus", "--keys", str(size), "--roles", str(size),
                        "--seed", str(SEED), policies], check=True)
    output = f"{folder}/dhat"
    # Swift's hashes begin with a random number otherwise.
    run = subprocess.run(
        ["valgrind", "--tool=dhat", f"--dhat-out-file={output}", f"{programs}/threshold-count", str(size), str(SEED),
         f"{policies}/policies", str(decisions)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=600,
        env={**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1"})
    if run.returncode:
        sys.exit(f"threshold-count ended with {run.returncode}:\n{run.stdout}{run.stderr}")
    total = re.search(r"Total: +[\d,]+ bytes in ([\d,]+) blocks", run.stderr)
    left = re.search(r"At t-end: +([\d,]+) bytes", run.stderr)
    with open(output) as file:
        instructions = json.load(file)["te"]
    return instructions, *(int(match.group(1).replace(",", "")) for match in (total, left))


def measured(programs):
    with tempfile.TemporaryDirectory() as folder:
        few = counted(programs, folder, FEW, 0)
        deciding = counted(programs, folder, FEW, DECISIONS)
        many = counted(programs, folder, MANY, 0)
    # Of each key one, of each role one.
    policies = 2 * (MANY - FEW)
    return {
        "allocations per decision": (deciding[1] - few[1]) / DECISIONS,
        "instructions per decision": (deciding[0] - few[0]) / DECISIONS,
        "instructions per policy loaded": (many[0] - few[0]) / policies,
        "bytes per policy loaded": (many[2] - few[2]) / policies,
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True, help="where SwiftPM puts them")
    options = parser.parse_args()
    limits = json.loads(LIMITS.read_text())
    figures = measured(options.programs)
    exceeded = False
    for name, figure in figures.items():
        limit = limits[name]
        if figure > limit:
            exceeded = True
            print(f"{name}: {figure:,.2f} is more than the limit of {limit:,} in {os.path.relpath(LIMITS)}", file=sys.stderr)
        else:
            print(f"{name}: {figure:,.2f}, limit {limit:,}")
    sys.exit(1 if exceeded else 0)


if __name__ == "__main__":
    main()
