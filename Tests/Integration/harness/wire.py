"""HTTP/2 by hand: frames that no well-behaved client sends, and what comes back.

Only framing and header compression; no flow control, no state beyond the socket. For tests of limits.
"""

import dataclasses
import socket
import struct
import time

import hpack

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, ACK, END_HEADERS = 0x1, 0x1, 0x4
NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR = range(4)
REFUSED_STREAM, CANCEL, ENHANCE_YOUR_CALM = 7, 8, 11

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


@dataclasses.dataclass
class Frame:
    type: int
    flags: int
    stream: int
    payload: bytes
    fields: dict = dataclasses.field(default_factory=dict)

    @property
    def error_code(self):
        """Of RST_STREAM and GOAWAY."""
        return struct.unpack(">I", self.payload[4:8] if self.type == GOAWAY else self.payload[:4])[0]


class Connection:
    """A connection that has sent its preface and, unless told otherwise, its settings."""

    def __init__(self, path, settings=()):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(10)
        self.socket.connect(path)
        self._encoder = hpack.Encoder()
        self._decoder = hpack.Decoder()
        self._received = b""
        self._next_stream = 1
        if settings is not None:
            payload = b"".join(struct.pack(">HI", *setting) for setting in settings)
            self.socket.sendall(PREFACE + frame(SETTINGS, 0, 0, payload))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, type, flags=0, stream=0, payload=b""):
        self.socket.sendall(frame(type, flags, stream, payload))

    def open_call(self, method, *extra, end=False):
        """Sends a call's headers; returns its stream."""
        stream = self._next_stream
        self._next_stream += 2
        fields = [(":method", "POST"), (":scheme", "http"), (":path", method), (":authority", "localhost")]
        fields += [("content-type", "application/grpc"), ("te", "trailers"), *extra]
        self.send(HEADERS, END_HEADERS | (END_STREAM if end else 0), stream, self._encoder.encode(fields))
        return stream

    def send_message(self, stream, message, end=True):
        """Sends one gRPC message as DATA frames."""
        data = b"\0" + struct.pack(">I", len(message)) + message
        chunks = [data[start : start + 16384] for start in range(0, len(data), 16384)]
        for chunk in chunks[:-1]:
            self.send(DATA, 0, stream, chunk)
        self.send(DATA, END_STREAM if end else 0, stream, chunks[-1])

    def receive(self, seconds=10):
        """The next frame; None at the end of the connection. Raises TimeoutError when nothing comes."""
        deadline = time.monotonic() + seconds
        while True:
            if len(self._received) >= 9:
                length = int.from_bytes(self._received[:3], "big")
                if len(self._received) >= 9 + length:
                    type, flags, stream = struct.unpack(">BBI", self._received[3:9])
                    payload = self._received[9 : 9 + length]
                    self._received = self._received[9 + length :]
                    # Each block changes the table by which the next one is read, whoever wants it. The daemon's own
                    # fit one frame.
                    fields = dict(self._decoder.decode(payload)) if type == HEADERS else {}
                    return Frame(type, flags, stream & 0x7FFFFFFF, payload, fields)
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise TimeoutError(f"no frame within {seconds} s")
            self.socket.settimeout(remaining)
            try:
                chunk = self.socket.recv(1 << 16)
            except (ConnectionResetError, BrokenPipeError):
                return None
            finally:
                self.socket.settimeout(10)
            if not chunk:
                return None
            self._received += chunk

    def receive_until(self, condition, seconds=10):
        """The first frame that meets the condition, or None when the connection ends before."""
        deadline = time.monotonic() + seconds
        while True:
            got = self.receive(max(deadline - time.monotonic(), 0.001))
            if got is None or condition(got):
                return got

    def finish_call(self, stream, seconds=10):
        """Reads until the call is over; returns (its headers and trailers, its bytes)."""
        fields, data = {}, b""
        deadline = time.monotonic() + seconds
        while True:
            got = self.receive(max(deadline - time.monotonic(), 0.001))
            if got is None:
                raise ConnectionError("the connection ended before the call")
            if got.stream != stream:
                continue
            fields.update(got.fields)
            if got.type == DATA:
                data += got.payload
            if got.type == RST_STREAM:
                raise ConnectionError(f"the call was reset with {got.error_code}")
            if got.type in (DATA, HEADERS) and got.flags & END_STREAM:
                return fields, data

    def call(self, method, message, *extra, seconds=10):
        """One unary call; returns (its headers and trailers, its bytes)."""
        stream = self.open_call(method, *extra)
        self.send_message(stream, message)
        return self.finish_call(stream, seconds)

    def ending(self, seconds=10):
        """Reads to the end; returns the code of the last GOAWAY, None when there was none."""
        code = None
        deadline = time.monotonic() + seconds
        while True:
            got = self.receive(max(deadline - time.monotonic(), 0.001))
            if got is None:
                return code
            if got.type == GOAWAY:
                code = got.error_code


def frame(type, flags, stream, payload=b""):
    return len(payload).to_bytes(3, "big") + struct.pack(">BBI", type, flags, stream) + payload
