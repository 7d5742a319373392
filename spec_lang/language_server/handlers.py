"""Which request is answered by which feature."""

import asyncio
import gc
from collections.abc import Callable
from typing import Any, Final

from lsprotocol import types

from spec_lang.language_server import code_actions, conversion, formatting
from spec_lang.language_server.conversion import View
from spec_lang.language_server.documents import Outside
from spec_lang.language_server.server import Server, fingerprint

WATCHED: Final = ("**/pyproject.toml", "**/*.cnn")

GARBAGE: Final = (50_000, 20, 20)
"""A check makes ten thousands of objects that live as long as the document's version: not to be looked through."""

Handler = Callable[[View, Any], Any]
"""Answers a request about a document that is open, with the params of the request."""


def new_server(outside: Outside, version: str) -> Server:
    """A server with all of its features."""
    gc.disable()  # Imports make a million objects that stay: to look among them for garbage takes as long again.
    server = Server(outside, version)
    _register_lifecycle(server)
    for method, handler in DOCUMENT_HANDLERS.items():
        _register(server, method, handler, OPTIONS.get(method))
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    gc.enable()
    return server


def _register(server: Server, method: str, handler: Handler, options: Any) -> None:
    def answer(params: Any) -> Any:
        view = server.view(params.text_document.uri)
        return handler(view, params) if view else None

    server.feature(method, options)(answer)


def _register_lifecycle(server: Server) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.documents.encoding = str(server.workspace.position_encoding or "utf-16")
        document = params.capabilities.text_document
        server.pulls = bool(document and document.diagnostic)

    @server.feature(types.INITIALIZED)
    def initialized(_params: types.InitializedParams) -> None:
        if server.process_id:
            server.parent_watch = asyncio.ensure_future(server.watch_parent(server.process_id))
        _watch_files(server)

    @server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, DIAGNOSTIC_OPTIONS)
    def diagnostic(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        view = server.view(params.text_document.uri)
        items = server.diagnostics(view) if view else []
        result = fingerprint(items)
        if params.previous_result_id == result:
            return types.RelatedUnchangedDocumentDiagnosticReport(result_id=result)
        return types.RelatedFullDocumentDiagnosticReport(items=items, result_id=result)

    for method in (
        types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
        types.WORKSPACE_DID_CHANGE_CONFIGURATION,
        types.TEXT_DOCUMENT_DID_SAVE,
    ):
        server.feature(method)(lambda _params: server.settle())


def _watch_files(server: Server) -> None:
    """Ask the client to tell when a project's settings or a spec on disk change, if it can."""
    workspace = server.client_capabilities.workspace
    watching = workspace.did_change_watched_files if workspace else None
    if not watching or not watching.dynamic_registration:
        return
    options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(glob) for glob in WATCHED])
    method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    server.client_register_capability(types.RegistrationParams([types.Registration("watched", method, options)]))


def _code_action(view: View, params: types.CodeActionParams) -> list[types.CodeAction]:
    start, end = view.offset(params.range.start), view.offset(params.range.end)
    found = code_actions.actions(view.analysis, start, end, [str(kind) for kind in params.context.only or ()])
    return [conversion.code_action(view, action) for action in found]


def _formatting(view: View, _params: types.DocumentFormattingParams) -> list[types.TextEdit]:
    return view.edits(formatting.formatting(view.analysis))


def _range_formatting(view: View, params: types.DocumentRangeFormattingParams) -> list[types.TextEdit]:
    start, end = view.offset(params.range.start), view.offset(params.range.end)
    return view.edits(formatting.range_formatting(view.analysis, start, end))


DIAGNOSTIC_OPTIONS: Final = types.DiagnosticOptions(
    identifier="cnn", inter_file_dependencies=True, workspace_diagnostics=False
)

DOCUMENT_HANDLERS: Final[dict[str, Handler]] = {
    types.TEXT_DOCUMENT_CODE_ACTION: _code_action,
    types.TEXT_DOCUMENT_FORMATTING: _formatting,
    types.TEXT_DOCUMENT_RANGE_FORMATTING: _range_formatting,
}

OPTIONS: Final[dict[str, Any]] = {
    types.TEXT_DOCUMENT_CODE_ACTION: types.CodeActionOptions(code_action_kinds=list(code_actions.KINDS)),
}
