"""Records in the real journald: complete, separate for each account, unforgeable; and what happens when it fails."""

import collections
import contextlib
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import unittest

import grpc

from harness import build, journal, policies
from harness.daemon import Daemon

MACHINE = "journald"

messages = build.messages()
Code = grpc.StatusCode

# Longest that a required record is waited for, as the daemon has it by default, and what a busy machine may add.
DEADLINE = 1.0
SLACK = 1.5

CROSS_ACCOUNT = {policies.OWNER: "owner", policies.CALLER: "caller"}
SAME_ACCOUNT = {policies.OWNER: "both"}


def request(number):
    question, _ = policies.SEED_ANSWERS[number % len(policies.SEED_ANSWERS)]
    principal, operation, resource = question
    return messages.CheckRequest(principal=principal, operation=operation, resource=resource, request_id=str(number))


def expectation(number):
    (principal, *_), (decision, reason) = policies.SEED_ANSWERS[number % len(policies.SEED_ANSWERS)]
    return decision, reason, SAME_ACCOUNT if principal == policies.OWNER_ROLE else CROSS_ACCOUNT


class Journal(unittest.TestCase):
    audit = "required"

    def setUp(self):
        directory = self.enterContext(tempfile.TemporaryDirectory())
        self.daemon = self.enterContext(Daemon(policies.write(directory, policies.seed()), self.audit))
        self.stub = self.daemon.stub()

    def status(self):
        return self.stub.GetStatus(messages.GetStatusRequest(), timeout=10)

    def records(self):
        return list(journal.records(self.status().audit.start_id))

    def check(self, number=0, **options):
        return self.stub.Check(request(number), **{"timeout": 30, **options})

    def wait_until_recorded(self, seconds=10):
        """Asks until an answer comes; returns how long that took."""
        started = time.monotonic()
        while True:
            try:
                self.check()
                return time.monotonic() - started
            except grpc.RpcError as error:
                self.assertEqual(error.code(), Code.UNAVAILABLE)
                self.assertLess(time.monotonic() - started, seconds, error.details())
                time.sleep(0.05)


class Required(Journal):
    def test_100000_decisions(self):
        """100,000 mixed decisions: one entry for each involved account, in sequence, nothing of the other's in it."""
        total, size, in_flight = 100_000, 500, 8
        events = {}
        pending = collections.deque()

        def collect():
            first, call = pending.popleft()
            for number, result in enumerate(call.result().results, first):
                self.assertEqual(result.WhichOneof("result"), "response", result)
                events[result.response.event_id] = number, result.response.revision

        for first in range(0, total, size):
            batch = messages.CheckBatchRequest(requests=[request(number) for number in range(first, first + size)])
            pending.append((first, self.stub.CheckBatch.future(batch, timeout=120)))
            if len(pending) == in_flight:
                collect()
        while pending:
            collect()
        self.assertEqual(len(events), total)

        status = self.status().audit
        perspectives = collections.defaultdict(dict)
        sequence = 0
        own_ids = set()
        for entry in journal.records(status.start_id):
            sequence += 1
            self.assertEqual(int(entry["COUNTERSIGN_SEQUENCE"]), sequence)
            own_ids.add(entry["COUNTERSIGN_EVENT_ID"])
            self.check_entry(entry, *events[entry["COUNTERSIGN_SHARED_EVENT_ID"]])
            account = entry["COUNTERSIGN_ACCOUNT"]
            of_event = perspectives[entry["COUNTERSIGN_SHARED_EVENT_ID"]]
            self.assertNotIn(account, of_event)
            of_event[account] = entry["COUNTERSIGN_PERSPECTIVE"]
        for event, (number, _) in events.items():
            self.assertEqual(perspectives[event], expectation(number)[2])
        self.assertEqual(len(own_ids), sequence)
        self.assertEqual((status.written_entries, status.dropped_entries), (sequence, 0))

    def check_entry(self, entry, number, revision):
        decision, reason, _ = expectation(number)
        self.assertEqual(entry["COUNTERSIGN_DECISION"], decision.lower())
        self.assertEqual(entry["COUNTERSIGN_REASON"], reason)
        self.assertEqual(entry["COUNTERSIGN_REVISION"], revision)
        self.assertEqual(entry["COUNTERSIGN_REQUEST_ID"], str(number))
        self.assertEqual(entry["PRIORITY"], "6" if decision == "ALLOW" else "5")
        self.assertEqual(entry["SYSLOG_IDENTIFIER"], "countersignd")
        account, perspective = entry["COUNTERSIGN_ACCOUNT"], entry["COUNTERSIGN_PERSPECTIVE"]
        other = {"owner": policies.CALLER, "caller": policies.OWNER, "both": policies.CALLER}[perspective]
        other_sid = policies.OWNER_SID if perspective == "caller" else policies.CALLER_SID
        for line in filter(None, entry.get("COUNTERSIGN_STATEMENTS", "").split("\n")):
            self.assertTrue(line.startswith(f"accounts/{account}/"), line)
        for name, value in entry.items():
            self.assertNotIn(f"accounts/{other}/", value, name)
            self.assertNotIn(other_sid, value, name)
        if perspective == "owner":
            self.assertNotIn("session", entry["COUNTERSIGN_PRINCIPAL"])

    def test_hostile_strings(self):
        """A newline, a NUL or an equals sign in what the client sends forges no field and no entry."""
        forged = "COUNTERSIGN_DECISION=allow"
        hostile = [
            f"x\n{forged}\n",
            f"x\n\n{forged}\nMESSAGE=forged\n\n",
            f"\n{forged}",
            f"COUNTERSIGN_DECISION\n{'y' * 8}allow\n",
            f"x\0\n{forged}\0",
            f"{forged}=\x1b[31m\u202e",
            "=" * 5000 + "\n" * 5000,
        ]
        principal, operation, resource = policies.SEED_ANSWERS[3][0]
        for text in hostile:
            with self.subTest(text=text[:30]):
                answer = self.stub.Check(
                    messages.CheckRequest(
                        principal=principal,
                        operation=operation,
                        resource=resource,
                        request_id=text,
                        grant_tokens=[text],
                        encryption_context={text: text},
                    ),
                    timeout=30,
                )
                self.assertEqual(answer.request_id, text)
                entries = list(journal.entries(f"COUNTERSIGN_SHARED_EVENT_ID={answer.event_id}"))
                self.assertEqual(len(entries), 2)
                for entry in entries:
                    self.assertEqual(entry["COUNTERSIGN_DECISION"], "deny")
                    self.assertEqual(as_text(entry["COUNTERSIGN_REQUEST_ID"]), text)
                    self.assertNotEqual(entry["MESSAGE"], "forged")
        records = self.records()
        self.assertEqual(len(records), 2 * len(hostile))
        self.assertEqual({entry["COUNTERSIGN_DECISION"] for entry in records}, {"deny"})

    def test_a_megabyte(self):
        """A name of 1 MB is recorded whole or the request is refused; it is never recorded in part."""
        text = "m\n=" * 350_000
        question = messages.CheckRequest(
            principal=policies.OTHER_ROLE, operation="kms:Decrypt", resource=policies.KEY, request_id=text
        )
        try:
            answer = self.stub.Check(question, timeout=30)
        except grpc.RpcError as error:
            self.assertIn(error.code(), {Code.INVALID_ARGUMENT, Code.RESOURCE_EXHAUSTED})
            self.assertEqual(self.records(), [])
            return
        entries = list(journal.entries(f"COUNTERSIGN_SHARED_EVENT_ID={answer.event_id}"))
        self.assertEqual([as_text(entry["COUNTERSIGN_REQUEST_ID"]) == text for entry in entries], [True, True])
        self.assertEqual({entry["COUNTERSIGN_DECISION"] for entry in entries}, {"deny"})

    def test_stalled(self):
        """journald stalls: each answer is UNAVAILABLE within the daemon's deadline; when it resumes, answers come."""
        self.check()
        with journal.stalled():
            # The socket's queue takes a few hundred before anyone has to wait.
            codes = collections.Counter(call.code() for call in [
                self.stub.Check.future(request(number), timeout=30) for number in range(1000)
            ])
            self.assertLessEqual(set(codes), {Code.OK, Code.UNAVAILABLE})
            for number in range(3):
                started = time.monotonic()
                with self.assertRaises(grpc.RpcError) as raised:
                    self.check(number)
                self.assertEqual(raised.exception.code(), Code.UNAVAILABLE)
                self.assertLess(time.monotonic() - started, DEADLINE + SLACK)
            # What needs no record is answered all the same.
            self.assertFalse(self.status().audit.reachable)
        self.assertLess(self.wait_until_recorded(), 5)
        status = self.status().audit
        self.assertTrue(status.reachable)
        self.assertGreater(status.dropped_entries, 0)
        self.assertEqual(len(self.records()), status.written_entries)

    def test_answers_have_their_entries_after_a_stall(self):
        """While journald stalls and resumes again and again, no answer is without its entries."""
        answered = set()
        for _ in range(5):
            with journal.stalled():
                calls = [self.stub.Check.future(request(number), timeout=30) for number in range(300)]
                time.sleep(0.3)
            for call in calls:
                if call.code() == Code.OK:
                    answered.add(call.result().event_id)
        self.assertGreater(len(answered), 0)
        recorded = {entry["COUNTERSIGN_SHARED_EVENT_ID"] for entry in self.records()}
        self.assertLessEqual(answered, recorded)

    def test_stopped(self):
        """journald is gone: UNAVAILABLE within the deadline, and answers again by themselves when it is back."""
        self.check()
        with stopped_journald():
            for number in range(3):
                started = time.monotonic()
                with self.assertRaises(grpc.RpcError) as raised:
                    self.check(number)
                self.assertEqual(raised.exception.code(), Code.UNAVAILABLE)
                self.assertLess(time.monotonic() - started, DEADLINE + SLACK)
            # libsystemd's writer would report success with the socket missing.
            os.unlink("/run/systemd/journal/socket")
            with self.assertRaises(grpc.RpcError) as raised:
                self.check()
            self.assertEqual(raised.exception.code(), Code.UNAVAILABLE)
        self.assertLess(self.wait_until_recorded(), 5)

    def test_neighbours_of_batches(self):
        """Beside clients that send batch after batch a lone question is recorded and answered."""
        batch = messages.CheckBatchRequest(requests=[request(number) for number in range(1000)]).SerializeToString()
        floods = []
        for _ in range(2):
            call = self.daemon.channel().unary_unary(f"/{build.SERVICE}/CheckBatch")
            floods += [call.future(batch, timeout=30) for _ in range(40)]
        neighbours = [self.daemon.stub() for _ in range(4)]
        asked = 0
        while asked < 10 or not all(flood.done() for flood in floods):
            for stub in neighbours:
                stub.Check(request(asked), timeout=10)
            asked += 1
        for flood in floods:
            # What waits is bounded; who is let in is answered in full.
            self.assertIn(flood.code(), (Code.OK, Code.RESOURCE_EXHAUSTED))
            if flood.code() == Code.OK:
                results = messages.CheckBatchResponse.FromString(flood.result()).results
                self.assertEqual({result.WhichOneof("result") for result in results}, {"response"})

    def test_lone_questions_and_a_flood(self):
        """Lone questions, before, beside and after a flood on another connection: one sequence, each answer's entries in it."""
        flood_channel = self.daemon.stub()
        lone = [self.daemon.stub() for _ in range(4)]
        answered = {}

        def ask(times):
            for number in range(times):
                for stub in lone:
                    answered[stub.Check(request(number), timeout=30).event_id] = number

        ask(100)
        flood = []
        for round in range(10):
            flood += [(number, flood_channel.Check.future(request(number), timeout=30)) for number in range(300)]
            ask(20)
        for number, call in flood:
            answered[call.result().event_id] = number
        ask(100)

        self.assertEqual(len(answered), len(lone) * 400 + len(flood))
        records = self.records()
        self.assertEqual([int(entry["COUNTERSIGN_SEQUENCE"]) for entry in records], list(range(1, len(records) + 1)))
        perspectives = collections.defaultdict(dict)
        for entry in records:
            of_event = perspectives[entry["COUNTERSIGN_SHARED_EVENT_ID"]]
            self.assertNotIn(entry["COUNTERSIGN_ACCOUNT"], of_event)
            of_event[entry["COUNTERSIGN_ACCOUNT"]] = entry["COUNTERSIGN_PERSPECTIVE"]
        self.assertEqual(perspectives, {event: expectation(number)[2] for event, number in answered.items()})
        status = self.status().audit
        self.assertEqual((status.written_entries, status.dropped_entries), (len(records), 0))


class BestEffort(Journal):
    audit = "best-effort"

    def test_stalled(self):
        """journald stalls: answers keep coming, and what was not recorded is counted exactly."""
        self.check()
        with journal.stalled():
            started = time.monotonic()
            slowest = 0
            for number in range(1, 3001):
                before = time.monotonic()
                self.check(number, timeout=5)
                slowest = max(slowest, time.monotonic() - before)
            self.assertLess(slowest, 1)
            # Past the deadline what waits is given up.
            time.sleep(max(0, DEADLINE + SLACK - (time.monotonic() - started)))
            dropped = self.status().audit.dropped_entries
            self.assertGreater(dropped, 0)
        self.settle(dropped)

    def test_stopped(self):
        self.check()
        with stopped_journald():
            for number in range(1, 201):
                self.check(number, timeout=5)
            time.sleep(DEADLINE + SLACK)
            dropped = self.status().audit.dropped_entries
            entries = sum(len(expectation(number)[2]) for number in range(1, 201))
            self.assertEqual(dropped, entries)
        self.settle(dropped)

    def settle(self, dropped):
        """journald is back: entries tell how many are missing; journal, counts and sequence agree to the last one."""
        time.sleep(0.5)
        answer = self.check()
        journal.synchronize()
        time.sleep(0.2)
        status = self.status().audit
        self.assertTrue(status.reachable)
        records = self.records()
        self.assertEqual(status.dropped_entries, dropped)
        self.assertEqual(len(records), status.written_entries)
        self.assertEqual(int(records[-1]["COUNTERSIGN_SEQUENCE"]), status.written_entries + dropped)
        self.assertEqual(records[-1]["COUNTERSIGN_SHARED_EVENT_ID"], answer.event_id)
        told = sum(int(entry.get("COUNTERSIGN_DROPPED", 0)) for entry in records)
        self.assertEqual(told, dropped)


def as_text(value):
    """Control bytes make journalctl print a field as an array of bytes."""
    return value.decode() if isinstance(value, bytes) else value


@contextlib.contextmanager
def stopped_journald():
    """No journald runs during the body; its socket's file stays, with nobody behind it."""
    journal.synchronize()
    pid = journal.journald_pid()
    # Its parent, with_journald.sh, would start it again at once.
    (parent,) = re.findall(r"^PPid:\s*(\d+)$", pathlib.Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    os.kill(int(parent), signal.SIGSTOP)
    os.kill(pid, signal.SIGTERM)
    try:
        while pathlib.Path(f"/proc/{pid}/cmdline").read_bytes():
            time.sleep(0.01)
        yield
    finally:
        os.kill(int(parent), signal.SIGCONT)
        deadline = time.monotonic() + 10
        while subprocess.run(["journalctl", "--sync"], capture_output=True).returncode != 0:
            if time.monotonic() > deadline:
                raise RuntimeError("journald did not come back")
            time.sleep(0.02)


if __name__ == "__main__":
    unittest.main()
