"""Which request is answered by which feature."""

import asyncio
import gc
from collections.abc import Callable
from typing import Any, Final

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from spec_lang.language_server import (
    code_actions,
    code_lens,
    completion,
    conversion,
    folding,
    formatting,
    hover,
    inlay_hints,
    navigation,
    selection_ranges,
    semantic_tokens,
    signatures,
    symbols,
)
from spec_lang.language_server.closing import closed
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
        if view and handler not in OF_THE_TEXT_ITSELF:
            view = view._replace(analysis=closed(view.analysis))
        return handler(view, params) if view else None

    server.feature(method, options)(answer)


def _register_lifecycle(server: Server) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        # Its value: as text, a member of an enumeration is its own name.
        server.documents.encoding = types.PositionEncodingKind(server.workspace.position_encoding or "utf-16").value
        document = params.capabilities.text_document
        server.pulls = bool(document and document.diagnostic)
        item = document.completion.completion_item if document and document.completion else None
        server.snippets = bool(item and item.snippet_support)
        server.take_settings(params.initialization_options)

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

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def configured(params: types.DidChangeConfigurationParams) -> None:
        server.take_settings(params.settings)
        server.settle()

    for method in (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, types.TEXT_DOCUMENT_DID_SAVE):
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


def _hover(view: View, params: types.HoverParams) -> types.Hover | None:
    found = hover.hover(view.analysis, view.offset(params.position))
    if found is None:
        return None
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, found.markdown), view.range(found.span))


def _completion(view: View, params: types.CompletionParams) -> list[types.CompletionItem]:
    found = completion.completions(view.analysis, view.offset(params.position))
    return [conversion.completion(view, item, place) for place, item in enumerate(found)]


def _signature(view: View, params: types.SignatureHelpParams) -> types.SignatureHelp | None:
    found = signatures.signature(view.analysis, view.offset(params.position))
    return conversion.signature(found) if found else None


def _inlay_hint(view: View, params: types.InlayHintParams) -> list[types.InlayHint]:
    start, end = view.offset(params.range.start), view.offset(params.range.end)
    return [
        types.InlayHint(view.position(hint.offset), hint.label, types.InlayHintKind.Type, padding_left=True)
        for hint in inlay_hints.inlay_hints(view.analysis, start, end)
    ]


def _code_lens(view: View, _params: types.CodeLensParams) -> list[types.CodeLens]:
    return [
        types.CodeLens(view.range(lens.span), types.Command(lens.title, lens.command, arguments=[view.document.uri]))
        for lens in code_lens.code_lenses(view.analysis)
    ]


def _document_symbol(view: View, _params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    return [conversion.symbol(view, each) for each in symbols.symbols(view.analysis)]


def _folding_range(view: View, _params: types.FoldingRangeParams) -> list[types.FoldingRange]:
    kinds = {"comment": types.FoldingRangeKind.Comment, "region": types.FoldingRangeKind.Region}
    end = view.positions.place(len(view.analysis.text)).line
    found = [(fold.first - 1, min(fold.last - 1, end), fold.kind) for fold in folding.folds(view.analysis)]
    return [types.FoldingRange(first, last, kind=kinds[kind]) for first, last, kind in found if first < last]


def _selection_range(view: View, params: types.SelectionRangeParams) -> list[types.SelectionRange]:
    found = [selection_ranges.selections(view.analysis, view.offset(position)) for position in params.positions]
    return [conversion.selection(view, spans) for spans in found]


def _semantic_tokens(view: View, _params: types.SemanticTokensParams) -> types.SemanticTokens:
    return types.SemanticTokens(conversion.semantic_data(view, semantic_tokens.semantic_tokens(view.analysis)))


def _definition(view: View, params: types.DefinitionParams) -> types.Location | None:
    span = navigation.definition(view.analysis, view.offset(params.position))
    return view.location(span) if span else None


def _references(view: View, params: types.ReferenceParams) -> list[types.Location]:
    offset, declaration = view.offset(params.position), params.context.include_declaration
    found = navigation.references(view.analysis, offset, declaration=declaration)
    return [location for span in found if (location := view.location(span))]


def _highlight(view: View, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
    found = navigation.references(view.analysis, view.offset(params.position))
    return [types.DocumentHighlight(view.range(span)) for span in found if span.source is view.analysis.source]


def _prepare_rename(view: View, params: types.PrepareRenameParams) -> types.Range | None:
    span = navigation.renamed_span(view.analysis, view.offset(params.position))
    return view.range(span) if span else None


def _rename(view: View, params: types.RenameParams) -> types.WorkspaceEdit:
    try:
        edits = navigation.rename(view.analysis, view.offset(params.position), params.new_name)
    except navigation.RenameError as error:
        raise JsonRpcInvalidParams(str(error)) from error
    return conversion.workspace_edit(view, edits)


def _document_link(view: View, _params: types.DocumentLinkParams) -> list[types.DocumentLink]:
    found = [(link.span, conversion.target(view, link.path)) for link in navigation.links(view.analysis)]
    return [types.DocumentLink(view.range(span), target) for span, target in found if target]


DIAGNOSTIC_OPTIONS: Final = types.DiagnosticOptions(
    identifier="cnn", inter_file_dependencies=True, workspace_diagnostics=False
)

DOCUMENT_HANDLERS: Final[dict[str, Handler]] = {
    types.TEXT_DOCUMENT_CODE_ACTION: _code_action,
    types.TEXT_DOCUMENT_FORMATTING: _formatting,
    types.TEXT_DOCUMENT_RANGE_FORMATTING: _range_formatting,
    types.TEXT_DOCUMENT_HOVER: _hover,
    types.TEXT_DOCUMENT_COMPLETION: _completion,
    types.TEXT_DOCUMENT_SIGNATURE_HELP: _signature,
    types.TEXT_DOCUMENT_INLAY_HINT: _inlay_hint,
    types.TEXT_DOCUMENT_CODE_LENS: _code_lens,
    types.TEXT_DOCUMENT_DOCUMENT_SYMBOL: _document_symbol,
    types.TEXT_DOCUMENT_FOLDING_RANGE: _folding_range,
    types.TEXT_DOCUMENT_SELECTION_RANGE: _selection_range,
    types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL: _semantic_tokens,
    types.TEXT_DOCUMENT_DEFINITION: _definition,
    types.TEXT_DOCUMENT_REFERENCES: _references,
    types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT: _highlight,
    types.TEXT_DOCUMENT_PREPARE_RENAME: _prepare_rename,
    types.TEXT_DOCUMENT_RENAME: _rename,
    types.TEXT_DOCUMENT_DOCUMENT_LINK: _document_link,
}

OF_THE_TEXT_ITSELF: Final = frozenset({_code_action, _formatting, _range_formatting})
"""Handlers that change the text, and so must see it as it is, with a block that is not closed yet."""

OPTIONS: Final[dict[str, Any]] = {
    types.TEXT_DOCUMENT_CODE_ACTION: types.CodeActionOptions(code_action_kinds=list(code_actions.KINDS)),
    types.TEXT_DOCUMENT_COMPLETION: types.CompletionOptions(trigger_characters=["=", '"', "/"]),
    types.TEXT_DOCUMENT_SIGNATURE_HELP: types.SignatureHelpOptions(trigger_characters=[" ", "="]),
    types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL: types.SemanticTokensLegend(list(semantic_tokens.LEGEND), []),
    types.TEXT_DOCUMENT_RENAME: types.RenameOptions(prepare_provider=True),
}
