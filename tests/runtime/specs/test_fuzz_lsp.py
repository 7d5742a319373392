"""Broken messages to a server process: whatever came before, a sound request is answered, and nothing is a traceback.

More of them, from one seed to another: `python tests/runtime/specs/test_fuzz_lsp.py 0 2000`
"""

import json
import random
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[2]))  # tests/, where this file is run by itself

from lsp_client import PULL, Client

MESSAGES = 150
BETWEEN = 10
"""Broken messages before the next sound request."""
SOUND_URI, URI = "file:///nowhere/sound.cnn", "file:///nowhere/spec.cnn"
SOUND = "conv 8 3x3 relu\nflatten\ndense 10 softmax\n"
RANGE = {"start": {"line": 0, "character": 0}, "end": {"line": 3, "character": 0}}
REQUESTS: dict[str, dict[str, Any]] = {
    "textDocument/diagnostic": {},
    "textDocument/codeAction": {"range": RANGE, "context": {"diagnostics": []}},
    "textDocument/formatting": {"options": {"tabSize": 2, "insertSpaces": True}},
    "textDocument/completion": {"position": RANGE["end"]},
    "textDocument/hover": {"position": RANGE["start"]},
    "textDocument/signatureHelp": {"position": RANGE["end"]},
    "textDocument/inlayHint": {"range": RANGE},
    "textDocument/selectionRange": {"positions": [RANGE["start"]]},
    "textDocument/rename": {"position": RANGE["start"], "newName": "other"},
    "textDocument/references": {"position": RANGE["start"], "context": {"includeDeclaration": True}},
    "workspace/symbol": {"query": "x"},
    "workspace/executeCommand": {"command": "no.such"},
}
CHANGE = {"textDocument": {"uri": URI, "version": 3}, "contentChanges": [{"range": RANGE, "text": "cnov 3\n"}]}
NOTES: dict[str, dict[str, Any]] = {
    "textDocument/didOpen": {"textDocument": {"uri": URI, "languageId": "cnn", "version": 1, "text": SOUND}},
    "textDocument/didChange": CHANGE,
    "textDocument/didClose": {"textDocument": {"uri": URI}},
    "workspace/didChangeWatchedFiles": {"changes": [{"uri": URI, "type": 1}]},
    "workspace/didChangeConfiguration": {"settings": None},
    "$/cancelRequest": {"id": 5},
    "$/setTrace": {"value": "verbose"},
}
VALUES: list[Any] = [
    None,
    True,
    -1,
    2**31,
    2**70,
    1e308,
    "",
    "x" * 5000,
    "\ud800",
    "file:",
    [],
    {},
    [[]],
    {"jsonrpc": "2.0"},
]
HEADERS = [
    b"Content-Length: x\r\n\r\n",
    b"Content-Length: -1\r\n\r\n",
    b"Content-Length: 0\r\n\r\n",
    b"Content-Length: 99999999999999\r\n\r\n",
    b"Content-Length: 16000000\r\n\r\n",
    b"Content-Type: x\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"\r\n",
    b"\x00",
    b"",
]


def message(draw: random.Random, seed: int) -> Any:
    """A message of the protocol, perhaps with values that do not belong there."""
    if draw.random() < 0.5:
        method, params = draw.choice(list(REQUESTS.items()))
        params = params if method.startswith("workspace/") else {"textDocument": {"uri": URI}, **params}
        sound: dict[str, Any] = {"jsonrpc": "2.0", "id": f"fuzz {seed}", "method": method, "params": params}
    else:
        method, params = draw.choice(list(NOTES.items()))
        sound = {"jsonrpc": "2.0", "method": method, "params": params}
    sound = json.loads(json.dumps(sound))
    for _ in range(draw.choice([0, 1, 1, 2, 4])):
        alter(draw, sound)
    return draw.choice([sound] * 12 + [[sound], [], 7, None, {"jsonrpc": "2.0", "id": 3, "result": []}])


def alter(draw: random.Random, value: Any) -> None:
    """Change, remove or add one member somewhere inside."""
    while isinstance(value, dict | list) and value:
        places = list(value) if isinstance(value, dict) else list(range(len(value)))
        place = draw.choice(places)
        inner = value[place]
        if isinstance(inner, dict | list) and inner and draw.random() < 0.7:
            value = inner
            continue
        if draw.random() < 0.3:
            del value[place]
        else:
            value[place] = draw.choice(VALUES)
        return


def sent(seed: int) -> bytes:
    """The bytes of one message, with a header that may be wrong."""
    draw = random.Random(seed)
    body = json.dumps(message(draw, seed)).encode()
    if draw.random() < 0.2:
        changed = bytearray(body)
        for _ in range(draw.randint(1, 3)):
            place = draw.randrange(len(changed) + 1)
            changed[place : place + draw.randint(0, 3)] = draw.choice(
                [b"", b"\xff", b"\n", b"\r\n\r\n", b"[" * 2000, b"\x00"]
            )
        body = bytes(changed)
    if draw.random() < 0.15:
        return draw.choice(HEADERS) + body
    length = len(body) + (draw.choice([-9, -1, 1, 7, 300, 70_000]) if draw.random() < 0.15 else 0)
    return b"Content-Length: %d\r\n\r\n%b" % (max(0, length), body)


def judge_all(seeds: range) -> Counter[str]:
    """Every message to one server, with sound requests between them. Returns how many answers of which kind came."""
    counts: Counter[str] = Counter()
    with Client() as client:
        client.start(PULL)
        client.open(SOUND_URI, SOUND)
        for seed in seeds:
            content = sent(seed)
            writer = threading.Thread(target=client.send_raw, args=(content,))
            writer.start()
            writer.join(20)
            assert not writer.is_alive(), f"the server reads no more, at {seed}"
            if seed % BETWEEN == 0:
                assert client.codes(SOUND_URI) == [], seed
                counts["sound"] += 1
                counts["without an id"] += len(client.errors_without_id())
        assert client.codes(SOUND_URI) == []
        counts["logged"] = sum(each["method"] == "window/logMessage" for each in client.notified)
        assert client.leave() == 0
        assert "Traceback" not in client.log, client.log
    return counts


def test_a_sound_request_is_answered_whatever_came_before() -> None:
    counts = judge_all(range(MESSAGES))
    assert counts["sound"] == MESSAGES // BETWEEN
    assert counts["without an id"] > 0
    assert counts["logged"] > 0


if __name__ == "__main__":
    first, last = map(int, sys.argv[1:3])
    print(f"{last - first:,} messages: {dict(judge_all(range(first, last)))}")
