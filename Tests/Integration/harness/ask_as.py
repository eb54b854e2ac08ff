"""Makes one call as another user and prints its gRPC status: `python -m harness.ask_as UID SOCKET METHOD HEX`.

A process of its own, for a process cannot come back from giving up root. Everything is imported before: the other user
may not be able to read the interpreter's files.
"""

import os
import sys

from . import wire


def main():
    user, path, method, message = sys.argv[1:]
    "x".encode("idna")  # Loads the codecs that connecting may want.
    os.setgroups([])
    os.setgid(int(user))
    os.setuid(int(user))
    with wire.Connection(path) as connection:
        fields, _ = connection.call(method, bytes.fromhex(message))
    print(fields["grpc-status"], fields.get("grpc-message", ""))


main()
