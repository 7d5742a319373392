"""What a client may do to a connection: be slow, send garbage, come in numbers, go away; and how a server ends."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from serving import LIMITS, asking, one_hot, png, running, served

QUICK = replace(LIMITS, head_seconds=0.4, body_seconds=0.4, idle_seconds=1, body_bytes=1_000_000, connections=20)
HEAD = b"POST /predict?top=1 HTTP/1.1\r\nHost: localhost\r\n"


@pytest.fixture
def port() -> Iterator[int]:
    with running(limits=QUICK) as port:
        yield port


def connected(port: int) -> "closing[socket.socket]":
    return closing(socket.create_connection(("127.0.0.1", port), timeout=20))


def all_of(connection: socket.socket) -> bytes:
    """Everything until the server closes the connection."""
    content = b""
    while chunk := connection.recv(65536):
        content += chunk
    return content


def is_alive(port: int) -> bool:
    with asking(port) as client:
        return bool(client.post("/predict", content=png(50)).json()[0]["predictions"][0]["class"] == "f")


@pytest.mark.parametrize("start", [b"", b"POST", HEAD], ids=["nothing", "a word", "half a head"])
def test_who_never_ends_the_head_is_left(port: int, start: bytes) -> None:
    with connected(port) as connection:
        connection.sendall(start)
        began = time.perf_counter()
        assert all_of(connection) == b""
        assert time.perf_counter() - began < 5
    assert is_alive(port)


def test_a_head_letter_by_letter_takes_no_longer(port: int) -> None:
    with connected(port) as connection, pytest.raises(OSError):  # noqa: PT011, PT012 (broken pipe, or reset)
        for _ in range(200):
            connection.sendall(b"P")
            time.sleep(0.05)


def test_a_slow_head_on_a_connection_that_was_used_takes_no_longer(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        connection.sendall(b"GET /hea")
        assert b"200" not in all_of(connection)


def test_a_body_that_is_never_ended_is_answered_408(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\nslow")
        answer = all_of(connection)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"did not arrive within 0.4 seconds" in answer


def test_a_body_that_says_it_is_too_large_is_answered_before_it_comes(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(HEAD + b"Content-Length: 1000001\r\n\r\n")
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"100 Continue" not in answer


def test_a_body_that_says_it_is_too_large_is_not_even_invited(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(HEAD + b"Expect: 100-continue\r\nContent-Length: 99999999999999999999\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 413")


def test_the_answer_reaches_who_goes_on_sending_for_a_moment(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(HEAD + b"Content-Length: 3000000\r\n\r\n")
        connection.sendall(bytes(3_000_000))
        assert all_of(connection).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    "request_", [HEAD + b"Content-Length: 4\r\n\r\nnone", b"GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"]
)
def test_a_refusal_of_a_whole_request_closes_the_connection_at_once(port: int, request_: bytes) -> None:
    with connected(port) as connection:
        began = time.perf_counter()
        connection.sendall(request_)
        assert all_of(connection).split()[1] in (b"422", b"404")
        assert time.perf_counter() - began < 2


def test_who_goes_on_sending_for_ever_is_left(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        with pytest.raises(OSError):  # noqa: PT011, PT012 (broken pipe, or reset)
            for _ in range(100_000):
                connection.sendall(b"ffff\r\n" + bytes(0xFFFF) + b"\r\n")
    assert is_alive(port)


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),  # TLS
        b"\x00" * 1000,
        b"GET / HTTP/1.1\r\n\r\n",  # no Host
        b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        HEAD + b"Content-Length: -1\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        HEAD + b"X: " + b"y" * 100_000 + b"\r\n\r\n",
        HEAD + b"Content-Length: 2\r\n\r\nno" + b"\x00\xff garbage after\r\n\r\n",
        b"GET /%ff%00%2e%2e/%00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
    ],
)
def test_garbage_is_refused_and_nothing_is_printed(
    port: int, garbage: bytes, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with connected(port) as connection:
        connection.sendall(garbage)
        answer = all_of(connection)
    assert answer == b"" or answer.split()[1][:1] in (b"4", b"2")
    assert is_alive(port)
    assert capfd.readouterr() == ("", "")
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


def test_requests_one_after_the_other_at_once_are_answered_in_order(port: int) -> None:
    body = png(30)
    request = HEAD + b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    with connected(port) as connection:
        connection.sendall(request + b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = all_of(connection)
    assert answer.index(b'"class": "d"') < answer.index(b'"ok"')


def test_too_many_connections_are_told_so(port: int) -> None:
    with closing(socket.socket()):
        connections = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(20)]
        try:
            with connected(port) as another:
                answer = all_of(another)
        finally:
            for each in connections:
                each.close()
    assert answer.startswith(b"HTTP/1.1 503")
    assert b"Retry-After: 1\r\n" in answer
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"Content-Length: %d" % len(body) in head
    time.sleep(0.2)
    assert is_alive(port)


def test_who_goes_away_in_the_middle_leaves_nothing_behind(
    port: int, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(30):
        with connected(port) as connection:
            connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\nhalf")
    for _ in range(30):  # and before the answer
        with connected(port) as connection:
            connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n%b" % (len(png(1)), png(1)))
    assert is_alive(port)
    assert capfd.readouterr() == ("", "")
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


def test_what_is_under_way_is_answered_when_the_server_ends() -> None:
    entered, opened = threading.Event(), threading.Event()

    def waiting(images: NDArray[np.uint8]) -> NDArray[np.float32]:
        entered.set()
        assert opened.wait(20)
        return one_hot(images)

    with ThreadPoolExecutor(5) as askers:
        with running(served(waiting)) as port:
            taken = [askers.submit(_predicted, port, value) for value in (15, 25, 35, 45)]
            assert entered.wait(20)
            time.sleep(0.3)  # all are there
            threading.Timer(0.5, opened.set).start()
        assert [each.result() for each in taken] == ["b", "c", "d", "e"]
        with pytest.raises(OSError):  # noqa: PT011
            socket.create_connection(("127.0.0.1", port), timeout=5)


def _predicted(port: int, value: int) -> str:
    with asking(port) as client:
        answer: str = client.post("/predict", content=png(value)).json()[0]["predictions"][0]["class"]
        return answer


def test_two_hundred_at_a_time_each_get_their_own_answer() -> None:
    with running() as port, asking(port) as client, ThreadPoolExecutor(200) as askers:

        def one(index: int) -> tuple[int, str]:
            value = (index * 37) % 100
            found = client.post("/predict", params={"top": 1}, content=png(value)).json()
            return value // 10, found[0]["predictions"][0]["class"]

        answers = list(askers.map(one, range(200)))
    assert all("abcdefghij"[label] == name for label, name in answers)
