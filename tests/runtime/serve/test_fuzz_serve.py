"""Broken and hostile requests to a server, over sockets: each is answered in time, below 500, with a sentence.

More of them, from one seed to another: `python tests/runtime/serve/test_fuzz_serve.py 0 5000`
"""

import contextlib
import http.client
import json
import logging
import random
import socket
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2]))  # tests/, where this file is run by itself

from serving import png, running

from runtime.serve import limits

PATIENCE = 20
"""Seconds until a request without an answer is given up."""
REQUESTS = 120
LIMITS = replace(limits.LIMITS, head_seconds=0.3, body_seconds=0.3)
"""What is promised and does not come is not waited for, that a round may end."""

GOOD = png(35)
PICTURES = [GOOD, png(5, (9, 7)), b"", b"no image", GOOD[:40], GOOD[:8], b"GIF89a" + bytes(40)]
NAMES = [b"a.png", b"", b"\xff\xfe.png", "ü 𝒳.png".encode(), b"../../x", b'quo"te', b"n" * 300, b"a;b=c", b"*"]
CHARSETS = [b"utf-8", b"punycode", b"idna", b"base64", b"utf-7", b"", b"\x00", b"undefined", b"\xff"]
DISPOSITIONS = [b"form-data", b"", b'form-data; name="x"', b"attachment; filename*=punycode''x", b"\xff"]
BOUNDARIES = [b"x", b"", b"-" * 70, b"x" * 5000, b'"q q"', b"\xff", b"'"]
TARGETS = [
    b"/predict",
    b"/predict?top=3",
    b"/predict?top=-1",
    b"/predict?top=%00",
    b"/predict?top=" + b"9" * 400,
    b"/predict?%ff=%fe&top=1&top=x",
    b"/predict/",
    b"/%2e%2e/predict",
    b"//predict",
    b"/",
    b"/model",
    b"/health",
    b"/\xff\xfe",
    b"*",
    b"http://elsewhere/predict",
]
METHODS = [b"POST"] * 8 + [b"GET", b"HEAD", b"PUT", b"OPTIONS", b"TRACE", b"CONNECT", b"post", b"P\x00ST", b"X" * 300]
HEADERS = [
    (b"Expect", b"100-continue"),
    (b"Content-Encoding", b"gzip"),
    (b"Transfer-Encoding", b"chunked"),
    (b"Transfer-Encoding", b"gzip"),
    (b"Content-Length", b"-1"),
    (b"Content-Length", b"9" * 30),
    (b"Content-Length", b"0x10"),
    (b"Origin", b"null"),
    (b"Origin", b"http://[::1"),
    (b"Host", b"localhost"),
    (b"Host", b"[::1"),
    (b"Host", b"\xff"),
    (b"Upgrade", b"websocket"),
    (b"Connection", b"upgrade"),
    (b"Accept-Encoding", b"\xff" * 50),
    (b"X" * 200, b"y" * 2000),
    (b"Cookie", b"a" * 20_000),
    (b"Bad Header", b"x"),
]


def request(seed: int) -> bytes:
    """One request: a sound one, changed in a few places."""
    draw = random.Random(seed)
    kind, body = form(draw) if draw.random() < 0.6 else (draw.choice([b"image/png", b"", b"text/x; q"]), picture(draw))
    headers = [(b"Host", b"127.0.0.1")] if draw.random() < 0.95 else []
    headers.append((b"Content-Type", kind))
    length = len(body) if draw.random() < 0.95 else max(0, len(body) + draw.randint(-60, 60))
    headers.append((b"Content-Length", b"%d" % length))
    headers += draw.choices(HEADERS, k=draw.choice([0] * 8 + [1, 2]))
    lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
    method = draw.choice(METHODS) if draw.random() < 0.15 else b"POST"
    target = draw.choice(TARGETS) if draw.random() < 0.2 else b"/predict"
    whole = method + b" " + target + b" HTTP/1.1\r\n" + lines + b"\r\n" + body
    return damaged(draw, whole) if draw.random() < 0.1 else whole


def picture(draw: random.Random) -> bytes:
    content = draw.choice(PICTURES)
    return damaged(draw, content) if content and draw.random() < 0.3 else content


def form(draw: random.Random) -> tuple[bytes, bytes]:
    """The kind and the body of a form with some files."""
    boundary = draw.choice(BOUNDARIES) if draw.random() < 0.15 else b"x"
    kind = b"multipart/form-data; boundary=" + boundary
    if draw.random() < 0.2:
        kind += b"; charset=" + draw.choice(CHARSETS)
    mark = b"--" + boundary.strip(b'"')
    parts = []
    is_odd = draw.random() < 0.2
    for _ in range(draw.choice([0, 1, 1, 2, 3, 10, 70])):
        disposition = b'form-data; name="image"; filename="%s"' % draw.choice(NAMES)
        if is_odd and draw.random() < 0.5:
            disposition = draw.choice(DISPOSITIONS)
        extra = b"Content-Type: image/png; charset=punycode\r\n" if draw.random() < 0.1 else b""
        parts.append(b"%b\r\nContent-Disposition: %b\r\n%b\r\n%b\r\n" % (mark, disposition, extra, picture(draw)))
    body = b"".join(parts) + mark + draw.choice([b"--\r\n", b"--", b"", b"\r\n"])
    return kind, damaged(draw, body) if draw.random() < 0.2 else body


def damaged(draw: random.Random, content: bytes) -> bytes:
    """A few bytes changed, taken out, or put in."""
    changed = bytearray(content)
    for _ in range(draw.randint(1, 4)):
        place = draw.randrange(len(changed) + 1)
        match draw.randrange(4):
            case 0:
                changed[place : place + 1] = draw.randbytes(1)
            case 1:
                del changed[place : place + draw.randint(1, 30)]
            case 2:
                changed[place:place] = draw.choice([b"\r\n", b"\x00", b"\xff", b'"', b";", b"--x", b"%"])
            case 3:
                changed[place:place] = draw.randbytes(draw.randint(1, 40))
    return bytes(changed)


def answer_to(port: int, sent: bytes) -> tuple[int, bytes] | None:
    """The status and the body of the answer; None where there was none, as to half of a head."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        connection.settimeout(PATIENCE)
        with contextlib.suppress(ConnectionError):
            connection.sendall(sent)
        answer = http.client.HTTPResponse(connection, method="HEAD" if sent.startswith(b"HEAD ") else None)
        try:
            answer.begin()
            return answer.status, answer.read()
        except (http.client.HTTPException, ConnectionError):
            return None


def judge(seed: int, port: int) -> str:
    """Send one request and look at its answer; returns what kind of answer it was."""
    sent = request(seed)
    found = answer_to(port, sent)
    if found is None:
        return "closed"
    status, body = found
    assert status < 500, (seed, status, body)
    if status >= 400 and not sent.startswith(b"HEAD "):
        sentence = json.loads(body)["error"] if body.startswith(b"{") else body.decode("ascii")
        assert len(sentence) > 8, (seed, status, body)
        assert "Traceback" not in sentence, (seed, body)
    return str(status)


class Failures(logging.Handler):
    """What the server says of faults of its own."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


def judge_all(seeds: range) -> Counter[str]:
    """Every request to one server, which afterwards answers as before."""
    failures, log = Failures(), logging.getLogger("uvicorn.error")
    log.setLevel(logging.ERROR)  # as `cnn serve` does
    log.addHandler(failures)
    try:
        with running(limits=LIMITS) as port:
            counts = Counter(judge(seed, port) for seed in seeds)
            sound = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%b" % (len(GOOD), GOOD)
            found = answer_to(port, sound)
            assert found
            assert found[0] == 200
    finally:
        log.removeHandler(failures)
    assert failures.said == [], failures.said
    return counts


def test_no_request_is_too_broken_to_be_answered(capfd: pytest.CaptureFixture[str]) -> None:
    counts = judge_all(range(REQUESTS))
    assert counts["200"] >= 3
    assert counts["422"] > REQUESTS / 20
    assert counts["400"] > REQUESTS / 20
    assert counts["closed"] < REQUESTS / 20
    assert "Traceback" not in capfd.readouterr().err


def main(first: int, last: int) -> Iterator[str]:
    """What to print of a longer round."""
    yield f"{last - first:,} requests: {dict(sorted(judge_all(range(first, last)).items()))}"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in main(*map(int, sys.argv[1:3])))
