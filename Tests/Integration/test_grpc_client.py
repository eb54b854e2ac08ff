"""The daemon as an ordinary gRPC client sees it: Python's grpcio on the Unix socket."""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import grpc
from google.protobuf import descriptor_pool
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from harness import build, journal, policies, wire
from harness.daemon import Daemon

MACHINE = "journald"

messages = build.messages()
health, health_stubs = build.health()
reflection, reflection_stubs = build.reflection()
Code = grpc.StatusCode


def request(principal, operation, resource, **more):
    return messages.CheckRequest(principal=principal, operation=operation, resource=resource, **more)


def names(response):
    """(decision, reason) without the prefixes that the proto gives them."""
    decision = messages.Decision.Name(response.decision).removeprefix("DECISION_")
    return decision, messages.Reason.Name(response.reason).removeprefix("REASON_")


GOOD = request(policies.EXAMPLE_ROLE, "kms:Decrypt", policies.KEY)


class GRPCClient(unittest.TestCase):
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

    def assert_status(self, code, call, *arguments, **options):
        with self.assertRaises(grpc.RpcError) as raised:
            call(*arguments, **{"timeout": 10, **options})
        self.assertEqual(raised.exception.code(), code, raised.exception.details())
        return raised.exception.details()

    def raw(self, method, service=build.SERVICE):
        """A method that takes and returns bytes."""
        return self.channel.unary_unary(f"/{service}/{method}")

    def test_4000_calls_400_in_flight(self):
        """4,000 calls with 400 in flight on one connection: each gets its own answer."""
        revision = self.stub.GetStatus(messages.GetStatusRequest(), timeout=10).revision
        room = threading.Semaphore(400)
        calls = []
        for number in range(4000):
            question, expected = policies.SEED_ANSWERS[number % len(policies.SEED_ANSWERS)]
            # Sizes that differ, so that answers of different calls interleave.
            padding = {"padding": "x" * (number * 7 % 3000)}
            room.acquire()
            call = self.stub.Check.future(
                request(*question, encryption_context=padding, request_id=f"call {number}"), timeout=60
            )
            call.add_done_callback(lambda _: room.release())
            calls.append((call, number, expected))
        events = set()
        for call, number, expected in calls:
            answer = call.result()
            self.assertEqual(answer.request_id, f"call {number}")
            self.assertEqual(names(answer), expected)
            self.assertEqual(answer.revision, revision)
            events.add(answer.event_id)
        self.assertEqual(len(events), 4000)

    def test_both_sides_are_told(self):
        answer = self.stub.Check(GOOD, timeout=10)
        self.assertEqual(answer.owner.account, policies.OWNER)
        self.assertEqual(answer.caller.account, policies.CALLER)
        (owner,), (caller,) = answer.owner.statements, answer.caller.statements
        self.assertEqual((owner.sid, owner.index), (policies.OWNER_SID, 1))
        self.assertEqual(owner.file, f"accounts/{policies.OWNER}/keys/{policies.REGION}/{policies.KEY_ID}/policy.json")
        self.assertEqual((caller.sid, caller.index), (policies.CALLER_SID, 0))
        self.assertEqual(caller.file, f"accounts/{policies.CALLER}/roles/ExampleRole/policies/UseKey.json")
        line = (self.policies / owner.file).read_text().splitlines()[owner.line - 1]
        self.assertIn("{", line)
        self.assertEqual(answer.key_arn, policies.KEY)

    def test_batch(self):
        """A batch is answered in its order; what cannot be judged has an error in its place."""
        requests = [request(*question, request_id=str(n)) for n, (question, _) in enumerate(policies.SEED_ANSWERS)]
        requests.insert(3, request("", "kms:Decrypt", policies.KEY, request_id="bad"))
        results = self.stub.CheckBatch(messages.CheckBatchRequest(requests=requests), timeout=10).results
        bad = results.pop(3)
        self.assertEqual(bad.error.code, Code.INVALID_ARGUMENT.value[0])
        self.assertEqual(bad.error.request_id, "bad")
        self.assertEqual([names(result.response) for result in results], [answer for _, answer in policies.SEED_ANSWERS])
        self.assertEqual([result.response.request_id for result in results], [str(n) for n in range(len(results))])
        self.assertEqual(len({result.response.revision for result in results}), 1)
        # All that is told of each is what Check tells.
        for (question, _), result in zip(policies.SEED_ANSWERS, results):
            alone = self.stub.Check(request(*question, request_id=result.response.request_id), timeout=10)
            alone.event_id = result.response.event_id
            self.assertEqual(result.response, alone)

    def test_batch_of_too_many(self):
        too_many = messages.CheckBatchRequest(requests=[GOOD] * 1001)
        self.assert_status(Code.INVALID_ARGUMENT, self.stub.CheckBatch, too_many)

    def test_deadlines_that_are_hardly_met(self):
        """Answered or told to be over, whichever came first, and the connection lives on."""
        codes = set()
        for number in range(500):
            call = self.stub.Check.future(GOOD, timeout=number / 500_000)
            codes.add(call.code())
        self.assertLessEqual(codes, {Code.OK, Code.DEADLINE_EXCEEDED})
        self.stub.Check(GOOD, timeout=10)

    def test_deadline_that_is_over(self):
        """A call that has no time left is told so by the daemon; the next one on the connection is answered."""
        with wire.Connection(self.daemon.socket) as connection:
            for _ in range(10):
                over, _ = connection.call(f"/{build.SERVICE}/Check", GOOD.SerializeToString(), ("grpc-timeout", "0n"))
                self.assertEqual(over["grpc-status"], str(Code.DEADLINE_EXCEEDED.value[0]))
                good, _ = connection.call(f"/{build.SERVICE}/Check", GOOD.SerializeToString(), ("grpc-timeout", "9S"))
                self.assertEqual(good["grpc-status"], str(Code.OK.value[0]))

    def test_deadline_while_journald_is_stalled(self):
        """The client's deadline ends a call that waits for its record, before the daemon gives the record up."""
        with journal.stalled():
            # The first entries still fit into the socket's queue; all of it is over before the daemon gives one up.
            batch = self.stub.CheckBatch.future(messages.CheckBatchRequest(requests=[GOOD] * 1000), timeout=0.3)
            time.sleep(0.15)
            calls = [self.stub.Check.future(GOOD, timeout=0.3) for _ in range(100)]
            # grpcio would end the call by itself; a client that leaves it to the daemon is told by it.
            with wire.Connection(self.daemon.socket) as connection:
                started = time.monotonic()
                fields, _ = connection.call(
                    f"/{build.SERVICE}/Check", GOOD.SerializeToString(), ("grpc-timeout", "200m")
                )
                elapsed = time.monotonic() - started
            codes = {call.code() for call in [batch, *calls]}
        self.assertEqual(codes, {Code.DEADLINE_EXCEEDED})
        self.assertEqual(fields["grpc-status"], str(Code.DEADLINE_EXCEEDED.value[0]))
        self.assertGreaterEqual(elapsed, 0.2)
        self.assertLess(elapsed, 0.9)
        self.wait_until_answered()

    def wait_until_answered(self, seconds=10):
        deadline = time.monotonic() + seconds
        while True:
            try:
                return self.stub.Check(GOOD, timeout=5)
            except grpc.RpcError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def test_800_cancels(self):
        """800 calls, each cancelled right after its start, followed by 800 that must not suffer."""
        for number in range(800):
            self.stub.Check.future(GOOD, timeout=10).cancel()
            question, expected = policies.SEED_ANSWERS[number % len(policies.SEED_ANSWERS)]
            self.assertEqual(names(self.stub.Check(request(*question), timeout=10)), expected)

    def test_message_of_5_mib(self):
        big = request(policies.EXAMPLE_ROLE, "kms:Decrypt", policies.KEY, encryption_context={"k": "x" * (5 << 20)})
        for _ in range(3):
            self.assert_status(Code.RESOURCE_EXHAUSTED, self.stub.Check, big)
        self.assertEqual(names(self.stub.Check(GOOD, timeout=10)), ("ALLOW", "ALLOWED"))

    def test_text_too_long(self):
        """No single name is longer than 128 KiB: what is recorded of a request stays small. The message tells the field."""
        details = self.assert_status(
            Code.INVALID_ARGUMENT, self.stub.Check, request(*policies.SEED_ANSWERS[0][0], request_id="x" * (129 << 10))
        )
        self.assertIn("request_id", details)
        answer = self.stub.Check(request(*policies.SEED_ANSWERS[0][0], request_id="x" * (128 << 10)), timeout=10)
        self.assertEqual(len(answer.request_id), 128 << 10)

    def test_unknown_method(self):
        self.assert_status(Code.UNIMPLEMENTED, self.raw("CheckAll"), b"")
        self.assert_status(Code.UNIMPLEMENTED, self.raw("Check", "countersign.v2.AuthorizationService"), b"")

    def test_garbage(self):
        for garbage in [b"\xff" * 20, b"\x0a\x7fshort", b"\x08\x96", os.urandom(1000)]:
            self.assert_status(Code.INVALID_ARGUMENT, self.raw("Check"), garbage)

    def test_invalid_utf8(self):
        """Strings are UTF-8 or refused, and the message names the field."""
        details = self.assert_status(Code.INVALID_ARGUMENT, self.raw("Check"), b"\x0a\x04arn\xff")
        self.assertIn("principal", details)

    def test_nul_is_part_of_a_name(self):
        """A name with NUL in it is another name, not the part before it."""
        details = self.stub.Check(request(f"{policies.EXAMPLE_ROLE}s", "kms:Decrypt", policies.KEY), timeout=10)
        self.assertEqual(names(details)[0], "DENY")
        try:
            answer = self.stub.Check(request(f"{policies.EXAMPLE_ROLE}\0s", "kms:Decrypt", policies.KEY), timeout=10)
            self.assertEqual(names(answer), ("DENY", "UNKNOWN_PRINCIPAL"))
        except grpc.RpcError as error:
            self.assertEqual(error.code(), Code.INVALID_ARGUMENT)

    def test_gzip(self):
        """No compression is spoken: a compressed message is answered by the protocol, not misread."""
        compressible = request(*policies.SEED_ANSWERS[0][0], encryption_context={"k": "x" * 5000})
        self.assert_status(
            Code.UNIMPLEMENTED, self.stub.Check, compressible, compression=grpc.Compression.Gzip
        )
        self.assertEqual(names(self.stub.Check(compressible, timeout=10)), ("ALLOW", "ALLOWED"))

    def test_health_check(self):
        stub = health_stubs.HealthStub(self.channel)
        for service in ["", build.SERVICE]:
            answer = stub.Check(health.HealthCheckRequest(service=service), timeout=10)
            self.assertEqual(answer.status, health.HealthCheckResponse.SERVING)
        self.assert_status(Code.NOT_FOUND, stub.Check, health.HealthCheckRequest(service="no.such.Service"))

    def test_health_watch_of_an_unknown_service(self):
        stub = health_stubs.HealthStub(self.channel)
        watch = stub.Watch(health.HealthCheckRequest(service="no.such.Service"), timeout=10)
        self.assertEqual(next(watch).status, health.HealthCheckResponse.SERVICE_UNKNOWN)
        watch.cancel()

    def test_reflection(self):
        """A client that has only the socket finds the services and the types of their methods."""
        database = ProtoReflectionDescriptorDatabase(self.channel)
        services = database.get_services()
        self.assertIn(build.SERVICE, services)
        self.assertIn("grpc.health.v1.Health", services)
        found = descriptor_pool.DescriptorPool(database).FindServiceByName(build.SERVICE)
        self.assertEqual(found.methods_by_name["Check"].input_type.full_name, "countersign.v1.CheckRequest")
        self.assertEqual(
            [field.name for field in found.methods_by_name["Check"].input_type.fields],
            [field.name for field in messages.CheckRequest.DESCRIPTOR.fields],
        )

    def test_reflection_v1(self):
        stub = reflection_stubs.ServerReflectionStub(self.channel)
        asked = [
            reflection.ServerReflectionRequest(list_services=""),
            reflection.ServerReflectionRequest(file_containing_symbol=f"{build.SERVICE}.Check"),
            reflection.ServerReflectionRequest(file_containing_symbol="no.such.Symbol"),
        ]
        listed, file, unknown = stub.ServerReflectionInfo(iter(asked), timeout=10)
        self.assertIn(build.SERVICE, [service.name for service in listed.list_services_response.service])
        self.assertEqual(len(file.file_descriptor_response.file_descriptor_proto), 1)
        self.assertEqual(unknown.error_response.error_code, Code.NOT_FOUND.value[0])

    def test_peer_is_recorded(self):
        """The record tells the uid that the kernel reported, and no header can say otherwise."""
        os.chmod(self.daemon.socket, 0o666)
        question = request(*policies.SEED_ANSWERS[0][0], request_id="asked by another user")
        self.assertEqual(self.ask_as(12345, "Check", question), "0")
        self.stub.Check(question, timeout=10, metadata=[("x-peer", "54321"), ("countersign-peer-uid", "54321")])
        entries = list(journal.entries("COUNTERSIGN_REQUEST_ID=asked by another user"))
        self.assertEqual([entry["COUNTERSIGN_PEER_UID"] for entry in entries], ["12345", "12345", "0", "0"])
        self.assertEqual(entries[2]["COUNTERSIGN_PEER_PID"], str(os.getpid()))

    def test_others_may_not_reload(self):
        os.chmod(self.daemon.socket, 0o666)
        self.assertEqual(self.ask_as(12345, "Reload", messages.ReloadRequest()), str(Code.PERMISSION_DENIED.value[0]))
        self.assertFalse(self.stub.Reload(messages.ReloadRequest(), timeout=10).changed)

    def ask_as(self, user, method, message):
        """The gRPC status that this user gets."""
        command = [sys.executable, "-B", "-m", "harness.ask_as", str(user), self.daemon.socket]
        command += [f"/{build.SERVICE}/{method}", message.SerializeToString().hex()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, cwd=pathlib.Path(__file__).parent)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.split()[0]

    def test_status(self):
        before = self.stub.GetStatus(messages.GetStatusRequest(), timeout=10)
        for question, _ in policies.SEED_ANSWERS:
            self.stub.Check(request(*question), timeout=10)
        after = self.stub.GetStatus(messages.GetStatusRequest(), timeout=10)
        allowed = sum(decision == "ALLOW" for _, (decision, _) in policies.SEED_ANSWERS)
        self.assertEqual(after.decisions.allowed - before.decisions.allowed, allowed)
        self.assertEqual(after.decisions.denied - before.decisions.denied, len(policies.SEED_ANSWERS) - allowed)
        self.assertEqual((after.policy_set.accounts, after.policy_set.keys, after.policy_set.roles), (2, 1, 3))
        self.assertEqual(after.policies, str(self.policies))
        self.assertEqual(after.audit.mode, "required")
        self.assertGreater(after.audit.written_entries, before.audit.written_entries)

    def test_bad_set_is_refused(self):
        """A reload of a bad set fails, names the place, and the old set goes on answering."""
        bad = self.policies / f"accounts/{policies.CALLER}/roles/ExampleRole/policies/Bad.json"
        revision = self.stub.Check(GOOD, timeout=10).revision
        try:
            bad.write_text('{"Version": "2012-10-17",\n "Statement": [}')
            details = self.assert_status(Code.FAILED_PRECONDITION, self.stub.Reload, messages.ReloadRequest())
            self.assertIn("roles/ExampleRole/policies/Bad.json:2:", details)
            self.assertEqual(self.stub.Check(GOOD, timeout=10).revision, revision)
            status = self.stub.GetStatus(messages.GetStatusRequest(), timeout=10)
            self.assertEqual(status.revision, revision)
            self.assertIn("Bad.json:2:", status.reload_errors[0])
            self.assertGreater(status.reload_failed_at, 0)
        finally:
            bad.unlink()
        self.stub.Reload(messages.ReloadRequest(), timeout=10)
        self.assertEqual(len(self.stub.GetStatus(messages.GetStatusRequest(), timeout=10).reload_errors), 0)


class Shutdown(unittest.TestCase):
    def setUp(self):
        directory = self.enterContext(tempfile.TemporaryDirectory())
        self.daemon = self.enterContext(Daemon(policies.write(directory, policies.seed())))

    def test_health_watch_sees_not_serving(self):
        """SIGTERM: who watches is told before the connection ends, and the daemon ends well."""
        stub = health_stubs.HealthStub(self.daemon.channel())
        watch = stub.Watch(health.HealthCheckRequest(service=build.SERVICE), timeout=60)
        self.assertEqual(next(watch).status, health.HealthCheckResponse.SERVING)
        self.daemon.send_signal(signal.SIGTERM)
        self.assertEqual(next(watch).status, health.HealthCheckResponse.NOT_SERVING)
        self.assertEqual(self.daemon.wait(), 0)
        self.daemon.read_notifications()
        self.assertIn("STOPPING=1", self.daemon.notifications)
        self.assertFalse(os.path.exists(self.daemon.socket))

    def test_calls_in_progress_are_answered(self):
        """SIGTERM under load: what was accepted is answered; what comes later is refused as unavailable, not lost."""
        outcomes = []

        def ask(stub):
            while True:
                try:
                    calls = [stub.Check.future(GOOD, timeout=10) for _ in range(20)]
                    outcomes.extend(names(call.result()) for call in calls)
                except grpc.RpcError as error:
                    outcomes.append(error.code())
                    return

        threads = [threading.Thread(target=ask, args=[self.daemon.stub()]) for _ in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(1)
        self.assertEqual(self.daemon.terminate(), 0, self.daemon.log)
        for thread in threads:
            thread.join(30)
        self.assertEqual(set(outcomes), {("ALLOW", "ALLOWED"), Code.UNAVAILABLE})
        self.assertEqual(outcomes.count(Code.UNAVAILABLE), 4)

    def test_bad_set_at_start_is_fatal(self):
        with tempfile.TemporaryDirectory() as directory:
            policies.write(directory, {f"accounts/{policies.OWNER}/polcy.json": {}})
            with self.assertRaisesRegex(RuntimeError, r"(?s)ended with 78.*polcy\.json"):
                with Daemon(directory):
                    pass


if __name__ == "__main__":
    unittest.main()
