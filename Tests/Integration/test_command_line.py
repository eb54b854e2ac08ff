"""The command line as scripts rely on it: exit statuses, standard output, and the time that a large suite takes."""

import json
import os
import pathlib
import subprocess
import tempfile
import time
import unittest

from harness import build, policies
from harness.daemon import Daemon

MACHINE = "journald"

QUESTION = ["--principal", policies.EXAMPLE_ROLE, "--operation", "kms:Decrypt", "--resource", policies.KEY]
REFUSED = ["--principal", policies.OTHER_ROLE, *QUESTION[2:]]


def countersign(*arguments, socket="/nonexistent/authorization.sock", **environment):
    return subprocess.run(
        [build.COUNTERSIGN, *map(str, arguments)],
        env={**os.environ, "COUNTERSIGN_SOCKET": socket, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.policies = policies.write(self.directory / "policies", policies.seed())

    def assert_exit(self, status, *arguments, **options):
        done = countersign(*arguments, **options)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout

    def test_check_without_a_daemon(self):
        """Exit 0 for yes, 1 for no, 2 for a question that cannot be judged; JSON has the proto's names."""
        self.assert_exit(0, "check", "--policies", self.policies, *QUESTION)
        answer = json.loads(self.assert_exit(1, "check", "--policies", self.policies, "--format", "json", *REFUSED))
        self.assertEqual((answer["decision"], answer["denial"]), ("DENY", "IMPLICIT"))
        self.assertEqual(answer["reason"], "NO_IDENTITY_POLICY_ALLOW")
        self.assertEqual(answer["owner"]["account"], policies.OWNER)
        self.assert_exit(2, "check", "--policies", self.policies, *QUESTION[:4], "--resource", "x y")
        self.assert_exit(2, "check", "--policies", self.directory / "nowhere", *QUESTION)

    def test_the_daemon_answers_alike(self):
        daemon = self.enterContext(Daemon(self.policies))
        for question, status in [(QUESTION, 0), (REFUSED, 1)]:
            asked = json.loads(self.assert_exit(status, "check", "--format", "json", *question, socket=daemon.socket))
            judged = json.loads(
                self.assert_exit(status, "check", "--policies", self.policies, "--format", "json", *question)
            )
            for name in ("decision", "reason", "owner", "caller", "revision", "keyArn"):
                self.assertEqual(asked[name], judged[name])
        self.assertIn("required", self.assert_exit(0, "status", socket=daemon.socket))
        self.assert_exit(0, "reload", socket=daemon.socket)

    def test_daemon_unreachable(self):
        for command in (["check", *QUESTION], ["status"], ["reload"]):
            self.assert_exit(69, *command)

    def test_lint(self):
        self.assert_exit(0, "lint", self.policies)
        (self.policies / "accounts" / policies.OWNER / "polcy.json").write_text("{}")
        done = countersign("lint", self.policies)
        self.assertIn(done.returncode, (1, 2))
        self.assertIn("polcy.json", done.stdout + done.stderr)

    def test_5000_cases(self):
        """A suite of 5,000 cases, each with files of its own, runs in under 10 s and prints a line for each."""
        cases = []
        for number in range(5000):
            parity = number % 2
            key = f"accounts/{policies.OWNER}/keys/{policies.REGION}/{policies.KEY_ID}/policy.json"
            files = policies.seed()
            files[key]["Statement"][1]["Effect"] = "Deny" if parity else "Allow"
            files[key]["Statement"][1]["Sid"] = f"Case{number}"
            request = {"principal": policies.EXAMPLE_ROLE, "operation": "kms:Decrypt", "resource": policies.KEY}
            expect = {"decision": "DENY" if parity else "ALLOW"}
            cases.append({"name": f"case {number}", "files": files, "request": request, "expect": expect})
        suite = self.directory / "suite.json"
        suite.write_text(json.dumps({"cases": cases}))
        started = time.monotonic()
        lines = self.assert_exit(0, "test", "--format", "json", suite).splitlines()
        elapsed = time.monotonic() - started
        print(f"{elapsed:.1f} s", end=" ... ", flush=True)
        self.assertEqual([json.loads(line)["case"] for line in lines], [case["name"] for case in cases])
        self.assertLess(elapsed, 10)

    def test_conformance_suites(self):
        """What the Swift tests run by the engine, users run by the command."""
        suites = sorted((build.ROOT / "Tests/Conformance").glob("*.json"))
        self.assertGreater(len(suites), 10)
        done = countersign("test", "--format", "json", *suites)
        results = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([result for result in results if not result["passed"]], [], done.stderr)
        self.assertGreater(len(results), 500)
        self.assertEqual(done.returncode, 0)

    def test_example_suite(self):
        self.assert_exit(0, "test", build.ROOT / "examples/suite.json")

    def test_failing_and_unreadable_suites(self):
        case = {"name": "wrong", "request": {}, "expect": {"decision": "ALLOW"}}
        suite = self.directory / "suite.json"
        suite.write_text(json.dumps({"files": policies.seed(), "cases": [case]}))
        (line,) = self.assert_exit(1, "test", "--format", "json", suite).splitlines()
        self.assertEqual((json.loads(line)["passed"], json.loads(line)["error"]), (False, "INVALID_ARGUMENT"))
        suite.write_text('{"cases": [], "unknown": 1}')
        self.assert_exit(2, "test", suite)


if __name__ == "__main__":
    unittest.main()
