#!/usr/bin/env python3
"""What the record of a decision costs while it is required, beside a bare C sender into the same journald.

    with_journald.sh -- journal.py --bin DIRECTORY --sender bare_sender [--rounds 5]

Throughput: h2load keeps 8 x 32 cross-account questions open, each of which has two entries; the yardstick is what a C
program that does nothing else gets into the same journald. All run in every round, one after the other, and the ratio is
that of one round. The daemon's own count says that every answer's entries were accepted.

Latency: one question at a time, audit required, beside a daemon of the same build that has no journald (best-effort).

People read standard error; standard output has one JSON object for each figure. Needs root, for a mount of its own.
"""
import argparse
import contextlib
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time

PRINCIPAL = "arn:aws:iam::444455556666:role/ExampleRole"
KEY = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
METHOD = "http://localhost/countersign.v1.AuthorizationService/Check"
HERE = pathlib.Path(__file__).resolve().parent
# Hides journald from a daemon, and from nobody else.
WITHOUT_JOURNALD = ["unshare", "--mount", "--propagation", "private", "sh", "-c",
                    'mount -t tmpfs tmpfs /run/systemd/journal && exec "$@"', "sh"]


def field(number, text):
    """A protobuf string field shorter than 128 bytes."""
    data = text.encode()
    assert len(data) < 128
    return bytes([number << 3 | 2, len(data)]) + data


def cpu_seconds(pid):
    values = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(values[11]) + int(values[12])) / os.sysconf("SC_CLK_TCK")


class Daemon:
    def __init__(self, programs, folder, name, arguments, wrapper=()):
        self.programs = programs
        self.socket = f"{folder}/{name}.sock"
        self.folder = folder
        self.command = [*wrapper, f"{programs}/countersignd", "--policies", str(HERE.parents[1] / "examples/policies"),
                        "--socket", self.socket, *arguments]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
        while not os.path.exists(self.socket):
            if self.process.poll() is not None:
                sys.exit(f"countersignd ended with {self.process.returncode}")
            time.sleep(0.02)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=20)

    def status(self):
        output = subprocess.run([f"{self.programs}/countersign", "status", "--format", "json", "--socket", self.socket],
                                check=True, capture_output=True, text=True).stdout
        return json.loads(output)

    def load(self, connections, streams, requests):
        """Answers seconds and the sorted times of the requests in µs."""
        log = f"{self.folder}/log"
        with contextlib.suppress(FileNotFoundError):
            os.remove(log)
        output = subprocess.run(
            ["h2load", f"--log-file={log}", "-B", f"unix:{self.socket}", "-d", f"{self.folder}/question", "-t", "1",
             "-c", str(connections), "-m", str(streams), "-n", str(requests), "-H", "content-type: application/grpc",
             "-H", "te: trailers", METHOD], check=True, capture_output=True, text=True, timeout=120).stdout
        if f"{requests} succeeded, 0 failed" not in output:
            sys.exit(f"h2load:\n{output}")
        rows = [line.split("\t") for line in pathlib.Path(log).read_text().splitlines()]
        starts, times = [int(row[0]) for row in rows], [int(row[2]) for row in rows]
        span = max(start + duration for start, duration in zip(starts, times)) - min(starts)
        return span / 1e6, sorted(times)


def audit(daemon):
    audit = daemon.status()["audit"]
    return int(audit.get("writtenEntries", 0)), int(audit.get("droppedEntries", 0))


def throughput(daemon, decisions):
    """Entries per second, and the daemon's CPU in µs for a decision."""
    daemon.load(8, 32, decisions // 10)
    before, cpu = audit(daemon), cpu_seconds(daemon.process.pid)
    seconds, _ = daemon.load(8, 32, decisions)
    cpu = cpu_seconds(daemon.process.pid) - cpu
    written, dropped = (after - earlier for after, earlier in zip(audit(daemon), before))
    if (written, dropped) != (2 * decisions, 0):
        sys.exit(f"{decisions} decisions have {written} entries written and {dropped} dropped")
    return 2 * decisions / seconds, cpu / decisions * 1e6


def settle():
    """The journal is synchronous with its senders again, and does not grow without end."""
    subprocess.run(["journalctl", "--rotate", "--vacuum-size=64M"], check=True, capture_output=True)


def figure(name, unit, values, yardstick=None, yardstick_values=None, target=None):
    row = {"figure": name, "unit": unit, "median": round(statistics.median(values), 1),
           "spread": [round(min(values), 1), round(max(values), 1)], "rounds": len(values), "yardstick": yardstick}
    text = f"{name:32} {row['median']:>10} {unit:10} ({row['spread'][0]}-{row['spread'][1]})"
    if yardstick:
        ratios = [value / other for value, other in zip(values, yardstick_values)]
        row["yardstick_median"] = round(statistics.median(yardstick_values), 1)
        row["ratio"] = round(statistics.median(ratios), 3)
        text += f"; {yardstick}: {row['yardstick_median']}, ratio {row['ratio']} ({min(ratios):.2f}-{max(ratios):.2f})"
    if target:
        bound = float(target.split()[1])
        row["target"], row["met"] = target, row["ratio"] >= bound if target[0] == ">" else row["ratio"] <= bound
        text += f", target {target}: {'met' if row['met'] else 'NOT met'}"
    print(text, file=sys.stderr)
    print(json.dumps(row), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, help="where countersignd and countersign are")
    parser.add_argument("--sender", required=True, help="the compiled bare_sender.c")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--decisions", type=int, default=20_000, help="in one measurement of throughput")
    parser.add_argument("--questions", type=int, default=3_000, help="in one measurement of latency")
    options = parser.parse_args()
    message = field(1, PRINCIPAL) + field(2, "kms:Decrypt") + field(3, KEY)
    entries = 2 * options.decisions
    rows = {name: [] for name in ("entries", "cpu", "sendmmsg", "sendmsg", "required p50", "off p50", "required p99",
                                  "off p99")}
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "question").write_bytes(b"\0" + len(message).to_bytes(4, "big") + message)
        with Daemon(options.bin, folder, "required", ["--audit", "required"]) as required, \
                Daemon(options.bin, folder, "off", ["--audit", "best-effort"], WITHOUT_JOURNALD) as off:
            for _ in range(options.rounds):
                for sender in ("sendmmsg", "sendmsg"):
                    settle()
                    rows[sender].append(float(subprocess.run(
                        [options.sender, sender, str(entries)], check=True, capture_output=True, text=True).stdout))
                settle()
                rate, cpu = throughput(required, options.decisions)
                rows["entries"].append(rate)
                rows["cpu"].append(cpu)
                settle()
                for name, daemon in (("required", required), ("off", off)):
                    daemon.load(1, 1, options.questions // 10)
                    _, times = daemon.load(1, 1, options.questions)
                    rows[f"{name} p50"].append(times[len(times) // 2])
                    rows[f"{name} p99"].append(times[len(times) * 99 // 100])
    best = [max(pair) for pair in zip(rows["sendmmsg"], rows["sendmsg"])]
    figure("journal/bare-sendmmsg", "entries/s", rows["sendmmsg"])
    figure("journal/bare-sendmsg", "entries/s", rows["sendmsg"])
    figure("journal/required-entries", "entries/s", rows["entries"], "bare C sender", best, ">= 0.8")
    figure("journal/required-cpu", "us/decision", rows["cpu"])
    figure("journal/required-lone-p50", "us", rows["required p50"], "audit off", rows["off p50"], "<= 2")
    figure("journal/required-lone-p99", "us", rows["required p99"], "audit off", rows["off p99"])


if __name__ == "__main__":
    main()
