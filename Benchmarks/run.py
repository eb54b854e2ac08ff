#!/usr/bin/env python3
"""Runs the benchmarks, one group of figures after the other, and writes a table and one JSON file.

    run.py --programs .build/release --scratch .build/benchmarks [--rounds N] [GROUP...]

A group is a folder here with an executable `run`, which is given `--programs` (the release build), `--scratch` (for corpora
and for programs that SwiftPM does not build) and perhaps `--rounds`; it prints one JSON object a figure on standard output
(harness/figure.py says which) and what people want to know meanwhile on standard error. Missed targets are told, not
punished: what `make test` holds is in Tests/Thresholds.
"""
import argparse
import json
import pathlib
import platform
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from harness.figure import line  # noqa: E402


def run(group, options):
    command = [HERE / group / "run", "--programs", options.programs, "--scratch", options.scratch]
    if options.rounds:
        command += ["--rounds", str(options.rounds)]
    print(f"--- {group}", file=sys.stderr)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    figures = [json.loads(text) for text in done.stdout.splitlines()]
    if done.returncode:
        print(f"{group} ended with {done.returncode}", file=sys.stderr)
    return figures, done.returncode == 0


def main():
    groups = sorted(path.parent.name for path in HERE.glob("*/run"))
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True, type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--scratch", required=True, type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--rounds", type=int, help="for every group; each has a number of its own")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=" ".join(groups))
    options = parser.parse_args()
    for group in options.groups:
        if group not in groups:
            parser.error(f"no group {group}; there are {' '.join(groups)}")
    figures, complete = [], True
    for group in options.groups or groups:
        new, good = run(group, options)
        figures += new
        complete = complete and good
    result = options.scratch / "figures.json"
    result.write_text(json.dumps({"machine": platform.machine(), "system": platform.release(), "figures": figures},
                                 indent=1))
    print("\n" + "\n".join(line(figure) for figure in figures))
    targets = [figure["met"] for figure in figures if figure.get("target")]
    print(f"\n{sum(targets)} of {len(targets)} targets met; all figures in {result}")
    sys.exit(0 if complete else 1)


if __name__ == "__main__":
    main()
