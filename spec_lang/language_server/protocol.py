"""How the server speaks the protocol where pygls leaves something to be wished for.

pygls keeps documents of its own; they are not used, because its lines also end at characters that end no line of the
protocol. And it leaves requests without an answer that come before `initialize`, after `shutdown`, or malformed: here
each gets the error that JSON-RPC has for it, under its id, or under none where it has none that can be read.
"""

import logging
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams, JsonRpcInvalidRequest
from pygls.protocol import LanguageServerProtocol, lsp_method

from spec_lang.language_server.documents import Change
from spec_lang.language_server.positions import Place
from spec_lang.language_server.refusal import is_identifier, refusal_of

if TYPE_CHECKING:
    from spec_lang.language_server.server import Server

log = logging.getLogger(__name__)

_ALWAYS = frozenset({types.INITIALIZE, types.EXIT})


def log_faults_alone() -> None:
    """Keep of pygls's log the faults of the server: what is wrong with a message is said in its answer, and once."""

    def is_fault(record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return not (str(record.msg).startswith("Unable to") or isinstance(error, JsonRpcInvalidParams))

    logging.getLogger("pygls").setLevel(logging.ERROR)  # It warns of every request that the server did not offer.
    for name in ("pygls.server", "pygls.protocol.json_rpc"):
        logging.getLogger(name).addFilter(is_fault)


class Protocol(LanguageServerProtocol):
    """LSP with the documents of `Documents`, and an answer to every request."""

    _server: "Server"

    was_initialized = False
    was_shut_down = False

    def handle_message(self, message: Any) -> None:
        """Hand a message to its feature; requests out of order are answered with the error that is due."""
        is_named = isinstance(getattr(message, "method", ""), str)
        if getattr(message, "jsonrpc", None) != self.VERSION or not is_named:
            self.refuse_unreadable()
            return
        method, identifier = getattr(message, "method", None), getattr(message, "id", None)
        if method == types.INITIALIZE and self.was_initialized and identifier is not None:
            self._send_error(
                identifier, types.ErrorCodes.InvalidRequest, f"{method}: the server was initialized already"
            )
            return
        if method is not None and method not in _ALWAYS and (self.was_shut_down or not self.was_initialized):
            if identifier is not None:
                self._refuse(identifier, method)
            return
        self.was_initialized = self.was_initialized or method == types.INITIALIZE
        super().handle_message(message)
        self.was_shut_down = self.was_shut_down or method == types.SHUTDOWN

    def _refuse(self, identifier: int | str, method: str) -> None:
        if self.was_shut_down:
            code, why = types.ErrorCodes.InvalidRequest, "the server was shut down"
        else:
            code, why = types.ErrorCodes.ServerNotInitialized, "the server waits for 'initialize'"
        self._send_error(identifier, code, f"{method}: {why}")

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Read a message; of an id that is none, which would be taken for a text, nothing is read."""
        if "jsonrpc" in data and "id" in data and not is_identifier(data["id"]):
            raise JsonRpcInvalidRequest
        return super().structure_message(data)

    def refuse_unreadable(self) -> None:
        """Say what is wrong with what came in last, which could not be read or is no message of the protocol."""
        incoming = self._server.incoming
        refusal = refusal_of(incoming.body, incoming.problem)
        log.warning("%s", refusal.why)
        if refusal.is_notification:  # it has no answer
            if self.was_initialized:
                self._server.window_log_message(types.LogMessageParams(types.MessageType.Error, refusal.why))
        else:
            self._send_error(refusal.identifier, refusal.code, refusal.why)

    def _send_error(self, identifier: int | str | None, code: int, why: str) -> None:
        error = {"code": int(code), "message": why}
        self._send_data({"jsonrpc": self.VERSION, "id": identifier, "error": error})

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        self._server.opened(item.uri, item.text, item.version)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        changes = [_change(each) for each in params.content_changes]
        self._server.changed(params.text_document.uri, changes, params.text_document.version)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        self._server.closed(params.text_document.uri)

    @lsp_method(types.EXIT)
    def lsp_exit(self, *_arguments: Any) -> Generator[Any, Any, None]:
        """End the process; the code says whether the client had said so before."""
        yield from super().lsp_exit()


def _change(event: types.TextDocumentContentChangeEvent) -> Change:
    if isinstance(event, types.TextDocumentContentChangePartial):
        start, end = event.range.start, event.range.end
        return Change(event.text, Place(start.line, start.character), Place(end.line, end.character))
    return Change(event.text)
