"""Clients that mean harm, or are broken: each hits a limit and is refused or cut by it, and another client is not
disturbed. All are bounded in count and time and speak to a Unix socket of their own daemon.
"""

import contextlib
import resource
import socket
import struct
import tempfile
import threading
import time
import unittest

from harness import build, policies, wire
from harness.daemon import Daemon

MACHINE = "journald"

messages = build.messages()

CHECK = f"/{build.SERVICE}/Check"
GOOD = messages.CheckRequest(principal=policies.EXAMPLE_ROLE, operation="kms:Decrypt", resource=policies.KEY)
MESSAGE = GOOD.SerializeToString()

# The daemon's own times, with what a busy machine may add.
HANDSHAKE_TIME = 10 + 5
REQUEST_TIME = 10 + 5
STALL_TIME = 30 + 10
# Most that one abusive connection may make the daemon hold, far above what its limits add up to.
MEMORY = 64 << 20


class Bystander:
    """Another client, which asks all the time and must not notice anything."""

    def __init__(self, daemon):
        self._stub = daemon.stub()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self.answers = 0
        self.slowest = 0.0
        self.failures = []

    def _ask(self):
        while not self._stop.is_set():
            started = time.monotonic()
            try:
                answer = self._stub.Check(GOOD, timeout=5)
                if answer.decision != messages.DECISION_ALLOW:
                    self.failures.append(answer)
                self.answers += 1
            except Exception as error:  # noqa: BLE001: whatever it is, it is a disturbance.
                self.failures.append(error)
            self.slowest = max(self.slowest, time.monotonic() - started)
            time.sleep(0.005)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()


class Abuse(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.daemon = cls.enterClassContext(Daemon(policies.write(directory, policies.seed()), "best-effort"))

    @classmethod
    def tearDownClass(cls):
        """After all of it descriptors are closed and a new client is served."""
        deadline = time.monotonic() + 10
        while cls.daemon.open_descriptors() > 60 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert cls.daemon.open_descriptors() <= 60, "connections were left open"
        with wire.Connection(cls.daemon.socket) as connection:
            assert connection.call(CHECK, MESSAGE)[0]["grpc-status"] == "0"

    def setUp(self):
        self.memory_before = self.daemon.resident_bytes()
        self.bystander = Bystander(self.daemon).__enter__()

    def tearDown(self):
        time.sleep(0.2)
        self.bystander.__exit__()
        self.assertTrue(self.daemon.is_running(), self.daemon.log)
        self.assertEqual(self.bystander.failures[:3], [])
        self.assertGreater(self.bystander.answers, 0)
        self.assertLess(self.bystander.slowest, 2)
        self.assertLess(self.daemon.resident_bytes() - self.memory_before, MEMORY)

    def connect(self, **options):
        return self.enterContext(wire.Connection(self.daemon.socket, **options))

    def flood(self, frames, chunk=100, read=True):
        """Sends frames, reading what comes back or not, until the daemon cuts the connection; returns how many went.

        At 100,000 the flood is called unlimited.
        """
        connection = self.connect()
        reader = None
        if read:
            reader = threading.Thread(target=lambda: drain(connection.socket))
            reader.start()
        sent = 0
        try:
            while sent < 100_000:
                connection.socket.sendall(b"".join(frames(sent + offset) for offset in range(chunk)))
                sent += chunk
        except TimeoutError:
            self.assertFalse(read, "the daemon neither reads nor cuts")
        except OSError:
            pass
        finally:
            with contextlib.suppress(OSError):
                connection.socket.shutdown(socket.SHUT_RDWR)
            if reader:
                reader.join()
        return sent

    def assert_cut(self, frames, **options):
        sent = self.flood(frames, **options)
        self.assertLess(sent, 100_000, "the flood had no limit")

    def test_well_behaved(self):
        """The hand-made client itself is understood."""
        fields, _ = self.connect().call(CHECK, MESSAGE)
        self.assertEqual(fields["grpc-status"], "0")

    def test_silence(self):
        """A connection that says nothing is closed, but not at once."""
        connection = self.connect(settings=None)
        started = time.monotonic()
        connection.ending(HANDSHAKE_TIME)
        self.assertGreater(time.monotonic() - started, 1)

    def test_not_http2(self):
        connection = self.connect(settings=None)
        connection.socket.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        connection.ending(HANDSHAKE_TIME)

    def test_half_a_preface(self):
        connection = self.connect(settings=None)
        connection.socket.sendall(wire.PREFACE[:10])
        connection.ending(HANDSHAKE_TIME)

    def test_ping_flood(self):
        self.assert_cut(lambda number: wire.frame(wire.PING, 0, 0, struct.pack(">Q", number)))

    def test_ping_flood_without_reading(self):
        self.assert_cut(lambda number: wire.frame(wire.PING, 0, 0, struct.pack(">Q", number)), read=False)

    def test_settings_flood(self):
        self.assert_cut(lambda _: wire.frame(wire.SETTINGS, 0, 0))

    def test_priority_flood(self):
        self.assert_cut(lambda _: wire.frame(wire.PRIORITY, 0, 1, struct.pack(">IB", 0, 1)))

    def test_window_update_flood(self):
        self.assert_cut(lambda _: wire.frame(wire.WINDOW_UPDATE, 0, 0, struct.pack(">I", 1)))

    def test_empty_data_flood(self):
        def frames(number):
            if number > 0:
                return wire.frame(wire.DATA, 0, 1)
            return wire.frame(wire.HEADERS, wire.END_HEADERS, 1, self.headers())

        self.assert_cut(frames)

    def test_unknown_frame_flood(self):
        """Frames of unknown types are to be ignored, as the protocol has it: they cost their reading and no more."""
        self.flood(lambda _: wire.frame(0xEE, 0, 0, b"x"))

    def test_reset_flood(self):
        """Calls started and reset at once."""
        block = self.headers()

        def frames(number):
            stream = 2 * number + 1
            return wire.frame(wire.HEADERS, wire.END_HEADERS, stream, block) + wire.frame(
                wire.RST_STREAM, 0, stream, struct.pack(">I", wire.CANCEL)
            )

        self.assert_cut(frames)

    def headers(self, *extra):
        """A header block that names nothing in the compression table, so it may be sent again and again."""
        fields = [(":method", "POST"), (":scheme", "http"), (":path", CHECK), (":authority", "localhost")]
        fields += [("content-type", "application/grpc"), ("te", "trailers"), *extra]
        literal = b""
        for name, value in fields:
            literal += b"\x00" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()
        return literal

    def refused(self, connection, stream):
        """Whether the daemon refuses the stream or the connection, and how."""
        got = connection.receive_until(
            lambda frame: frame.type == wire.GOAWAY or (frame.stream == stream and frame.type != wire.WINDOW_UPDATE)
        )
        if got is None or got.type in (wire.GOAWAY, wire.RST_STREAM):
            return True
        return got.fields.get(":status") == "431" or got.fields.get("grpc-status") in ("8", "13")

    def test_large_header(self):
        connection = self.connect()
        block = connection._encoder.encode(
            [(":method", "POST"), (":scheme", "http"), (":path", CHECK), (":authority", "localhost")]
            + [("x", "y" * 60_000)]
        )
        for start in range(0, len(block), 16000):
            first, last = start == 0, start + 16000 >= len(block)
            connection.send(
                wire.HEADERS if first else wire.CONTINUATION,
                wire.END_HEADERS if last else 0,
                1,
                block[start : start + 16000],
            )
        self.assertTrue(self.refused(connection, 1))

    def test_header_bomb(self):
        """A few bytes that stand for megabytes: one large field in the compression table, named again and again."""
        connection = self.connect()
        large = b"\x40\x01x" + b"\x7f\xa1\x1e" + b"y" * 4000
        reference = b"\xbe" * 10_000
        connection.send(wire.HEADERS, wire.END_HEADERS, 1, self.headers() + large + reference)
        self.assertTrue(self.refused(connection, 1))

    def test_many_fields(self):
        connection = self.connect()
        connection.send(wire.HEADERS, wire.END_HEADERS, 1, self.headers(*[(f"x{n}", "") for n in range(1000)]))
        self.assertTrue(self.refused(connection, 1))

    def test_continuation_flood(self):
        def frames(number):
            if number == 0:
                return wire.frame(wire.HEADERS, 0, 1, self.headers())
            return wire.frame(wire.CONTINUATION, 0, 1, b"\x00\x01x\x01y")

        self.assert_cut(frames)

    def test_headers_sent_by_half(self):
        connection = self.connect()
        connection.send(wire.HEADERS, 0, 1, self.headers())
        connection.ending(REQUEST_TIME)

    def test_1000_requests_sent_by_half(self):
        """Messages of 3 MiB announced on 1,000 streams and never finished: bounded memory, and all of them end."""
        connection = self.connect()
        prefix = b"\0" + struct.pack(">I", 3 << 20)
        for _ in range(1000):
            stream = connection.open_call(CHECK)
            connection.send(wire.DATA, 0, stream, prefix + b"x" * 1000)
        self.assertLess(self.daemon.resident_bytes() - self.memory_before, MEMORY)
        open_streams = {2 * number + 1 for number in range(1000)}
        deadline = time.monotonic() + REQUEST_TIME
        while open_streams:
            got = connection.receive(max(deadline - time.monotonic(), 0.001))
            if got is None or got.type == wire.GOAWAY:
                break
            if got.type == wire.RST_STREAM or (got.type in (wire.HEADERS, wire.DATA) and got.flags & wire.END_STREAM):
                open_streams.discard(got.stream)
        else:
            # The connection itself is honest enough to go on.
            self.assertEqual(connection.call(CHECK, MESSAGE)[0]["grpc-status"], "0")

    def test_more_streams_than_allowed(self):
        connection = self.connect()
        refused = 0
        for _ in range(1100):
            connection.open_call(CHECK)
        with contextlib.suppress(TimeoutError):
            while got := connection.receive(2):
                refused += got.type == wire.RST_STREAM and got.error_code == wire.REFUSED_STREAM
        self.assertEqual(refused, 100)

    def test_reader_that_never_reads(self):
        """Calls whose answers nobody takes: the daemon stops reading, holds little, and cuts the connection."""
        connection = self.connect(settings=[(4, 2**31 - 1)])
        connection.send(wire.WINDOW_UPDATE, 0, 0, struct.pack(">I", 2**31 - 1 - 65535))
        connection.socket.settimeout(STALL_TIME)
        block = self.headers()
        data = b"\0" + struct.pack(">I", len(MESSAGE)) + MESSAGE
        started = time.monotonic()
        sent = 0
        with self.assertRaises((BrokenPipeError, ConnectionResetError)):
            while time.monotonic() - started < STALL_TIME:
                stream = 2 * sent + 1
                connection.socket.sendall(
                    wire.frame(wire.HEADERS, wire.END_HEADERS, stream, block)
                    + wire.frame(wire.DATA, wire.END_STREAM, stream, data)
                )
                sent += 1
                if sent % 1000 == 0:
                    self.assertLess(self.daemon.resident_bytes() - self.memory_before, MEMORY)
        self.assertLess(time.monotonic() - started, STALL_TIME)

    def test_closed_window(self):
        """A client that never opens its flow-control window gets no answer and is not waited for for ever."""
        connection = self.connect(settings=[(4, 0)])
        stream = connection.open_call(CHECK)
        connection.send_message(stream, MESSAGE)
        got = connection.receive_until(
            lambda frame: frame.type == wire.GOAWAY or (frame.type == wire.RST_STREAM and frame.stream == stream),
            STALL_TIME,
        )
        self.assertTrue(got is None or got.type in (wire.GOAWAY, wire.RST_STREAM))

    def test_many_connections(self):
        """One user's connections are limited; those that are open go on working."""
        first = self.connect()
        connections = []
        self.addCleanup(lambda: [connection.close() for connection in connections])
        refused = False
        for _ in range(5000):
            client = socket.socket(socket.AF_UNIX)
            connections.append(client)
            client.settimeout(5)
            try:
                client.connect(self.daemon.socket)
                client.sendall(wire.PREFACE + wire.frame(wire.SETTINGS, 0, 0))
                if client.recv(100) == b"":
                    refused = True
            except (ConnectionResetError, BrokenPipeError):
                refused = True
            if refused:
                break
        self.assertTrue(refused, "5,000 connections were taken")
        self.assertEqual(first.call(CHECK, MESSAGE)[0]["grpc-status"], "0")


class NoDescriptors(unittest.TestCase):
    def test_accept_without_descriptors(self):
        """Out of descriptors the daemon serves who is connected, waits without burning a core, and then takes the rest."""
        directory = self.enterContext(tempfile.TemporaryDirectory())
        with Daemon(policies.write(directory, policies.seed()), "best-effort") as daemon:
            connected = self.enterContext(wire.Connection(daemon.socket))
            self.assertEqual(connected.call(CHECK, MESSAGE)[0]["grpc-status"], "0")
            most = daemon.open_descriptors() + 2
            resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (most, most))
            clients = [self.enterContext(wire.Connection(daemon.socket)) for _ in range(10)]
            time.sleep(0.5)
            before = daemon.processor_seconds()
            time.sleep(3)
            self.assertLess(daemon.processor_seconds() - before, 0.5)
            self.assertEqual(connected.call(CHECK, MESSAGE)[0]["grpc-status"], "0")
            for client in clients[:-1]:
                client.socket.close()
            self.assertEqual(clients[-1].call(CHECK, MESSAGE)[0]["grpc-status"], "0")


def drain(client):
    with contextlib.suppress(OSError):
        while client.recv(1 << 16):
            pass


if __name__ == "__main__":
    unittest.main()
