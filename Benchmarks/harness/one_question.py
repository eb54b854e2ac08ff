"""One Check over a new connection, asked with the least: no client library whose own start would be measured.

`ask` asks what the example allows.
"""
import socket
import time

PRINCIPAL = "arn:aws:iam::444455556666:role/ExampleRole"
KEY = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
HEADERS, DATA, SETTINGS = 1, 0, 4
END_STREAM, END_HEADERS = 1, 4


def ask(path):
    """Raises unless the answer is an allow."""
    message = answer(path, EXAMPLE)
    # The first field is the decision, and 1 is allow.
    if message[5:7] != b"\x08\x01":
        raise RuntimeError(f"not allowed: {message!r}")


def answer(path, body, seconds=30):
    """The answer's message to a question, both with gRPC's prefix of five bytes. Tries until somebody listens."""
    deadline = time.monotonic() + seconds
    with socket.socket(socket.AF_UNIX) as connection:
        while True:
            try:
                connection.connect(path)
                break
            except (FileNotFoundError, ConnectionRefusedError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.0001)
        connection.settimeout(seconds)
        connection.sendall(OPENING + frame(DATA, END_STREAM, 1, body))
        message = b""
        with connection.makefile("rb") as incoming:
            while True:
                head = incoming.read(9)
                if len(head) < 9:
                    raise RuntimeError("the connection ended without an answer")
                payload = incoming.read(int.from_bytes(head[:3], "big"))
                if head[3] == DATA:
                    message += payload
                if int.from_bytes(head[5:], "big") == 1 and head[3] in (HEADERS, DATA) and head[4] & END_STREAM:
                    break
    return message


def frame(kind, flags, stream, payload):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def text(data):
    """An HPACK string without Huffman's code; also a protobuf one. Shorter than 127 bytes."""
    assert len(data) < 127
    return bytes([len(data)]) + data.encode()


def opening():
    """All before the question."""
    # POST, http, then path, authority, content-type by their places in the static table, and te.
    fields = (b"\x83\x86\x04" + text("/countersign.v1.AuthorizationService/Check") + b"\x01" + text("localhost")
              + b"\x0f\x10" + text("application/grpc") + b"\x00" + text("te") + text("trailers"))
    return b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0, b"") + frame(HEADERS, END_HEADERS, 1, fields)


def example():
    message = b"".join(bytes([number << 3 | 2]) + text(value)
                       for number, value in ((1, PRINCIPAL), (2, "kms:Decrypt"), (3, KEY)))
    return b"\0" + len(message).to_bytes(4, "big") + message


OPENING, EXAMPLE = opening(), example()
