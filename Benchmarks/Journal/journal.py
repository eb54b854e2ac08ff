#!/usr/bin/env python3
"""What the record of a decision costs while it is required, beside a bare C sender into the same journald.

`run` starts it inside with_journald.sh.

Throughput: 8 x 32 cross-account questions are open all the time, each of which has two entries; the yardstick is what a C
program that does nothing else gets into the same journald, the better of its two ways. All run in every round, one after
the other. The daemon's own count says that the entries of every answer were accepted, and none was dropped.

Latency: one question at a time, audit required, beside a daemon of the same build that has no journald and asks for none.

Hand-over: what recording takes on the thread that decides, from the program journal-hand-over.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness.figure import report  # noqa: E402
from harness.load import ask_all  # noqa: E402
from harness.one_question import KEY, PRINCIPAL, text  # noqa: E402
from harness.server import Server, countersignd  # noqa: E402

POLICIES = HERE.parents[1] / "examples/policies"
DECISIONS = 20_000
QUESTIONS = 3_000
ENTRIES_PER_DECISION = 2
ALLOW, ALLOWED = 1, 1


def question():
    """A corpus of one: the example's question, and that the answer is ALLOW because it is ALLOWED."""
    message = b"".join(bytes([number << 3 | 2]) + text(value)
                       for number, value in ((1, PRINCIPAL), (2, "kms:Decrypt"), (3, KEY)))
    return len(message).to_bytes(2, "little") + bytes([ALLOW, ALLOWED]) + message


def settle():
    """Has journald finish what it was sent, and keeps the journal from growing without end."""
    subprocess.run(["journalctl", "--rotate", "--vacuum-size=64M"], check=True, capture_output=True)


def bare(sender, way):
    settle()
    return float(subprocess.run([sender, way, str(ENTRIES_PER_DECISION * DECISIONS)],
                                check=True, capture_output=True, text=True).stdout)


def counted(programs, server):
    """Entries that were written and dropped, as the daemon counts them."""
    status = json.loads(subprocess.run(
        [f"{programs}/countersign", "status", "--format", "json", "--socket", server.socket],
        check=True, capture_output=True, text=True).stdout)["audit"]
    return int(status.get("writtenEntries", 0)), int(status.get("droppedEntries", 0))


def throughput(programs, server, folder):
    """Entries a second, and the daemon's CPU in µs for a decision."""
    settle()
    ask_all(programs, server, folder, 8, 32, DECISIONS // 10)
    before, cpu = counted(programs, server), server.cpu_seconds()
    seconds = ask_all(programs, server, folder, 8, 32, DECISIONS)["seconds"]
    cpu = server.cpu_seconds() - cpu
    written, dropped = (after - earlier for after, earlier in zip(counted(programs, server), before))
    if (written, dropped) != (ENTRIES_PER_DECISION * DECISIONS, 0):
        sys.exit(f"{DECISIONS} decisions have {written} entries written and {dropped} dropped")
    return written / seconds, cpu / DECISIONS * 1e6


def latency(programs, server, folder):
    ask_all(programs, server, folder, 1, 1, QUESTIONS // 10)
    result = ask_all(programs, server, folder, 1, 1, QUESTIONS)
    return result["p50_us"], result["p99_us"]


def hand_over(programs):
    """Nanoseconds for a decision, by what becomes of it."""
    return json.loads(subprocess.run([f"{programs}/journal-hand-over"], check=True, capture_output=True, text=True).stdout)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True, help="where SwiftPM puts them")
    parser.add_argument("--sender", required=True, help="the compiled bare_sender.c")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "questions").write_bytes(question())
        recording = f"{folder}/required.sock"
        command = [f"{options.programs}/countersignd", "--policies", str(POLICIES), "--socket", recording]
        with Server("required", command, recording) as required, \
                Server("off", countersignd(options.programs, POLICIES, f"{folder}/off.sock"), f"{folder}/off.sock") as off:
            for _ in range(options.rounds):
                row = {way: bare(options.sender, way) for way in ("sendmmsg", "sendmsg")}
                row["entries"], row["cpu"] = throughput(options.programs, required, folder)
                settle()
                row["p50"], row["p99"] = latency(options.programs, required, folder)
                row["off p50"], row["off p99"] = latency(options.programs, off, folder)
                row |= hand_over(options.programs)
                rows.append(row)

    def column(name):
        return [row[name] for row in rows]

    best = [max(row["sendmmsg"], row["sendmsg"]) for row in rows]
    report("journal/bare-sendmmsg", "1/s", column("sendmmsg"))
    report("journal/bare-sendmsg", "1/s", column("sendmsg"))
    # Half the sender's entries are as many decisions, and the daemon's decisions are half its entries.
    report("journal/required-entries", "1/s", column("entries"), "bare C sender", best, ">= 0.8")
    report("journal/required-cpu", "us", column("cpu"))
    report("journal/required-p50/1x1", "us", column("p50"), "audit off", column("off p50"), "<= 2")
    report("journal/required-p99/1x1", "us", column("p99"), "audit off", column("off p99"))
    report("journal/hand-over/no-journald", "ns", column("away"), target="<= 300")
    report("journal/hand-over/recorded", "ns", column("recorded"))


if __name__ == "__main__":
    main()
