#!/usr/bin/env python3
"""CPU and latency of the server, by h2load over the Unix socket, beside a constant-answer handler on the same stack.

    server.py --daemon countersignd --constant constant-answer [--rounds 3] [--json FILE]

Both servers run in every round, one after the other, so that a ratio compares like with like: these machines are noisy,
and one number from one run says little. Audit is best-effort with no journald in reach, so that the figure is the
server's own. h2load checks HTTP statuses only; that the answers are right is for the tests. CPU is utime + stime of the
server over all requests of a round, in steps of 10 ms.
"""
import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

PRINCIPAL = "arn:aws:iam::444455556666:role/ExampleRole"
KEY = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
# connections, streams on each, requests
LOADS = [(1, 1, 10_000), (8, 1, 40_000), (8, 32, 200_000)]
HERE = os.path.dirname(os.path.abspath(__file__))


def field(number, text):
    """A protobuf string field shorter than 128 bytes."""
    data = text.encode()
    assert len(data) < 128
    return bytes([number << 3 | 2, len(data)]) + data


def request_body():
    message = field(1, PRINCIPAL) + field(2, "kms:Decrypt") + field(3, KEY)
    return b"\0" + len(message).to_bytes(4, "big") + message


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        values = stat.read().rpartition(")")[2].split()
    return (int(values[11]) + int(values[12])) / os.sysconf("SC_CLK_TCK")


def resident_megabytes(pid):
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS")


def started(command, socket):
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    for _ in range(500):
        if os.path.exists(socket):
            return server
        if server.poll() is not None:
            sys.exit(f"{command[0]} ended with {server.returncode}")
        time.sleep(0.02)
    server.kill()
    sys.exit(f"{command[0]} did not listen")


def load(socket, body, connections, streams, requests, log=None):
    command = ["h2load", "-B", f"unix:{socket}", "-d", body, "-c", str(connections), "-m", str(streams),
               "-n", str(requests), "-t", "1", "-H", "content-type: application/grpc", "-H", "te: trailers",
               "http://localhost/countersign.v1.AuthorizationService/Check"]
    if log:
        command.insert(1, f"--log-file={log}")
    begin = time.monotonic()
    output = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout
    seconds = time.monotonic() - begin
    if f"{requests} succeeded, 0 failed" not in output:
        sys.exit(f"h2load:\n{output}")
    return seconds


def measure(name, command, socket, folder, body):
    server = started(command, socket)
    try:
        rows = []
        for connections, streams, requests in LOADS:
            load(socket, body, connections, streams, requests // 10)
            log = os.path.join(folder, "log")
            if os.path.exists(log):
                os.remove(log)
            before = cpu_seconds(server.pid)
            load(socket, body, connections, streams, requests, log)
            cpu = (cpu_seconds(server.pid) - before) / requests * 1e6
            starts, times = [], []
            with open(log) as lines:
                for line in lines:
                    start, status, duration = line.split("\t")
                    assert status == "200", line
                    starts.append(int(start))
                    times.append(int(duration))
            span = (max(s + t for s, t in zip(starts, times)) - min(starts)) / 1e6
            times.sort()
            rows.append({"server": name, "load": f"{connections}x{streams}", "requests/s": requests / span,
                         "p50 µs": times[len(times) // 2], "p99 µs": times[len(times) * 99 // 100],
                         "CPU µs/request": cpu, "RSS MB": resident_megabytes(server.pid)})
        return rows
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=10)
        if os.path.exists(socket):
            os.remove(socket)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--daemon", required=True)
    parser.add_argument("--constant", required=True)
    parser.add_argument("--policies", default=os.path.join(HERE, "../examples/policies"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        body = os.path.join(folder, "body")
        with open(body, "wb") as file:
            file.write(request_body())
        for _ in range(options.rounds):
            for name, command in (
                ("constant", [options.constant, os.path.join(folder, "constant.sock")]),
                ("countersignd", [options.daemon, "--policies", options.policies, "--audit", "best-effort",
                                  "--socket", os.path.join(folder, "countersignd.sock")]),
            ):
                rows += measure(name, command, os.path.join(folder, f"{name}.sock"), folder, body)

    figures = ["requests/s", "p50 µs", "p99 µs", "CPU µs/request", "RSS MB"]
    print(f"{'load':6} {'server':14}" + "".join(f"{figure:>26}" for figure in figures))
    summary = {}
    for connections, streams, _ in LOADS:
        name = f"{connections}x{streams}"
        for server in ("constant", "countersignd"):
            line = f"{name:6} {server:14}"
            for figure in figures:
                values = [row[figure] for row in rows if row["load"] == name and row["server"] == server]
                middle = statistics.median(values)
                summary[name, server, figure] = middle
                digits = 1 if figure in ("CPU µs/request", "RSS MB") else 0
                line += f"{middle:10.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})".rjust(26)
            print(line)
        ratios = ", ".join(f"{figure} {summary[name, 'countersignd', figure] / summary[name, 'constant', figure]:.2f}"
                           for figure in figures if summary[name, "constant", figure])
        print(f"{name:6} countersignd : constant = {ratios}")
    if options.json:
        with open(options.json, "w") as file:
            json.dump(rows, file, indent=1)


if __name__ == "__main__":
    main()
