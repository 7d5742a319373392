"""Whatever comes in on the stream, the server says what is wrong with it and answers what comes next."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from lsp_client import COMMAND, PATIENCE, PULL, Client

from spec_lang.language_server.framing import MOST_BYTES

URI = "file:///nowhere/spec.cnn"
SOUND = "conv 8 3x3 relu\nflatten\ndense 10 softmax\n"
PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client() as opened:
        opened.start(PULL)
        opened.open(URI, SOUND)
        yield opened
        assert opened.leave() == 0
        assert "Traceback" not in opened.log


def header(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode("latin-1")


BODY = b'{"jsonrpc":"2.0","id":7,"method":"no/such","params":{}}'


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (header("Content-Length: x\n\n") + BODY, "a Content-Length is 'x', which is no number of bytes"),
        (header("Content-Length:\n\n") + BODY, "a Content-Length is '', which is no number of bytes"),
        (header("Content-Length: -5\n\n") + BODY, "a Content-Length is '-5'"),
        (header("Content-Length: 99999999999999999999\n\n") + BODY, f"{MOST_BYTES:,} are read at most"),
        (header(f"Content-Length: {MOST_BYTES + 1}\n\n") + b" " * (MOST_BYTES + 1), "is too long"),
        (header("Content-Length: 0\n\n"), "a message is empty"),
        (header("Content-Type: x\n\n") + BODY, "a header states no Content-Length"),
        (BODY + b"\r\n", "a message begins with a header"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "a message begins with a header"),
        (b"\x00\xff" * 50_000, "a message begins with a header"),
    ],
    ids=range(10),
)
def test_broken_framing_is_told_and_the_next_request_answered(client: Client, sent: bytes, words: str) -> None:
    client.send_raw(sent)
    answer = client.codes(URI)
    told = client.errors_without_id()
    assert answer == []
    assert [each["error"]["code"] for each in told][:1] == [PARSE_ERROR]
    assert words in told[0]["error"]["message"]


@pytest.mark.parametrize("more", [-20, -1, 1, 5, 100, 10_000])
def test_a_length_that_is_wrong_by_some_bytes_costs_no_more_than_its_message(client: Client, more: int) -> None:
    client.send_raw(b"Content-Length: %d\r\n\r\n%b" % (len(BODY) + more, BODY))
    if more > 0:  # whole all the same: it is answered without waiting for more
        assert client.answer_to(7)["error"]["code"] == METHOD_NOT_FOUND
    assert client.codes(URI) == []
    assert bool(client.errors_without_id()) == (more < 0)


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: %d\n\n",
        b"content-length: %d\r\n\r\n",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: %d\r\n\r\n",
        b"Content-Length:%d\r\nX-Other: y\r\n\r\n",
        b"\r\n\r\nContent-Length: %d\r\n\r\n",
    ],
)
def test_headers_that_another_client_may_send_are_read(client: Client, head: bytes) -> None:
    client.send_raw(head % len(BODY) + BODY)
    assert client.answer_to(7)["error"]["code"] == METHOD_NOT_FOUND
    assert client.errors_without_id() == []


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (b"{not json", PARSE_ERROR, "a message is no JSON"),
        (b'{"a": "\xff\xfe"}', PARSE_ERROR, "a message is not UTF-8: byte 7 is 0xff"),
        (b"[" * 100_000, PARSE_ERROR, "nested too deeply"),
        (b"null", INVALID_REQUEST, "no JSON object"),
        (b"7", INVALID_REQUEST, "no JSON object"),
        (b"[" + BODY + b"]", INVALID_REQUEST, "no batches"),
        (b"{}", INVALID_REQUEST, "JSON-RPC 2.0"),
        (b'{"jsonrpc": "2.0"}', INVALID_REQUEST, "neither a method nor"),
        (b'{"jsonrpc": "2.0", "method": 5, "id": []}', INVALID_REQUEST, "a method is no text"),
        (b'{"jsonrpc": "2.0", "method": "shutdown", "id": {}}', INVALID_REQUEST, "neither a number nor a text"),
    ],
    ids=range(10),
)
def test_a_body_that_is_no_message_is_answered_with_the_error_for_it(
    client: Client, body: bytes, code: int, words: str
) -> None:
    client.send_bytes(body)
    assert client.codes(URI) == []
    (told,) = client.errors_without_id()
    assert told["error"]["code"] == code
    assert words in told["error"]["message"]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"jsonrpc": "1.0", "method": "shutdown"}, INVALID_REQUEST),
        ({"method": "shutdown"}, INVALID_REQUEST),
        ({"jsonrpc": "2.0", "method": ["x"]}, INVALID_REQUEST),
        ({"jsonrpc": "2.0", "method": "no/such"}, METHOD_NOT_FOUND),
        ({"jsonrpc": "2.0", "method": "no/such", "params": [], "more": 1}, METHOD_NOT_FOUND),
        ({"jsonrpc": "2.0", "method": "textDocument/hover"}, INVALID_PARAMS),
        ({"jsonrpc": "2.0", "method": "textDocument/hover", "params": [1]}, INVALID_PARAMS),
        ({"jsonrpc": "2.0", "method": "textDocument/hover", "params": {"jsonrpc": "2.0", "id": 1}}, INVALID_PARAMS),
        (
            {
                "jsonrpc": "2.0",
                "method": "textDocument/hover",
                "params": {"textDocument": {"uri": URI}, "position": {"line": -1, "character": 0}},
            },
            INVALID_PARAMS,
        ),
        (
            {"jsonrpc": "2.0", "method": "initialize", "params": {"processId": None, "capabilities": {}}},
            INVALID_REQUEST,
        ),
    ],
    ids=range(10),
)
def test_a_request_that_is_none_is_answered_under_its_id(client: Client, message: dict[str, Any], code: int) -> None:
    client.send({**message, "id": "mine"})
    assert client.answer_to("mine")["error"]["code"] == code
    assert client.codes(URI) == []
    assert client.errors_without_id() == []


def test_what_is_wrong_with_a_notification_is_logged_at_the_client(client: Client) -> None:
    client.notified.clear()
    client.send({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"nothing": 1}})
    assert client.codes(URI) == []
    (logged,) = [each["params"] for each in client.notified if each["method"] == "window/logMessage"]
    assert logged["message"] == "textDocument/didOpen: its params are not those of the protocol"
    assert client.errors_without_id() == []


@pytest.mark.parametrize("sent", [b"", b"Content-Length: 50\r\n\r\n{", b"Content-Le", b"nonsense\n", b"\x00" * 10_000])
def test_a_stream_that_ends_is_the_end_with_a_line_and_an_error(sent: bytes) -> None:
    done = subprocess.run(COMMAND, check=False, input=sent, capture_output=True, timeout=PATIENCE)
    assert done.returncode == 1
    lines = done.stderr.decode().splitlines()
    assert lines[-1] == "cnn lsp: the client has left without asking for 'shutdown'"
    assert all(line.startswith("cnn lsp: ") for line in lines)


def test_a_request_in_the_middle_of_a_flood_is_answered(client: Client) -> None:
    client.send_raw(b"x" * 3_000_000 + b"\n" * 1000 + b"Content-Length: 1\r\n\r\n{")
    assert client.codes(URI) == []
    assert 1 <= len(client.errors_without_id()) <= 3


def test_json_of_the_answers_is_what_json_rpc_wants(client: Client) -> None:
    client.send_bytes(b"{")
    client.codes(URI)
    (told,) = client.errors_without_id()
    assert json.loads(json.dumps(told)) == {
        "jsonrpc": "2.0",
        "id": None,
        "error": {"code": PARSE_ERROR, "message": told["error"]["message"]},
    }
