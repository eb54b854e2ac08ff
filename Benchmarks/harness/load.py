"""The two loads: the project's own, which asks everything and checks the answers, and h2load, which others know."""
import json
import re
import subprocess


def ask_all(programs, server, corpus, connections, streams, requests, checked=True, rate=0):
    """countersign-load's object; `rate` bounds the requests a second. Ends with its message when an answer is missing or wrong."""
    command = [f"{programs}/countersign-load", "--socket", server.socket, "--questions", f"{corpus}/questions",
               "--connections", str(connections), "--streams", str(streams), "--requests", str(requests)]
    if rate:
        command += ["--rate", str(rate)]
    if not checked:
        command.append("--unchecked")
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=300).stdout)


def h2load(server, body, connections, streams, requests):
    """Requests a second: one question again and again, no answer looked at."""
    output = subprocess.run(
        ["h2load", "-B", f"unix:{server.socket}", "-d", str(body), "-c", str(connections), "-m", str(streams),
         "-n", str(requests), "-t", "1", "-H", "content-type: application/grpc", "-H", "te: trailers",
         "http://localhost/countersign.v1.AuthorizationService/Check"],
        check=True, capture_output=True, text=True, timeout=300).stdout
    if f"{requests} succeeded, 0 failed" not in output:
        raise RuntimeError(f"h2load:\n{output}")
    return float(re.search(r"([\d.]+) req/s", output).group(1))


def first_question(corpus):
    """The body of one gRPC request."""
    with open(f"{corpus}/questions", "rb") as questions:
        size = int.from_bytes(questions.read(4)[:2], "little")
        return b"\0" + size.to_bytes(4, "big") + questions.read(size)
