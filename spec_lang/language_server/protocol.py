"""How the server speaks the protocol where pygls leaves something to be wished for.

pygls keeps documents of its own; they are not used, because its lines also end at characters that end no line of the
protocol. And it leaves requests without an answer that come before `initialize`, after `shutdown`, or malformed.
"""

import logging
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol, lsp_method

from spec_lang.language_server.documents import Change
from spec_lang.language_server.positions import Place

if TYPE_CHECKING:
    from spec_lang.language_server.server import Server

log = logging.getLogger(__name__)

_ALWAYS = frozenset({types.INITIALIZE, types.EXIT})


class Protocol(LanguageServerProtocol):
    """LSP with the documents of `Documents`, and an answer to every request."""

    _server: "Server"

    was_initialized = False
    was_shut_down = False

    def handle_message(self, message: Any) -> None:
        """Hand a message to its feature; requests out of order are answered with the error that is due."""
        method, identifier = getattr(message, "method", None), getattr(message, "id", None)
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
        self._send_response(identifier, error=types.ResponseError(int(code), f"{method}: {why}"))

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Read a message; a request that is none of the protocol's is answered at once."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=error.to_response_error())
            raise

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
