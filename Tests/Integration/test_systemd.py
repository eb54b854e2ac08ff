"""The installed daemon under a real systemd: activation, reload, watchdog, sandbox, journal, restart.

The root is thrown away afterwards: the tests install into it, make users and break policies as they like. They share the
booted machine, and each leaves the service in working order.
"""

import concurrent.futures
import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import unittest

import grpc

from harness import build, journal, policies

MACHINE = "systemd"

messages = build.messages()

POLICIES = pathlib.Path("/etc/countersign/policies")
SOCKET = "/run/countersign/authorization.sock"
UNIT = "countersignd.service"
GOOD = messages.CheckRequest(principal=policies.EXAMPLE_ROLE, operation="kms:Decrypt", resource=policies.KEY)
BAD_FILE = POLICIES / f"accounts/{policies.CALLER}/roles/ExampleRole/policies/Bad.json"


def run(*command, **options):
    return subprocess.run(command, **{"capture_output": True, "text": True, "timeout": 60, **options})


def must(*command):
    done = run(*command)
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def show(unit, name):
    return must("systemctl", "show", "--value", f"--property={name}", unit).strip()


def wait_until(condition, what, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


def setUpModule():
    if os.environ.get("BOOTED_SYSTEMD") != "1":
        raise unittest.SkipTest("needs Tests/Integration/boot_systemd.sh")
    must("make", "--no-print-directory", "-C", str(build.ROOT), "install")
    must("systemd-sysusers", "/usr/lib/sysusers.d/countersign.conf")
    must("systemd-tmpfiles", "--create", "/usr/lib/tmpfiles.d/countersign.conf")
    must("journalctl", "--update-catalog")
    must("systemctl", "daemon-reload")
    must("useradd", "--groups", "countersign-clients", "member")
    must("useradd", "stranger")
    policies.write(POLICIES, policies.seed())
    must("systemctl", "start", "countersignd.socket")


class UnderSystemd(unittest.TestCase):
    def setUp(self):
        self.assertEqual(show("countersignd.socket", "ActiveState"), "active")

    def tearDown(self):
        BAD_FILE.unlink(missing_ok=True)

    def channel(self):
        channel = grpc.insecure_channel(f"unix:{SOCKET}", options=[("grpc.use_local_subchannel_pool", 1)])
        self.addCleanup(channel.close)
        return channel

    def stub(self):
        return build.service().AuthorizationServiceStub(self.channel())

    def check(self, timeout=30):
        answer = self.stub().Check(GOOD, timeout=timeout, wait_for_ready=True)
        self.assertEqual(answer.decision, messages.DECISION_ALLOW)
        return answer

    def main_pid(self):
        return int(show(UNIT, "MainPID"))


class Activation(UnderSystemd):
    def test_first_request_starts_the_service(self):
        must("systemctl", "stop", UNIT)
        self.assertEqual(show(UNIT, "ActiveState"), "inactive")
        self.check()
        # The socket answers a moment before systemd has read READY.
        wait_until(lambda: show(UNIT, "ActiveState") == "active", "READY")
        self.assertNotEqual(show(UNIT, "StatusText"), "")

    def test_socket_is_for_members(self):
        """Members of the group connect, others get EACCES from the kernel."""
        for user, expected in [("member", 0), ("stranger", 13)]:
            code = (
                "import os, socket, sys\n"
                "os.setgroups([int(g) for g in sys.argv[2].split()])\n"
                "os.setgid(int(sys.argv[1])); os.setuid(int(sys.argv[1]))\n"
                f"s = socket.socket(socket.AF_UNIX); s.settimeout(10); sys.exit(s.connect_ex('{SOCKET}'))"
            )
            number, groups = must("id", "-u", user).strip(), must("id", "-G", user).strip()
            done = run("/usr/bin/python3", "-c", code, number, groups)
            self.assertEqual(done.returncode, expected, done.stderr)

    def test_peer_is_recorded_by_its_own_uid(self):
        """Inside the sandbox the daemon still sees who asks: uids are not mapped."""
        answer = must(
            "setpriv", "--reuid=member", "--init-groups", "--regid=member",
            "countersign", "check", "--principal", policies.EXAMPLE_ROLE, "--operation", "kms:Decrypt",
            "--resource", policies.KEY, "--request-id", "asked by member", "--format", "json",
        )  # fmt: skip
        self.assertEqual(json.loads(answer)["decision"], "ALLOW")
        entries = list(journal.entries("COUNTERSIGN_REQUEST_ID=asked by member"))
        self.assertEqual({entry["COUNTERSIGN_PEER_UID"] for entry in entries}, {must("id", "-u", "member").strip()})
        self.assertEqual({entry["_SYSTEMD_UNIT"] for entry in entries}, {UNIT})
        self.assertEqual({entry["_UID"] for entry in entries}, {must("id", "-u", "countersign").strip()})

    def test_clients_connected_during_restarts(self):
        """The socket outlives the daemon: nobody is refused a connection while it restarts."""
        self.check()
        stop = time.monotonic() + 8
        refused = []

        def connect():
            connections = 0
            while time.monotonic() < stop:
                with socket.socket(socket.AF_UNIX) as client:
                    client.settimeout(20)
                    try:
                        client.connect(SOCKET)
                        connections += 1
                    except OSError as error:
                        refused.append(error)
                time.sleep(0.002)
            return connections

        def ask():
            stub, answers = self.stub(), 0
            while time.monotonic() < stop:
                try:
                    self.assertEqual(
                        stub.Check(GOOD, timeout=20, wait_for_ready=True).decision, messages.DECISION_ALLOW
                    )
                    answers += 1
                except grpc.RpcError as error:
                    # A call that was on its way when the connection ended; nothing else.
                    self.assertEqual(error.code(), grpc.StatusCode.UNAVAILABLE)
            return answers

        with concurrent.futures.ThreadPoolExecutor() as pool:
            connections, answers = pool.submit(connect), pool.submit(ask)
            for _ in range(3):
                time.sleep(1)
                must("systemctl", "restart", UNIT)
            self.assertEqual(refused, [])
            self.assertGreater(connections.result(), 100)
            self.assertGreater(answers.result(), 100)
        self.check()


class Reload(UnderSystemd):
    def test_bad_set(self):
        """`systemctl reload` fails, the journal names the file, the old set keeps answering."""
        revision, pid = self.check().revision, self.main_pid()
        BAD_FILE.write_text('{"Version": "2012-10-17",\n "Statement": [}')
        since = f"@{time.time():.6f}"
        done = run("systemctl", "reload", UNIT)
        self.assertNotEqual(done.returncode, 0)
        log = must("journalctl", "--no-pager", "--unit", UNIT, "--since", since)
        self.assertIn("roles/ExampleRole/policies/Bad.json:2:", log)
        self.assertEqual(self.check().revision, revision)
        self.assertEqual(self.main_pid(), pid)
        status = run("countersign", "status")
        self.assertIn("Bad.json:2:", status.stdout)
        BAD_FILE.unlink()
        must("systemctl", "reload", UNIT)
        self.assertEqual(self.check().revision, revision)

    def test_good_set(self):
        """When `systemctl reload` returns, the new set is in force."""
        revision = self.check().revision
        role = POLICIES / f"accounts/{policies.CALLER}/roles/ExampleRole/policies/UseKey.json"
        text = role.read_text()
        try:
            for number in range(5):
                role.write_text(text.replace("kms:Encrypt", f"kms:Encrypt{number}"))
                must("systemctl", "reload", UNIT)
                now = self.check().revision
                self.assertNotEqual(now, revision)
                revision = now
        finally:
            role.write_text(text)
            must("systemctl", "reload", UNIT)

    def test_bad_set_at_start_heals(self):
        """A bad set keeps the daemon down and the socket up; mended, the waiting client is answered."""
        must("systemctl", "stop", UNIT)
        BAD_FILE.write_text("[")
        with concurrent.futures.ThreadPoolExecutor() as pool:
            waiting = pool.submit(self.check, 60)
            wait_until(lambda: int(show(UNIT, "NRestarts")) >= 3, "three restarts")
            wait_until(lambda: show(UNIT, "ExecMainStatus") == "78", "exit status 78")
            self.assertEqual(show("countersignd.socket", "ActiveState"), "active")
            BAD_FILE.unlink()
            waiting.result(60)
        self.assertEqual(show(UNIT, "ActiveState"), "active")


class Supervision(UnderSystemd):
    def test_watchdog_restarts_a_hung_daemon(self):
        self.check()
        pid = self.main_pid()
        os.kill(pid, signal.SIGSTOP)
        wait_until(lambda: self.main_pid() not in (0, pid), "a new process", 40)
        self.check()
        log = must("journalctl", "--no-pager", "--unit", UNIT)
        self.assertIn("Watchdog timeout", log)

    def test_watchdog_leaves_a_working_daemon_alone(self):
        """Stalled journald is not a hang: the daemon says UNAVAILABLE and lives."""
        self.check()
        pid = self.main_pid()
        must("systemctl", "kill", "--signal=SIGSTOP", "systemd-journald.service")
        try:
            stub = self.stub()
            end = time.monotonic() + 14
            while time.monotonic() < end:
                calls = [stub.Check.future(GOOD, timeout=20) for _ in range(50)]
                codes = {call.code() for call in calls}
                self.assertLessEqual(codes, {grpc.StatusCode.OK, grpc.StatusCode.UNAVAILABLE})
            self.assertEqual(codes, {grpc.StatusCode.UNAVAILABLE})
        finally:
            must("systemctl", "kill", "--signal=SIGCONT", "systemd-journald.service")
        wait_until(lambda: stub.GetStatus(messages.GetStatusRequest(), timeout=10) is not None, "an answer")
        time.sleep(1)
        self.check()
        self.assertEqual(self.main_pid(), pid)

    def test_killed_daemon_is_restarted(self):
        self.check()
        pid = self.main_pid()
        os.kill(pid, signal.SIGKILL)
        self.check()
        self.assertNotEqual(self.main_pid(), pid)

    def test_graceful_stop(self):
        self.check()
        must("systemctl", "stop", UNIT)
        self.assertEqual(show(UNIT, "Result"), "success")
        self.assertEqual(show(UNIT, "ExecMainStatus"), "0")

    def test_journald_restarted(self):
        """systemd holds journald's socket: a restart of journald loses no record and fails no call."""
        stub = self.stub()
        before = stub.GetStatus(messages.GetStatusRequest(), timeout=30, wait_for_ready=True).audit
        calls = []
        for _ in range(3):
            calls += [stub.Check.future(GOOD, timeout=30) for _ in range(300)]
            must("systemctl", "restart", "systemd-journald.service")
        events = {call.result().event_id for call in calls}
        after = stub.GetStatus(messages.GetStatusRequest(), timeout=30).audit
        self.assertEqual(after.dropped_entries, before.dropped_entries)
        recorded = [entry["COUNTERSIGN_SHARED_EVENT_ID"] for entry in journal.records(after.start_id)]
        self.assertEqual(sum(event in events for event in recorded), 2 * len(events))

    def test_rate_limit_drops_nothing(self):
        """A burst of 40,000 entries, more than journald's default lets a unit send in half a minute, is stored whole."""
        stub = self.stub()
        batch = messages.CheckBatchRequest(requests=[GOOD] * 1000)
        events = set()
        for _ in range(20):
            for result in stub.CheckBatch(batch, timeout=60, wait_for_ready=True).results:
                events.add(result.response.event_id)
        start_id = stub.GetStatus(messages.GetStatusRequest(), timeout=10).audit.start_id
        recorded = [entry["COUNTERSIGN_SHARED_EVENT_ID"] for entry in journal.records(start_id)]
        self.assertEqual(sum(event in events for event in recorded), 40_000)
        self.assertEqual(must("journalctl", "--no-pager", "--quiet", "--output=cat", "N_DROPPED=1", "+", "_TRANSPORT=driver"
                              ).count("Suppressed"), 0)  # fmt: skip


class Sandbox(UnderSystemd):
    def test_units_verify(self):
        done = run("systemd-analyze", "verify", UNIT, "countersignd.socket")
        self.assertEqual((done.stdout + done.stderr, done.returncode), ("", 0))

    def test_exposure(self):
        """0.5 or lower, of the running service, and by the file alone."""
        self.check()
        must("systemd-analyze", "security", "--threshold=5", UNIT)
        unit = "/usr/lib/systemd/system/countersignd.service"
        must("systemd-analyze", "security", "--offline=true", "--threshold=5", unit)

    def test_sandbox_is_in_force(self):
        self.check()
        status = pathlib.Path(f"/proc/{self.main_pid()}/status").read_text()
        fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        self.assertEqual(fields["NoNewPrivs"], "1")
        self.assertEqual(fields["Seccomp"], "2")
        for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            self.assertEqual(int(fields[name], 16), 0)
        self.assertEqual(set(fields["Uid"].split()), {must("id", "-u", "countersign").strip()})
        own = os.readlink("/proc/self/ns/user")
        self.assertEqual(os.readlink(f"/proc/{self.main_pid()}/ns/user"), own)

    def test_policies_are_not_for_everyone(self):
        mode = POLICIES.stat()
        self.assertEqual(mode.st_mode & 0o777, 0o750)
        self.assertEqual(mode.st_gid, int(must("id", "-g", "countersign")))

    def test_policies_behind_a_link(self):
        """The directory may hold links to elsewhere, as a ConfigMap's does."""
        self.check()
        elsewhere = policies.write("/srv/countersign", policies.seed())
        accounts = POLICIES / "accounts"
        accounts.rename("/srv/accounts-before")
        try:
            accounts.symlink_to(elsewhere / "accounts")
            must("systemctl", "reload", UNIT)
            self.check()
            must("systemctl", "restart", UNIT)
            self.check()
        finally:
            accounts.unlink(missing_ok=True)
            pathlib.Path("/srv/accounts-before").rename(accounts)
            must("systemctl", "reload", UNIT)


class JournalOfTheUnit(UnderSystemd):
    def test_catalog(self):
        """`journalctl -x` explains the records."""
        event = self.check().event_id
        journal.synchronize()
        explained = must("journalctl", "-x", "--no-pager", f"COUNTERSIGN_SHARED_EVENT_ID={event}")
        plain = must("journalctl", "--no-pager", f"COUNTERSIGN_SHARED_EVENT_ID={event}")
        self.assertRegex(explained, r"Subject: .*ExampleRole.* was allowed kms:Decrypt")
        self.assertIn("Defined-By: Countersign", explained)
        self.assertGreater(len(explained.splitlines()), len(plain.splitlines()) + 4)
        self.assertNotIn("@COUNTERSIGN_", explained)

    def test_log_command(self):
        event = self.check().event_id
        journal.synchronize()
        for account in (policies.OWNER, policies.CALLER):
            lines = must("countersign", "log", "--account", account, "--format", "json").splitlines()
            self.assertIn(event, lines[-1])

    def test_namespace(self):
        """With the drop-in the records go to a journal of their own, and only there."""
        directory = pathlib.Path("/etc/systemd/system/countersignd.service.d")
        directory.mkdir(parents=True)
        drop_in = directory / "namespace.conf"
        drop_in.write_bytes(pathlib.Path("/usr/share/countersign/namespace.conf").read_bytes())
        try:
            must("systemctl", "daemon-reload")
            must("systemctl", "restart", UNIT)
            done = run("systemd-analyze", "verify", UNIT)
            self.assertEqual(done.stdout + done.stderr, "")
            event = self.check().event_id
            match = f"COUNTERSIGN_SHARED_EVENT_ID={event}"
            journal.synchronize("--namespace=countersign")
            inside = must("journalctl", "--namespace=countersign", "--no-pager", "--quiet", "-o", "cat", match)
            self.assertEqual(len(inside.splitlines()), 2)
            self.assertEqual(must("journalctl", "--no-pager", "--quiet", "-o", "cat", match), "")
        finally:
            drop_in.unlink()
            must("systemctl", "daemon-reload")
            must("systemctl", "restart", UNIT)
        self.check()


if __name__ == "__main__":
    unittest.main()
