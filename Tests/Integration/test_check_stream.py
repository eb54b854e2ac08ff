"""CheckStream as an ordinary gRPC client sees it: questions as they come, answers in any order by their request id."""

import os
import queue
import signal
import tempfile
import threading
import time
import unittest

import grpc

from harness import build, journal, policies, wire
from harness.daemon import Daemon

MACHINE = "journald"

messages = build.messages()
Code = grpc.StatusCode


def question(number, question):
    principal, operation, resource = question
    return messages.CheckRequest(
        principal=principal, operation=operation, resource=resource, request_id=f"question {number}"
    )


def names(response):
    """(decision, reason) without the prefixes that the proto gives them."""
    decision = messages.Decision.Name(response.decision).removeprefix("DECISION_")
    return decision, messages.Reason.Name(response.reason).removeprefix("REASON_")


GOOD, _ = policies.SEED_ANSWERS[0]


class CheckStream(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.policies = policies.write(directory, policies.seed())
        cls.daemon = cls.enterClassContext(Daemon(cls.policies))

    def setUp(self):
        self.channel = self.daemon.channel()
        self.stub = build.service().AuthorizationServiceStub(self.channel)

    def tearDown(self):
        self.channel.close()
        self.assertTrue(self.daemon.is_running(), self.daemon.log)

    def test_each_question_is_answered_once(self):
        """5,000 questions without a pause, some that cannot be judged: each has its own answer, and the stream ends."""
        expected = {}

        def questions():
            for number in range(5000):
                if number % 50 == 49:
                    bad = messages.CheckRequest(operation="kms:Decrypt", request_id=f"question {number}")
                    expected[bad.request_id] = Code.INVALID_ARGUMENT
                    yield bad
                    continue
                asked, answer = policies.SEED_ANSWERS[number % len(policies.SEED_ANSWERS)]
                expected[f"question {number}"] = answer
                yield question(number, asked)

        before = self.stub.GetStatus(messages.GetStatusRequest(), timeout=10).decisions
        events = set()
        for result in self.stub.CheckStream(questions(), timeout=60):
            if result.WhichOneof("result") == "error":
                wanted = expected.pop(result.error.request_id)
                self.assertEqual(result.error.code, wanted.value[0])
            else:
                self.assertEqual(names(result.response), expected.pop(result.response.request_id))
                events.add(result.response.event_id)
        self.assertEqual(expected, {})
        self.assertEqual(len(events), 4900)
        after = self.stub.GetStatus(messages.GetStatusRequest(), timeout=10).decisions
        self.assertEqual(after.failed - before.failed, 100)
        self.assertEqual(after.allowed + after.denied - before.allowed - before.denied, 4900)

    def test_answers_do_not_wait_for_the_next_question(self):
        """An answer comes as soon as it is known, and each is by the policies then in force."""
        file = self.policies / f"accounts/{policies.CALLER}/roles/ExampleRole/policies/Deny.json"
        asked = queue.SimpleQueue()
        answers = self.stub.CheckStream(iter(asked.get, None), timeout=60)
        try:
            asked.put(question(0, GOOD))
            first = next(answers).response
            self.assertEqual(names(first), ("ALLOW", "ALLOWED"))
            file.write_text('{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}')
            self.stub.Reload(messages.ReloadRequest(), timeout=10)
            asked.put(question(1, GOOD))
            second = next(answers).response
            self.assertEqual(names(second), ("DENY", "EXPLICIT_DENY_IDENTITY_POLICY"))
            self.assertNotEqual(first.revision, second.revision)
        finally:
            file.unlink()
            self.stub.Reload(messages.ReloadRequest(), timeout=10)
        asked.put(None)
        self.assertEqual(list(answers), [])
        entries = list(journal.entries(f"COUNTERSIGN_SHARED_EVENT_ID={second.event_id}"))
        self.assertEqual({entry["COUNTERSIGN_REVISION"] for entry in entries}, {second.revision})

    def test_garbage_ends_the_stream(self):
        stream = self.channel.stream_stream(f"/{build.SERVICE}/CheckStream")
        with self.assertRaises(grpc.RpcError) as raised:
            list(stream(iter([b"\xff\xff\xff\xff"]), timeout=10))
        self.assertEqual(raised.exception.code(), Code.INVALID_ARGUMENT)

    def test_no_questions(self):
        self.assertEqual(list(self.stub.CheckStream(iter([]), timeout=10)), [])

    def test_deadline_and_cancel(self):
        """Both end a stream whose client has more to ask, and the connection lives on."""
        asked = queue.SimpleQueue()
        for number in range(10):
            asked.put(question(number, GOOD))
        answers = self.stub.CheckStream(iter(asked.get, None), timeout=0.5)
        with self.assertRaises(grpc.RpcError) as raised:
            for _ in answers:
                pass
        self.assertEqual(raised.exception.code(), Code.DEADLINE_EXCEEDED)
        asked.put(None)

        asked = queue.SimpleQueue()
        asked.put(question(0, GOOD))
        answers = self.stub.CheckStream(iter(asked.get, None), timeout=60)
        self.assertEqual(names(next(answers).response), ("ALLOW", "ALLOWED"))
        answers.cancel()
        asked.put(None)
        self.assertEqual(names(self.stub.Check(question(1, GOOD), timeout=10)), ("ALLOW", "ALLOWED"))

    def test_journald_is_stalled(self):
        """Questions whose decisions cannot be recorded have an error for their answer; when they can, the stream goes on."""
        asked = queue.SimpleQueue()
        answers = self.stub.CheckStream(iter(asked.get, None), timeout=60)
        with journal.stalled():
            for number in range(3000):
                asked.put(question(number, GOOD))
            unavailable = 0
            seen = set()
            for _ in range(3000):
                result = next(answers)
                if result.WhichOneof("result") == "error":
                    self.assertEqual(result.error.code, Code.UNAVAILABLE.value[0])
                    seen.add(result.error.request_id)
                    unavailable += 1
                else:
                    seen.add(result.response.request_id)
                if unavailable == 300:
                    break
        while len(seen) < 3000:
            result = next(answers)
            seen.add(result.response.request_id or result.error.request_id)
        self.assertEqual(len(seen), 3000)
        asked.put(question(3000, GOOD))
        self.assertEqual(names(next(answers).response), ("ALLOW", "ALLOWED"))
        asked.put(None)
        self.assertEqual(list(answers), [])

    def test_reader_that_never_reads(self):
        """A client that asks and never reads the answers is taken no more from: the daemon holds little."""
        before = self.daemon.resident_bytes()
        body = question(0, GOOD).SerializeToString()
        with wire.Connection(self.daemon.socket, settings=[(4, 0)]) as connection:
            stream = connection.open_call(f"/{build.SERVICE}/CheckStream")
            # Its window, which is granted again as long as questions are taken.
            for _ in range(150):
                connection.send_message(stream, body, end=False)
                time.sleep(0.001)
            self.assertLess(self.daemon.resident_bytes() - before, 16 << 20)
        self.assertEqual(names(self.stub.Check(question(1, GOOD), timeout=10)), ("ALLOW", "ALLOWED"))


class Shutdown(unittest.TestCase):
    def test_streams_end(self):
        """SIGTERM: a stream without questions under way ends as unavailable, and the daemon does not wait for its client."""
        with tempfile.TemporaryDirectory() as directory:
            with Daemon(policies.write(directory, policies.seed())) as daemon:
                asked = queue.SimpleQueue()
                answers = daemon.stub().CheckStream(iter(asked.get, None), timeout=60)
                asked.put(question(0, GOOD))
                self.assertEqual(names(next(answers).response), ("ALLOW", "ALLOWED"))
                ended = []

                def wait():
                    try:
                        list(answers)
                    except grpc.RpcError as error:
                        ended.append(error.code())

                waiting = threading.Thread(target=wait)
                waiting.start()
                daemon.send_signal(signal.SIGTERM)
                started = time.monotonic()
                self.assertEqual(daemon.wait(), 0, daemon.log)
                # The drain's own limit is 4 seconds.
                self.assertLess(time.monotonic() - started, 3)
                waiting.join(10)
                asked.put(None)
                self.assertEqual(ended, [Code.UNAVAILABLE])
                self.assertFalse(os.path.exists(daemon.socket))

    def test_stream_opened_meanwhile(self):
        """A client that has not heard yet opens a stream while the daemon stops: it is ended like those before."""
        with tempfile.TemporaryDirectory() as directory:
            with Daemon(policies.write(directory, policies.seed())) as daemon:
                with wire.Connection(daemon.socket) as connection:
                    connection.receive_until(lambda frame: frame.type == wire.SETTINGS)
                    daemon.send_signal(signal.SIGTERM)
                    # The first notice lets in what was sent before it arrived, until its PING is answered.
                    connection.receive_until(lambda frame: frame.type == wire.GOAWAY)
                    stream = connection.open_call(f"/{build.SERVICE}/CheckStream")
                    fields, _ = connection.finish_call(stream, 3)
                    self.assertEqual(fields["grpc-status"], str(Code.UNAVAILABLE.value[0]))
                self.assertEqual(daemon.wait(), 0, daemon.log)


if __name__ == "__main__":
    unittest.main()
