"""Policies are replaced while questions are asked: each answer is wholly that of the revision it names."""

import collections
import os
import pathlib
import random
import signal
import tempfile
import threading
import time
import unittest

import grpc

from harness import build, policies
from harness.daemon import Daemon

MACHINE = "journald"

messages = build.messages()

COUNT = 2000
SWAPS = 200
# A rescan follows a change after a short quiet time; this is for a busy machine.
LONGEST_RELOAD = 20


class Load:
    """Asks all the time, by single calls and by batches, and checks each answer against its revision."""

    def __init__(self, daemon, parity_of_revision):
        self.stub = daemon.stub()
        self.parity_of_revision = parity_of_revision
        self.answers = collections.Counter()
        self.wrong = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=[seed]) for seed in range(2)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, seed):
        chosen = random.Random(seed)
        while not self._stop.is_set():
            numbers = [chosen.randrange(COUNT) for _ in range(40)]
            try:
                batch = self.stub.CheckBatch.future(
                    messages.CheckBatchRequest(requests=[question(number) for number in numbers[:20]]), timeout=30
                )
                singles = [(number, self.stub.Check.future(question(number), timeout=30)) for number in numbers[20:]]
                answers = [result.response for result in batch.result().results]
                if len({answer.revision for answer in answers}) != 1:
                    self.wrong.append("a batch was answered by two revisions")
                for number, answer in zip(numbers, answers, strict=False):
                    self._compare(number, answer)
                for number, call in singles:
                    self._compare(number, call.result())
            except grpc.RpcError as error:
                self.wrong.append(f"{error.code()}: {error.details()}")
            # The load is constant, not all that the machine can give: the daemon has sets to read.
            time.sleep(0.02)

    def _compare(self, number, answer):
        self.answers[answer.revision] += 1
        parity = self.parity_of_revision.get(answer.revision)
        expected = messages.DECISION_ALLOW if number % 2 == parity else messages.DECISION_DENY
        if parity is None or answer.decision != expected:
            self.wrong.append(f"Role{number} by revision {answer.revision}: {answer}")


def question(number):
    return messages.CheckRequest(
        principal=policies.many_role(number), operation="kms:Decrypt", resource=policies.many_key(number)
    )


class ReloadUnderLoad(unittest.TestCase):
    def setUp(self):
        self.base = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        for parity in (0, 1):
            policies.write(self.base / f"set-{parity}", policies.many(COUNT, parity))

    def start(self, directory):
        self.daemon = self.enterContext(Daemon(directory, "best-effort"))
        self.stub = self.daemon.stub()

    def revision(self):
        return self.stub.GetStatus(messages.GetStatusRequest(), timeout=10).revision

    def wait_for(self, revision):
        deadline = time.monotonic() + LONGEST_RELOAD
        while self.revision() != revision:
            self.assertLess(time.monotonic(), deadline, f"revision {revision} is not in force: {self.daemon.log[-2000:]}")
            time.sleep(0.02)

    def swap(self, link, target):
        """Replaces a symbolic link in one step, as Kubernetes does."""
        temporary = link.with_name(f"{link.name}_tmp")
        temporary.symlink_to(target)
        os.replace(temporary, link)

    def run_swaps(self, link, target, swaps):
        revisions = [self.revision()]
        self.swap(link, target(1))
        self.stub.Reload(messages.ReloadRequest(), timeout=60)
        revisions.append(self.revision())
        self.assertNotEqual(*revisions)
        with Load(self.daemon, {revisions[0]: 0, revisions[1]: 1}) as load:
            for number in range(swaps):
                self.swap(link, target(number % 2))
                if number % 8 == 7:
                    # No waiting: the next swap may come while this set is being read.
                    time.sleep(0.05 * (number % 5))
                elif number % 8 == 3:
                    self.assertEqual(
                        self.stub.Reload(messages.ReloadRequest(), timeout=60).revision, revisions[number % 2]
                    )
                else:
                    self.wait_for(revisions[number % 2])
            self.wait_for(revisions[(swaps - 1) % 2])
        self.assertEqual(load.wrong[:5], [])
        for revision in revisions:
            self.assertGreater(load.answers[revision], swaps * 2)
        self.assertEqual(len(load.answers), 2)
        print(f"{swaps} swaps, {load.answers.total()} answers", end=" ... ", flush=True)

    def test_config_map(self):
        """The layout of a ConfigMap: files are links through `..data`, which is replaced."""
        mount = self.base / "mount"
        mount.mkdir()
        (mount / "..data").symlink_to("../set-0")
        (mount / "accounts").symlink_to("..data/accounts")
        self.start(mount)
        self.run_swaps(mount / "..data", lambda parity: f"../set-{parity}", SWAPS)

    def test_directory_is_a_link(self):
        """The policy directory itself is a link, replaced by one to another directory."""
        link = self.base / "current"
        link.symlink_to("set-0")
        self.start(link)
        self.run_swaps(link, lambda parity: f"set-{parity}", 20)

    def test_same_bytes_same_revision(self):
        """A set that is put in place anew with the same bytes changes nothing."""
        policies.write(self.base / "again", dict(reversed(policies.many(COUNT, 0).items())))
        link = self.base / "current"
        link.symlink_to("set-0")
        self.start(link)
        before = self.revision()
        self.swap(link, "again")
        answer = self.stub.Reload(messages.ReloadRequest(), timeout=60)
        self.assertEqual((answer.revision, answer.changed), (before, False))

    def test_manager_that_does_not_listen(self):
        """Nothing waits for a service manager whose queue of notifications is full."""
        self.start(self.base / "set-0")
        with self.daemon.deaf_manager():
            for parity in (1, 0, 1):
                before = self.revision()
                policies.write(self.base / "set-0", policies.many(COUNT, parity))
                # Part of it may have been noticed and loaded before.
                self.stub.Reload(messages.ReloadRequest(), timeout=LONGEST_RELOAD)
                self.assertNotEqual(self.revision(), before)
        policies.write(self.base / "set-0", policies.many(COUNT, 0))
        self.stub.Reload(messages.ReloadRequest(), timeout=LONGEST_RELOAD)
        self.daemon.wait_for_notification(f"STATUS=answering by revision {self.revision()}", 10)
        self.daemon.send_signal(signal.SIGTERM)
        self.daemon.wait_for_notification("STOPPING=1", 10)
        self.assertEqual(self.daemon.wait(), 0)

    def test_end_without_a_listening_manager(self):
        """It ends although nobody can be told of it."""
        self.start(self.base / "set-0")
        with self.daemon.deaf_manager():
            self.assertEqual(self.daemon.terminate(10), 0)


if __name__ == "__main__":
    unittest.main()
