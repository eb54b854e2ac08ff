"""A server under measurement: started on a Unix socket, its CPU time and memory read, stopped by its pid."""
import os
import signal
import subprocess
import sys
import time

# Hides journald from one program, and from nobody else.
WITHOUT_JOURNALD = ["unshare", "--mount", "--propagation", "private", "sh", "-c",
                    'mount -t tmpfs tmpfs /run/systemd/journal && exec "$@"', "sh"]


def countersignd(programs, policies, socket):
    """The daemon's command, audit being best-effort and no journald in reach."""
    command = [f"{programs}/countersignd", "--policies", str(policies), "--audit", "best-effort", "--socket", socket]
    return [*WITHOUT_JOURNALD, *command] if os.path.exists("/run/systemd/journal") else command


class Server:
    """Use it in a `with` statement; it listens from then on.

    `start()` begins that earlier, and does not wait.
    """

    def __init__(self, name, command, socket):
        self.name, self.command, self.socket = name, command, socket
        self.process = None

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        return self

    def __enter__(self):
        if self.process:
            return self
        self.start()
        for _ in range(3_000):
            if os.path.exists(self.socket):
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        self.process.kill()
        sys.exit(f"{self.name} did not listen:\n{self.process.communicate()[1].decode()}")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            # Keeps reading what it says, which may be more than a pipe holds.
            self.process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if os.path.exists(self.socket):
            os.remove(self.socket)

    def cpu_seconds(self):
        """Of all its threads so far, those that have ended too."""
        # As clock_getcpuclockid(3) makes it.
        return time.clock_gettime(~self.process.pid << 3 | 2)

    def resident_megabytes(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS:"))
