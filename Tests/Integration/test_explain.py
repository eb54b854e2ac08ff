"""Explanations and simulations over gRPC: they agree with Check, are not recorded, and change nothing."""

import tempfile
import unittest

import grpc

from harness import build, policies
from harness.daemon import Daemon

MACHINE = "journald"

messages = build.messages()
Code = grpc.StatusCode
KEY_POLICY = f"accounts/{policies.OWNER}/keys/{policies.REGION}/{policies.KEY_ID}/policy.json"


def request(principal=policies.EXAMPLE_ROLE, operation="kms:Decrypt", resource=policies.KEY, **more):
    return messages.CheckRequest(principal=principal, operation=operation, resource=resource, **more)


class Explain(unittest.TestCase):
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

    def assert_status(self, code, call, *arguments):
        with self.assertRaises(grpc.RpcError) as raised:
            call(*arguments, timeout=30)
        self.assertEqual(raised.exception.code(), code, raised.exception.details())
        return raised.exception.details()

    def status(self):
        return self.stub.GetStatus(messages.GetStatusRequest(), timeout=10)

    def test_explanations_agree_and_are_not_recorded(self):
        before = self.status()
        for question, (decision, reason) in policies.SEED_ANSWERS:
            answer = self.stub.Explain(messages.ExplainRequest(request=request(*question)), timeout=10)
            self.assertEqual(messages.Decision.Name(answer.decision), f"DECISION_{decision}")
            self.assertEqual(messages.Reason.Name(answer.reason), f"REASON_{reason}")
            self.assertEqual(answer.revision, before.revision)
        after = self.status()
        self.assertEqual(after.audit.written_entries, before.audit.written_entries)
        self.assertEqual(after.decisions, before.decisions)

    def test_one_side(self):
        for side, own, others in [
            (messages.SIDE_OWNER, policies.OWNER_SID, policies.CALLER_SID),
            (messages.SIDE_CALLER, policies.CALLER_SID, policies.OWNER_SID),
        ]:
            answer = self.stub.Explain(messages.ExplainRequest(request=request(), side=side), timeout=10)
            self.assertIn(own, str(answer))
            self.assertNotIn(others, str(answer))
        unknown = messages.ExplainRequest(request=request(), side=9)
        self.assertIn("side", self.assert_status(Code.INVALID_ARGUMENT, self.stub.Explain, unknown))
        self.assert_status(Code.INVALID_ARGUMENT, self.stub.Explain, messages.ExplainRequest())

    def simulate(self, question=None, files=None, overrides=None):
        simulation = messages.SimulateRequest(request=question or request(), files=files or {})
        for key, values in (overrides or {}).items():
            entry = simulation.context_overrides[key]
            if values is not None:
                entry.values.values.extend(values)
        return simulation

    def test_simulations(self):
        """Files and condition keys are laid over what is on disk; nothing is recorded and nothing comes into force."""
        before = self.status()
        allowed = self.stub.Simulate(self.simulate(), timeout=10)
        self.assertEqual(allowed.decision, messages.DECISION_ALLOW)
        self.assertEqual(allowed.revision, before.revision)
        self.assertEqual(allowed.event_id, "")
        trusted = {"AWS": policies.CALLER}
        conditional = policies.document(
            {
                "Effect": "Allow",
                "Principal": trusted,
                "Action": "kms:Decrypt",
                "Resource": "*",
                "Condition": {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}},
            }
        )
        files = {KEY_POLICY: policies.json.dumps(conditional)}
        denied = self.stub.Simulate(self.simulate(files=files), timeout=10)
        self.assertEqual(denied.reason, messages.REASON_NO_KEY_POLICY_ALLOW)
        self.assertNotEqual(denied.revision, before.revision)
        past = {"AWS:currenttime": ["2019-01-01T00:00:00Z"]}
        answer = self.stub.Simulate(self.simulate(files=files, overrides=past), timeout=10)
        self.assertEqual(answer.decision, messages.DECISION_ALLOW)
        answer = self.stub.Simulate(self.simulate(files=files, overrides={"aws:CurrentTime": None}), timeout=10)
        self.assertEqual(answer.decision, messages.DECISION_DENY)
        # An empty text removes the file; a key without its policy is no key.
        removal = {f"accounts/{policies.CALLER}/roles/ExampleRole/policies/UseKey.json": ""}
        answer = self.stub.Simulate(self.simulate(files=removal), timeout=10)
        self.assertEqual(answer.reason, messages.REASON_NO_IDENTITY_POLICY_ALLOW)
        after = self.status()
        self.assertEqual(after.audit.written_entries, before.audit.written_entries)
        self.assertEqual(after.decisions, before.decisions)
        self.assertEqual(after.revision, before.revision)

    def test_bad_simulations(self):
        text = self.assert_status(
            Code.FAILED_PRECONDITION, self.stub.Simulate, self.simulate(files={KEY_POLICY: '{"Statement": 1}'})
        )
        self.assertIn(f"{KEY_POLICY}:1:", text)
        self.assert_status(Code.FAILED_PRECONDITION, self.stub.Simulate, self.simulate(files={"../passwd": "{}"}))
        self.assert_status(Code.INVALID_ARGUMENT, self.stub.Simulate, messages.SimulateRequest())
        many = {f"service-control-policies/p{number}.json": "{}" for number in range(1001)}
        self.assert_status(Code.INVALID_ARGUMENT, self.stub.Simulate, self.simulate(files=many))
        twice = self.simulate(overrides={"aws:username": ["a"], "AWS:UserName": ["b"]})
        self.assert_status(Code.INVALID_ARGUMENT, self.stub.Simulate, twice)

    def test_many_simulations_at_once(self):
        """Those that find no place are turned away, and checks go on meanwhile."""
        calls = [self.stub.Simulate.future(self.simulate(), timeout=60) for _ in range(200)]
        self.assertEqual(self.stub.Check(request(), timeout=10).decision, messages.DECISION_ALLOW)
        codes = [call.code() for call in calls]
        self.assertLessEqual(set(codes), {Code.OK, Code.RESOURCE_EXHAUSTED})
        self.assertIn(Code.OK, codes)
        # The places are free again.
        self.assertEqual(self.stub.Simulate(self.simulate(), timeout=10).decision, messages.DECISION_ALLOW)
