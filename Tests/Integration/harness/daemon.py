"""A daemon under test: started with policies on a socket of its own, ready when it says so, stopped by its pid."""

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

import grpc

from . import build


class Daemon:
    """`countersignd` in a temporary directory. Use it in a `with` statement."""

    def __init__(self, policies, audit="required", arguments=(), environment=None):
        self.policies = pathlib.Path(policies)
        self.audit = audit
        self.arguments = list(arguments)
        self.environment = environment or {}
        self.notifications = []
        self.exit_status = None
        self._directory = tempfile.TemporaryDirectory(prefix="countersignd-")
        # Other users connect too, where a test lets them.
        os.chmod(self._directory.name, 0o755)
        self.socket = f"{self._directory.name}/authorization.sock"
        self._channels = []

    def __enter__(self):
        notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notify.bind(f"{self._directory.name}/notify")
        self._notify = notify
        self._log = open(f"{self._directory.name}/log", "wb")
        self._process = subprocess.Popen(
            [build.COUNTERSIGND, "--policies", self.policies, "--socket", self.socket, "--audit", self.audit]
            + self.arguments,
            env={**os.environ, "NOTIFY_SOCKET": f"{self._directory.name}/notify", **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )
        try:
            self.wait_for_notification("READY=1", 60)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for channel in self._channels:
            channel.close()
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)
            self._process.kill()
            self._process.wait()
        self._notify.close()
        self._log.close()
        self._directory.cleanup()

    @property
    def pid(self):
        return self._process.pid

    @property
    def log(self):
        """What it wrote to standard output and error so far."""
        return pathlib.Path(self._log.name).read_text(errors="replace")

    def wait_for_notification(self, line, seconds):
        """Waits until the daemon has sent this line to its supervisor."""
        deadline = time.monotonic() + seconds
        while line not in self.notifications:
            if self._process.poll() is not None:
                raise RuntimeError(f"countersignd ended with {self._process.returncode}:\n{self.log}")
            if not self.read_notifications(0.1) and time.monotonic() > deadline:
                raise RuntimeError(f"no `{line}` within {seconds} s:\n{self.log}")

    def read_notifications(self, seconds=0.0):
        """Takes what has come for the supervisor, waiting for the first; returns whether anything has."""
        self._notify.settimeout(seconds)
        come = False
        with contextlib.suppress(TimeoutError, BlockingIOError):
            while True:
                self.notifications += self._notify.recv(65536).decode().splitlines()
                come = True
                self._notify.settimeout(0)
        return come

    @contextlib.contextmanager
    def deaf_manager(self):
        """As long as it lasts the supervisor's socket takes nothing more; what is taken afterwards is what came later."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as filler:
            filler.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while True:
                    filler.sendto(b"X_FILLER=1", self._notify.getsockname())
            yield
        self.read_notifications()
        self.notifications.clear()

    def channel(self, *options, **arguments):
        """A gRPC channel with a connection of its own."""
        options = [("grpc.use_local_subchannel_pool", 1), *options]
        channel = grpc.insecure_channel(f"unix:{self.socket}", options=options, **arguments)
        self._channels.append(channel)
        return channel

    def stub(self, *options):
        """The service on a connection of its own."""
        return build.service().AuthorizationServiceStub(self.channel(*options))

    def terminate(self, seconds=30):
        """SIGTERM; returns the exit status."""
        self._process.terminate()
        return self.wait(seconds)

    def send_signal(self, number):
        self._process.send_signal(number)

    def wait(self, seconds=30):
        """Returns the exit status, negative for a signal."""
        return self._process.wait(seconds)

    def is_running(self):
        return self._process.poll() is None

    def resident_bytes(self):
        """Physical memory in use."""
        pages = int(pathlib.Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def processor_seconds(self):
        """Time spent so far, in the kernel too."""
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def open_descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))
