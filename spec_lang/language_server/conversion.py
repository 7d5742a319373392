"""What the features found, in the types of the protocol."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from lsprotocol import types
from pygls.uris import from_fs_path, to_fs_path

from spec_lang.diagnostics import Edit, Label, Severity
from spec_lang.language_server.analysis import Analysis
from spec_lang.language_server.code_actions import Action
from spec_lang.language_server.completion import Completion
from spec_lang.language_server.diagnostics import Finding
from spec_lang.language_server.documents import Document
from spec_lang.language_server.positions import Positions
from spec_lang.language_server.semantic_tokens import LEGEND, Token
from spec_lang.language_server.signatures import Signature
from spec_lang.language_server.symbols import Symbol
from spec_lang.source import Source, Span

SOURCE = "cnn"


class View(NamedTuple):
    """A document with its analysis, and the places in it as the client counts them."""

    document: Document
    analysis: Analysis
    positions: Positions
    encoding: str
    snippets: bool = False
    """Whether the client takes tab stops in what it inserts."""

    def offset(self, position: types.Position) -> int:
        """The offset of a position of the client's."""
        return self.positions.offset(position.line, position.character)

    def position(self, offset: int) -> types.Position:
        """An offset as a position of the client's."""
        return types.Position(*self.positions.place(offset))

    def range(self, span: Span) -> types.Range:
        """A span of the document."""
        return types.Range(self.position(span.start), self.position(span.end))

    def location(self, span: Span) -> types.Location | None:
        """A span, also of another file; None where it lies in no file."""
        if span.source is self.analysis.source:
            return types.Location(self.document.uri, self.range(span))
        uri = uri_of(span.source)
        if uri is None:
            return None
        places = Positions(span.source, self.encoding)
        start, end = (types.Position(*places.place(offset)) for offset in (span.start, span.end))
        return types.Location(uri, types.Range(start, end))

    def edit(self, edit: Edit) -> types.TextEdit:
        """An edit of the document, with its line ends."""
        return types.TextEdit(self.range(edit.span), edit.replacement.replace("\n", self.document.line_end))

    def edits(self, edits: Sequence[Edit]) -> list[types.TextEdit]:
        return [self.edit(each) for each in edits]


def uri_of(source: Source) -> str | None:
    """The address of an included file."""
    path = Path(source.name)
    return from_fs_path(str(path)) if path.is_absolute() else None


def path_of(uri: str) -> str | None:
    """The path of a document that has a file, or could have one; None for an address of another kind."""
    path = to_fs_path(uri)
    return path if path and Path(path).is_absolute() and "\0" not in path else None


def diagnostic(view: View, finding: Finding) -> types.Diagnostic:
    """A finding as the client shows it."""
    error = finding.severity is Severity.ERROR
    return types.Diagnostic(
        range=view.range(finding.span),
        message=finding.message,
        severity=types.DiagnosticSeverity.Error if error else types.DiagnosticSeverity.Warning,
        code=finding.code,
        code_description=types.CodeDescription(finding.href),
        source=SOURCE,
        related_information=_related(view, finding.related),
        tags=[types.DiagnosticTag.Unnecessary] if finding.unnecessary else None,
    )


def _related(view: View, labels: Sequence[Label]) -> list[types.DiagnosticRelatedInformation] | None:
    located = [(view.location(label.span), label.text) for label in labels]
    return [
        types.DiagnosticRelatedInformation(location, text or "related") for location, text in located if location
    ] or None


def workspace_edit(view: View, edits: Sequence[Edit]) -> types.WorkspaceEdit:
    """Edits of a document and of the files around it."""
    changes: dict[str, list[types.TextEdit]] = {}
    for edit in edits:
        if location := view.location(edit.span):
            changes.setdefault(location.uri, []).append(types.TextEdit(location.range, edit.replacement))
    return types.WorkspaceEdit(changes=changes)


def code_action(view: View, action: Action) -> types.CodeAction:
    """An action as the client offers it."""
    return types.CodeAction(
        title=action.title,
        kind=action.kind,
        diagnostics=[diagnostic(view, action.finding)] if action.finding else None,
        is_preferred=action.preferred or None,
        edit=types.WorkspaceEdit(changes={view.document.uri: view.edits(action.edits)}),
    )


_COMPLETION_KINDS: Final = {
    "layer": types.CompletionItemKind.Function,
    "section": types.CompletionItemKind.Module,
    "setting": types.CompletionItemKind.Property,
    "structure": types.CompletionItemKind.Keyword,
    "block": types.CompletionItemKind.Class,
    "word": types.CompletionItemKind.EnumMember,
    "option": types.CompletionItemKind.Field,
    "parameter": types.CompletionItemKind.Variable,
    "path": types.CompletionItemKind.File,
}
_SYMBOL_KINDS: Final = {
    "section": types.SymbolKind.Namespace,
    "block": types.SymbolKind.Class,
    "layer": types.SymbolKind.Function,
    "setting": types.SymbolKind.Property,
}


def completion(view: View, item: Completion, place: int) -> types.CompletionItem:
    """Something to write, as the client offers it; without snippets, as plain text.

    Clients sort by a text: the likeliest kinds first, those of one kind by their place in the list.
    """
    capabilities = view.snippets
    plain = item.label if "$" in item.snippet else item.snippet
    markdown = types.MarkupContent(types.MarkupKind.Markdown, item.documentation)
    return types.CompletionItem(
        label=item.label,
        kind=_COMPLETION_KINDS[item.kind],
        detail=item.detail or None,
        documentation=markdown if item.documentation else None,
        sort_text=f"{item.order}{place:03}",
        insert_text_format=types.InsertTextFormat.Snippet if capabilities else types.InsertTextFormat.PlainText,
        text_edit=types.TextEdit(view.range(item.span), item.snippet if capabilities else plain),
    )


def signature(found: Signature) -> types.SignatureHelp:
    """What a statement takes; offsets in the label are ASCII, the same in every encoding."""
    parts = [types.ParameterInformation(found.label[part.start : part.end], part.documentation) for part in found.parts]
    shown = types.SignatureInformation(found.label, found.documentation, parts, found.active)
    return types.SignatureHelp([shown], active_signature=0, active_parameter=found.active)


def symbol(view: View, found: Symbol) -> types.DocumentSymbol:
    """An entry of the outline."""
    return types.DocumentSymbol(
        name=found.name,
        kind=_SYMBOL_KINDS[found.kind],
        range=view.range(found.span),
        selection_range=view.range(found.selection),
        detail=found.detail or None,
        children=[symbol(view, each) for each in found.children] or None,
    )


def selection(view: View, spans: Sequence[Span]) -> types.SelectionRange:
    """Growing spans, the smallest first, as a chain."""
    chain: types.SelectionRange | None = None
    for span in reversed(spans):
        chain = types.SelectionRange(view.range(span), chain)
    assert chain is not None
    return chain


def semantic_data(view: View, tokens: Sequence[Token]) -> list[int]:
    """Five numbers for each token: lines and characters from the one before it, its length, its type, no modifier."""
    data: list[int] = []
    before = types.Position(0, 0)
    numbers = {kind: number for number, kind in enumerate(LEGEND)}
    for token in tokens:
        start, end = view.position(token.start), view.position(token.start + token.length)
        line = start.line - before.line
        data += [line, start.character - (0 if line else before.character), end.character - start.character]
        data += [numbers[token.kind], 0]
        before = start
    return data


def target(view: View, path: str) -> str | None:
    """The address of a path that a document names; None where the document has no folder."""
    if view.analysis.path is None:
        return None
    address: str | None = from_fs_path(str((Path(view.analysis.path).parent / path).absolute()))
    return address
