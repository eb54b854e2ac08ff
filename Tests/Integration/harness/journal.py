"""The journal as the tests see it: entries read back with journalctl, and journald itself, paused and resumed."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess

ALLOW_OR_DENY = "COUNTERSIGN_EVENT_ID"


def synchronize(*arguments):
    """Returns when journald has processed what was sent to it before."""
    subprocess.run(["journalctl", *arguments, "--sync"], check=True, capture_output=True, timeout=60)


def entries(*matches):
    """Entries that match, oldest first; a value that is not text comes as `bytes`, a repeated field as a list."""
    synchronize()
    # Without --all, fields of more than 4,096 bytes come as null.
    command = ["journalctl", "--output=json", "--all", "--no-pager", *matches]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        for line in process.stdout:
            yield {name: _value(value) for name, value in json.loads(line).items()}
    if process.returncode != 0:
        raise RuntimeError(f"journalctl ended with {process.returncode}")


def records(start_id):
    """The records of one start of the daemon."""
    return entries(f"COUNTERSIGN_START_ID={start_id}")


def _value(value):
    if isinstance(value, list):
        if all(isinstance(item, int) for item in value):
            return bytes(value)
        return [_value(item) for item in value]
    return value


def journald_pid():
    """The journald of this mount namespace."""
    own = os.readlink("/proc/self/ns/mnt")
    for directory in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            name = (directory / "comm").read_text().strip()
            if name == "systemd-journal" and os.readlink(directory / "ns/mnt") == own:
                return int(directory.name)
    raise RuntimeError("no journald runs here")


@contextlib.contextmanager
def stalled():
    """journald takes nothing while the body runs."""
    pid = journald_pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
