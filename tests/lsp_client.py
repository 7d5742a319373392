"""A client of the language server that also says what no sound client says. It blocks, with a limit."""

import json
import queue
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

COMMAND = [sys.executable, "-m", "runtime.cli", "lsp"]
PATIENCE = 20
"""Seconds until an answer that does not come is given up."""
PULL: dict[str, Any] = {"textDocument": {"diagnostic": {}}}
PUSH: dict[str, Any] = {"textDocument": {"publishDiagnostics": {}}}

Message = dict[str, Any]


class Client:
    """A server process and the messages that it sent; to be used in a `with` statement."""

    def __init__(self, *arguments: str, command: list[str] = COMMAND) -> None:
        self.process = subprocess.Popen(
            [*command, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.notified: list[Message] = []
        """Notifications and requests of the server, in order."""
        self._without_id: list[Message] = []
        self._arrived: queue.Queue[Message | None] = queue.Queue()
        self._last = 0
        self._log = bytearray()
        threading.Thread(target=self._receive, daemon=True).start()
        threading.Thread(target=self._read_log, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream
            stream.close()

    @property
    def log(self) -> str:
        """What the server wrote to standard error so far."""
        return self._log.decode(errors="replace")

    def start(self, capabilities: Message | None = None, encoding: str = "utf-16", **params: Any) -> Message:
        """Introduce the client; returns what the server can do."""
        general = {"positionEncodings": [encoding]}
        result = self.ask(
            "initialize",
            {
                "processId": None,
                "rootUri": None,
                "capabilities": {"general": general, **(capabilities or {})},
                **params,
            },
        )
        self.tell("initialized", {})
        return dict(result["capabilities"])

    def open(self, uri: str, text: str) -> None:
        self.tell(
            "textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "cnn", "version": 1, "text": text}}
        )

    def pull(self, uri: str) -> list[Message]:
        """The diagnostics of a document."""
        return list(self.ask("textDocument/diagnostic", {"textDocument": {"uri": uri}})["items"])

    def codes(self, uri: str) -> list[str]:
        return [each["code"] for each in self.pull(uri)]

    def pushed(self, uri: str) -> list[Message]:
        """The diagnostics that the server sends next for a document."""
        while True:
            message = self.next()
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri:
                return list(message["params"]["diagnostics"])

    def tell(self, method: str, params: Any) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: Any) -> Any:
        """The result of a request; an error is an AssertionError."""
        answer = self.answer(method, params)
        assert "error" not in answer, answer
        return answer["result"]

    def answer(self, method: str, params: Any) -> Message:
        """The whole answer to a request."""
        self._last += 1
        self.send({"jsonrpc": "2.0", "id": self._last, "method": method, "params": params})
        return self.answer_to(self._last)

    def answer_to(self, identifier: int | str) -> Message:
        while True:
            message = self.next()
            if "method" not in message and message.get("id") is None:
                self._without_id.append(message)
            elif message.get("id") == identifier and "method" not in message:
                return message
            elif "id" in message:
                self.send({"jsonrpc": "2.0", "id": message["id"], "result": None})

    def errors_without_id(self) -> list[Message]:
        """The errors that came for messages without an id that could be read, since this was asked last."""
        found, self._without_id = self._without_id, []
        return found

    def next(self) -> Message:
        """The next message of the server; those that it began are kept, too."""
        message = self._arrived.get(timeout=PATIENCE)
        assert message is not None, f"the server ended: {self.log}"
        if "method" in message:
            self.notified.append(message)
        return message

    def send(self, message: Message) -> None:
        self.send_bytes(json.dumps(message).encode())

    def send_bytes(self, body: bytes) -> None:
        self.send_raw(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def send_raw(self, sent: bytes) -> None:
        """Send bytes without a header of ours."""
        assert self.process.stdin
        self.process.stdin.write(sent)
        self.process.stdin.flush()

    def leave(self) -> int:
        """Say goodbye properly; returns the exit code of the server."""
        self.ask("shutdown", None)
        self.tell("exit", None)
        return self.process.wait(PATIENCE)

    def hang_up(self) -> int:
        """End without a word; returns the exit code of the server."""
        assert self.process.stdin
        self.process.stdin.close()
        return self.process.wait(PATIENCE)

    def _receive(self) -> None:
        stream = self.process.stdout
        assert stream
        try:
            while line := stream.readline():
                assert line.startswith(b"Content-Length: "), f"not of the protocol: {line!r}"
                length = int(line.partition(b":")[2])
                while stream.readline().strip():
                    pass
                self._arrived.put(json.loads(stream.read(length)))
        except ValueError:  # The stream was closed.
            pass
        self._arrived.put(None)

    def _read_log(self) -> None:
        stream = self.process.stderr
        assert stream
        try:
            while block := stream.read1(65_536):  # type: ignore[attr-defined]
                self._log += block
        except ValueError:
            pass


def uri(path: Path) -> str:
    return path.absolute().as_uri()
