"""How fast the language server answers, over the protocol, beside a bare pygls server that does nothing.

A key is pressed in the middle of a document, and the answer to a request about it is waited for; the two servers take
turns, so that a noisy machine troubles both alike; the processor time of a key depends on it less.

Run it as `python -m benchmarks.language_server [--rounds 100]`.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

BARE = """
from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("bare", "1")
empty = types.RelatedFullDocumentDiagnosticReport(items=[])
server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC)(lambda params: empty)
server.feature(types.TEXT_DOCUMENT_HOVER)(lambda params: None)
server.feature(types.TEXT_DOCUMENT_COMPLETION)(lambda params: [])
server.feature(types.TEXT_DOCUMENT_INLAY_HINT)(lambda params: [])
server.start_io()
"""
URI = "file:///benchmark/spec.cnn"
LINES = {100: 10, 1_000: 60}
"""Lengths of documents, with the bound in milliseconds."""
WARM_UP = 5
"""Keys whose times do not count."""
START, MEMORY = 0.7, 80
"""Bounds: seconds to the first diagnostics, megabytes."""


class Client:
    """A server process that is spoken to in turn; to be used in a `with` statement."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.version = 1
        self._last = 0

    def __enter__(self) -> Self:
        self.ask("initialize", {"processId": None, "capabilities": {"textDocument": {"diagnostic": {}}}})
        self.tell("initialized", {})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()

    def open(self, text: str) -> None:
        item = {"uri": URI, "languageId": "cnn", "version": self.version, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": item})

    def press(self, line: int, key: str) -> None:
        """Type a key at the beginning of a line, or take it away again."""
        self.version += 1
        place = {"line": line, "character": 0}
        end = place if key else {"line": line, "character": 1}
        change = {"range": {"start": place, "end": end}, "text": key}
        document = {"uri": URI, "version": self.version}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    def tell(self, method: str, params: dict[str, Any]) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        """The result of a request; ends the program on an error."""
        self._last += 1
        self._send({"jsonrpc": "2.0", "id": self._last, "method": method, "params": params})
        while (message := self._receive()).get("id") != self._last:
            pass
        if "error" in message:
            sys.exit(f"{method}: {message['error']['message']}")
        return message["result"]

    def megabytes(self) -> float | None:
        """The memory that the process holds, where the system says so."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        except OSError:
            return None
        return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6

    def cpu(self) -> float:
        """The processor time that the process has taken so far, in milliseconds; 0 where the system does not say."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        except OSError:
            return 0
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")

    def _send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin
        body = json.dumps(message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        stream = self.process.stdout
        assert stream
        length = 0
        while header := stream.readline().strip():
            if header.startswith(b"Content-Length:"):
                length = int(header.partition(b":")[2])
        if not length:
            sys.exit("the server ended")
        return dict(json.loads(stream.read(length)))


def document(lines: int) -> str:
    """A clean spec of so many lines, of layers as people mix them."""
    block = [
        "  conv 8 3x3 relu padding=same",
        "  batchnorm",
        "  conv 8 3x3 padding=same bias=off",
        "  batchnorm",
        "  activation relu",
    ]
    layers = [block[index % len(block)] for index in range(lines - 6)]
    return "\n".join(["data mnist", "", "model {", *layers, "  flatten", "  dense 10 softmax", "}"]) + "\n"


def requests(lines: int) -> dict[str, tuple[str, dict[str, Any]]]:
    """What is asked after a key was pressed, by its name for the table."""
    place = {"line": lines // 2, "character": 4}
    everywhere = {"start": {"line": 0, "character": 0}, "end": {"line": lines, "character": 0}}
    about = {"textDocument": {"uri": URI}}
    return {
        "diagnostics": ("textDocument/diagnostic", about),
        "hover": ("textDocument/hover", {**about, "position": place}),
        "completion": ("textDocument/completion", {**about, "position": place}),
        "inlay hints": ("textDocument/inlayHint", {**about, "range": everywhere}),
    }


def latencies(clients: list[Client], lines: int, method: str, params: dict[str, Any], rounds: int) -> list[list[float]]:
    """The milliseconds from key to answer of each client, in turn."""
    found: list[list[float]] = [[] for _ in clients]
    for turn in range(rounds + WARM_UP):
        for client, times in zip(clients, found, strict=True):
            start = time.perf_counter()
            client.press(lines // 2, "" if turn % 2 else " ")
            client.ask(method, params)
            times.append((time.perf_counter() - start) * 1000)
    return [times[WARM_UP:] for times in found]


def percentile_95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def seconds_to_first_diagnostics(command: list[str], text: str) -> float:
    start = time.perf_counter()
    with Client(command) as client:
        client.open(text)
        client.ask("textDocument/diagnostic", {"textDocument": {"uri": URI}})
        return time.perf_counter() - start


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=100)
    rounds = parser.parse_args().rounds
    commands = [[str(Path(sys.executable).with_name("cnn")), "lsp"], [sys.executable, "-c", BARE]]
    print("| measured | `cnn lsp` | bare pygls | bound | mean processor time, ms |")
    print("| --- | --- | --- | --- | --- |")
    starts = [[seconds_to_first_diagnostics(each, document(100)) for each in commands] for _ in range(8)][1:]
    ours, bare = (statistics.median(column) for column in zip(*starts, strict=True))
    print(f"| start to first diagnostics, 100 lines, s | {ours:.2f} | {bare:.2f} | {START} | |", flush=True)
    for lines, bound in LINES.items():
        with Client(commands[0]) as server, Client(commands[1]) as peer:
            for client in (server, peer):
                client.open(document(lines))
                if client.ask("textDocument/diagnostic", {"textDocument": {"uri": URI}})["items"]:
                    sys.exit("the document is to be clean: hints and costs follow from a spec without errors")
            for name, (method, params) in requests(lines).items():
                before = server.cpu(), peer.cpu()
                ours, bare = map(percentile_95, latencies([server, peer], lines, method, params, rounds))
                cpu = [
                    (after - begun) / (rounds + WARM_UP)
                    for begun, after in zip(before, (server.cpu(), peer.cpu()), strict=True)
                ]
                print(
                    f"| key to {name}, {lines:,} lines, 95th percentile, ms | {ours:.1f} | {bare:.1f} | {bound} "
                    f"| {cpu[0]:.1f} / {cpu[1]:.1f} |",
                    flush=True,
                )
            memory = server.megabytes(), peer.megabytes()
            if memory[0] and memory[1]:
                print(f"| memory afterwards, {lines:,} lines, MB | {memory[0]:.0f} | {memory[1]:.0f} | {MEMORY} | |")


if __name__ == "__main__":
    main()
