"""The language server: a thin shell that hands each request to its feature and turns the answer into the protocol's."""

import asyncio
import logging
import os
import zlib
from collections.abc import Sequence
from io import BytesIO
from typing import Any, BinaryIO, Final, cast

from lsprotocol import types
from pygls.exceptions import FeatureRequestError, JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from spec_lang.language_server import conversion
from spec_lang.language_server.conversion import View
from spec_lang.language_server.diagnostics import findings
from spec_lang.language_server.documents import Change, Documents, Outside
from spec_lang.language_server.framing import ByteStream, Incoming
from spec_lang.language_server.protocol import Protocol, log_faults_alone
from spec_lang.language_server.settings import outside_of

NAME: Final = "cnn"
DELAY: Final = 0.05
"""Seconds of quiet after a change before diagnostics are pushed: a burst of keys is one change."""
PARENT_CHECKED: Final = 3.0
"""Seconds between looks whether the editor is still there."""

log = logging.getLogger(__name__)


class Server(LanguageServer):
    """The open documents and what the client was told of them."""

    def __init__(self, outside: Outside, version: str) -> None:
        super().__init__(NAME, version, protocol_cls=Protocol, converter_factory=default_converter)
        self.documents = Documents(outside)
        self.pulls = False
        """Whether the client asks for diagnostics by itself."""
        self.snippets = False
        """Whether the client takes tab stops in what it inserts."""
        self.incoming = Incoming(BytesIO())
        """What the client sends."""
        self._outside = outside
        self._pushed: dict[str, str] = {}
        self._timer: asyncio.TimerHandle | None = None
        self.parent_watch: asyncio.Future[None] | None = None

    @property
    def exit_code(self) -> int:
        """What the protocol wants the process to end with: 0 after a proper farewell."""
        assert isinstance(self.protocol, Protocol)
        return 0 if self.protocol.was_shut_down else 1

    def serve(self, reader: ByteStream, writer: BinaryIO) -> None:
        """Serve one client until it leaves."""
        log_faults_alone()
        self.incoming = Incoming(reader)
        # pygls reads lines and bodies, and nothing else of a stream.
        self.start_io(cast("BinaryIO", self.incoming), writer)
        if not self.exit_code:
            return
        log.warning("the client has left without asking for 'shutdown'")

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Errors of the server are for its log; nobody who writes a spec can do anything about them."""
        if source is JsonRpcException:  # What came in could not be read.
            assert isinstance(self.protocol, Protocol)
            self.protocol.refuse_unreadable()
        elif source is not FeatureRequestError:  # The client has it as the answer, and pygls has logged it.
            log.error("%s: %s", getattr(source, "__name__", source), error)

    def take_settings(self, settings: object) -> None:
        """Take over what the editor's settings allow specs to read; nothing where they do not speak of it."""
        folders = outside_of(settings)
        for unknown in self._outside.allow(folders) if folders is not None else ():
            log.warning("dotcnn.outside: %s is no folder, by its whole path", unknown)

    def opened(self, uri: str, text: str, version: int | None) -> None:
        self.documents.open(uri, conversion.path_of(uri), text, version)
        self.settle()

    def changed(self, uri: str, changes: Sequence[Change], version: int | None) -> None:
        if self.documents.get(uri) is None:
            log.warning("a change of %s, which is not open, was ignored", uri)
        self.documents.change(uri, changes, version)
        self.settle()

    def closed(self, uri: str) -> None:
        self.documents.close(uri)
        if self._pushed.pop(uri, None) is not None:
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))
        self.settle()

    def view(self, uri: str) -> View | None:
        """An open document with its analysis as it is now."""
        document = self.documents.get(uri)
        if document is None:
            return None
        analysis = self.documents.analysis(document)
        for complaint in self.documents.complaints():
            self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, complaint))
        positions = self.documents.positions(document, analysis)
        return View(document, analysis, positions, self.documents.encoding, self.snippets)

    def settle(self) -> None:
        """Tell the client, after a moment of quiet, what a change means for the open documents."""
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(DELAY, self._settled)

    def _settled(self) -> None:
        self._timer = None
        if self.pulls:
            self._refresh()
            return
        for document in self.documents:
            if view := self.view(document.uri):
                items = self.diagnostics(view)
                told = f"{document.version} {fingerprint(items)}"
                if self._pushed.get(document.uri) != told:
                    self._pushed[document.uri] = told
                    self.text_document_publish_diagnostics(
                        types.PublishDiagnosticsParams(document.uri, items, document.version)
                    )

    def _refresh(self) -> None:
        """Ask the client to ask anew where a change elsewhere made what it knows of a document stale."""
        workspace = self.client_capabilities.workspace
        if not self.documents.outdated() or workspace is None:
            return
        for capability, refresh in (
            (workspace.diagnostics, self.workspace_diagnostic_refresh),
            (workspace.inlay_hint, self.workspace_inlay_hint_refresh),
            (workspace.code_lens, self.workspace_code_lens_refresh),
            (workspace.semantic_tokens, self.workspace_semantic_tokens_refresh),
        ):
            if capability and capability.refresh_support:
                refresh(None)

    async def watch_parent(self, process: int) -> None:
        """End when the editor has ended without a word, even where something else keeps the connection open."""
        while self._outside.is_alive(process):
            await asyncio.sleep(PARENT_CHECKED)
        log.warning("the editor's process %d is gone", process)
        os._exit(1)  # A thread waits for the next message, and would wait for ever.

    def diagnostics(self, view: View) -> list[types.Diagnostic]:
        """All that is to be said of a document."""
        return [conversion.diagnostic(view, each) for each in findings(view.analysis)]


def fingerprint(items: Sequence[types.Diagnostic]) -> str:
    """A short name of a list of diagnostics: equal for equal ones."""
    return f"{zlib.crc32(repr(items).encode(errors='backslashreplace')):08x}{len(items)}"
