"""The language server as an editor meets it: a process of its own, through pytest-lsp."""

import random
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

from spec_lang import check_text
from spec_lang.language_server.positions import Place, Positions, normalised, replaced

URI = "file:///nowhere/spec.cnn"
BROKEN = "# 🙂\nmodel {\n  conv 8 3x3 relu  # 🙂\n  'é' ; flatten;  dense 10 sofmax\n}\n"
PIECES = [
    *'\n\n {};#x3"',
    *("🙂", "é", "conv 8 3x3 relu\n", "\r\n", "\r", "sofmax", "\u2028", "  pool 2x2\n", "flatten", "dense 10 softmax"),
    *("stride=3", "model {\n", "train { epochs 3 }\n", "\x0b"),
]
ORDINARY, ALL = 150, 1000


async def connect(client: LanguageClient, encoding: str, *, pulls: bool) -> types.InitializeResult:
    document = types.TextDocumentClientCapabilities(
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(related_information=True),
        diagnostic=types.DiagnosticClientCapabilities() if pulls else None,
    )
    general = types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind(encoding)])
    capabilities = types.ClientCapabilities(text_document=document, general=general)
    return await client.initialize_session(types.InitializeParams(capabilities=capabilities))


CONFIG = ClientServerConfig(server_command=[sys.executable, "-m", "runtime.cli", "lsp", "--stdio"])
CLIENTS = [(encoding, pulls) for encoding in ("utf-8", "utf-16") for pulls in (True, False)]


def named(client: tuple[str, bool]) -> str:
    return f"{client[0]}-{'pull' if client[1] else 'push'}"


@pytest_lsp.fixture(config=CONFIG, params=CLIENTS, ids=named)
async def client(lsp_client: LanguageClient, request: pytest.FixtureRequest) -> AsyncIterator[None]:
    encoding, pulls = request.param
    result = await connect(lsp_client, encoding, pulls=pulls)
    assert result.capabilities.position_encoding == encoding
    yield
    await lsp_client.shutdown_session()


@pytest_lsp.fixture(config=CONFIG)
async def pulling(lsp_client: LanguageClient) -> AsyncIterator[None]:
    await connect(lsp_client, "utf-16", pulls=True)
    yield
    await lsp_client.shutdown_session()


@pytest_lsp.fixture(config=CONFIG)
async def allowed(lsp_client: LanguageClient, tmp_path: Path) -> AsyncIterator[None]:
    """A server whose editor allows one folder from the start."""
    (tmp_path / "shared").mkdir()
    capabilities = types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities())
    )
    options = {"outside": [str(tmp_path / "shared")]}
    await lsp_client.initialize_session(
        types.InitializeParams(capabilities=capabilities, initialization_options=options)
    )
    yield
    await lsp_client.shutdown_session()


def opened(client: LanguageClient, text: str, uri: str = URI) -> types.TextDocumentIdentifier:
    client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "cnn", 1, text)))
    return types.TextDocumentIdentifier(uri)


async def diagnostics(client: LanguageClient, version: int = 1, uri: str = URI) -> list[types.Diagnostic]:
    """What the server says of the document, asked for or waited for, as the client can."""
    capabilities = client.capabilities
    assert capabilities and capabilities.text_document
    if capabilities.text_document.diagnostic:
        params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
        report = await client.text_document_diagnostic_async(params)
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        return list(report.items)
    while True:
        pushed = await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        if (pushed.uri, pushed.version) == (uri, version):
            return list(pushed.diagnostics)


def encoding_of(client: LanguageClient) -> str:
    assert client.capabilities and client.capabilities.general and client.capabilities.general.position_encodings
    return types.PositionEncodingKind(client.capabilities.general.position_encodings[0]).value


def expected(text: str, encoding: str) -> list[tuple[str, Place, Place]]:
    """What `check_text` finds, with the places as the client counts them."""
    checked = check_text(normalised(text), "/nowhere/spec.cnn")
    positions = Positions(checked.source, encoding, marked=text.startswith("\ufeff"))
    return [
        (each.code, positions.place(each.span.start), positions.place(each.span.end)) for each in checked.diagnostics
    ]


def told(found: list[types.Diagnostic]) -> list[tuple[str, Place, Place]]:
    return [
        (
            str(each.code),
            Place(each.range.start.line, each.range.start.character),
            Place(each.range.end.line, each.range.end.character),
        )
        for each in found
    ]


@pytest.mark.asyncio
async def test_an_error_behind_an_emoji_is_shown_at_its_place(client: LanguageClient) -> None:
    opened(client, 'flatten; dense 10 softmax\n  include "🙂.cnn" outsid=on\n')
    [found] = [each for each in await diagnostics(client) if each.code == "E204"]
    start, end = found.range.start, found.range.end
    before = '  include "🙂.cnn" '.encode("utf-8" if encoding_of(client) == "utf-8" else "utf-16-le")
    column = len(before) if encoding_of(client) == "utf-8" else len(before) // 2
    assert (start.line, start.character, end.line, end.character) == (1, column, 1, column + len("outsid"))
    assert found.severity == types.DiagnosticSeverity.Error
    assert found.source == "cnn"
    assert found.code_description
    assert str(found.code).lower() in found.code_description.href


@pytest.mark.asyncio
async def test_related_places_are_named(client: LanguageClient) -> None:
    opened(client, "conv 8 3x3 relu\ndense 10 softmax\n")
    [found] = await diagnostics(client)
    assert found.related_information
    [related] = found.related_information
    assert related.location.uri == URI
    assert related.location.range.start.line == 0
    assert related.message == "leaves 6x6x8"


async def edit_at_random(client: LanguageClient, edits: int, seed: int) -> None:
    random_, encoding = random.Random(seed), encoding_of(client)
    text = BROKEN
    opened(client, text)
    assert told(await diagnostics(client)) == expected(text, encoding)
    for version in range(2, edits + 2):
        start = random_.randrange(len(text) + 1)
        end = min(start + random_.choice([0, 0, 1, 4, 30]), len(text))
        new = "".join(random_.choices(PIECES, k=random_.choice([0, 1, 1, 2])))
        if len(text) > 700:
            end, new = len(text), ""
        first, last = (place_of(text, offset, encoding) for offset in (start, end))
        span = types.Range(types.Position(*first), types.Position(*last))
        client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(version, URI), [types.TextDocumentContentChangePartial(span, new)]
            )
        )
        text = replaced(text, first, last, new, encoding)
        assert told(await diagnostics(client, version)) == expected(text, encoding), text


def place_of(text: str, offset: int, encoding: str) -> Place:
    """Counted by Python's own codecs."""
    lines = normalised(text[:offset].removesuffix("\r") if text[offset - 1 : offset + 1] == "\r\n" else text[:offset])
    before = lines.rpartition("\n")[2]
    counted = before.encode("utf-8") if encoding == "utf-8" else before.encode("utf-16-le")
    return Place(lines.count("\n"), len(counted) // (1 if encoding == "utf-8" else 2))


@pytest.mark.asyncio
async def test_after_each_of_many_edits_the_diagnostics_are_those_of_a_check(client: LanguageClient) -> None:
    # What is pushed waits for a moment of quiet each time.
    await edit_at_random(client, ORDINARY if pulls(client) else ORDINARY // 5, seed=1)


@pytest.mark.heavy
@pytest.mark.asyncio
async def test_after_each_of_a_thousand_edits_the_diagnostics_are_those_of_a_check(client: LanguageClient) -> None:
    await edit_at_random(client, ALL, seed=2)


def pulls(client: LanguageClient) -> bool:
    assert client.capabilities and client.capabilities.text_document
    return client.capabilities.text_document.diagnostic is not None


@pytest.mark.asyncio
async def test_what_was_told_is_not_told_again(pulling: LanguageClient) -> None:
    document = opened(pulling, BROKEN)
    first = await pulling.text_document_diagnostic_async(types.DocumentDiagnosticParams(document))
    assert isinstance(first, types.RelatedFullDocumentDiagnosticReport)
    again = await pulling.text_document_diagnostic_async(
        types.DocumentDiagnosticParams(document, previous_result_id=first.result_id)
    )
    assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)
    assert again.result_id == first.result_id


def applied(text: str, edits: list[types.TextEdit]) -> str:
    """The text after edits of the server, as a client in UTF-16 applies them."""
    for edit in sorted(edits, key=lambda each: Place(each.range.start.line, each.range.start.character), reverse=True):
        start, end = (Place(each.line, each.character) for each in (edit.range.start, edit.range.end))
        text = replaced(text, start, end, edit.new_text, "utf-16")
    return text


@pytest.mark.asyncio
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
async def test_all_is_fixed_and_formatted(pulling: LanguageClient, line_end: str) -> None:
    text = "# 🙂\ncnov   8 3x3 relu  # 🙂\n\n\n\ndense 10 sofmax\n".replace("\n", line_end)
    document = opened(pulling, text)
    everywhere = types.Range(types.Position(0, 0), types.Position(99, 0))
    context = types.CodeActionContext([], only=[types.CodeActionKind.SourceFixAll])
    actions = await pulling.text_document_code_action_async(types.CodeActionParams(document, everywhere, context))
    assert actions
    [action] = actions
    assert isinstance(action, types.CodeAction)
    assert action.kind == "source.fixAll.cnn"
    assert action.edit and action.edit.changes
    text = applied(text, list(action.edit.changes[URI]))
    assert text == "# 🙂\nconv   8 3x3 relu  # 🙂\n\n\n\nflatten\ndense 10 softmax\n".replace("\n", line_end)
    pulling.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(2, URI), [types.TextDocumentContentChangeWholeDocument(text)]
        )
    )
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    edits = await pulling.text_document_formatting_async(types.DocumentFormattingParams(document, options))
    formatted = applied(text, list(edits or ()))
    assert formatted == "# 🙂\nconv 8 3x3 relu  # 🙂\n\nflatten\ndense 10 softmax\n".replace("\n", line_end)


@pytest.mark.asyncio
async def test_a_quick_fix_names_what_it_mends(pulling: LanguageClient) -> None:
    document = opened(pulling, "flatten\ndense 10 sofmax\n")
    place = types.Range(types.Position(1, 10), types.Position(1, 10))
    actions = await pulling.text_document_code_action_async(
        types.CodeActionParams(document, place, types.CodeActionContext([]))
    )
    assert actions
    [action] = actions
    assert isinstance(action, types.CodeAction)
    assert action.is_preferred
    assert action.diagnostics and [each.code for each in action.diagnostics] == ["E205"]


@pytest.mark.asyncio
async def test_included_files_count_open_or_not(pulling: LanguageClient, tmp_path: Path) -> None:
    included, spec = tmp_path / "blocks.cnn", tmp_path / "spec.cnn"
    included.write_text("block wide { conv 64 3x3 relu }\n", encoding="utf-8")
    uri = spec.as_uri()
    opened(pulling, 'include "blocks.cnn"\nwide\nflatten\ndense 10 softmax\n', uri)
    assert await diagnostics(pulling, uri=uri) == []
    included.write_text("block wide { cnov 64 3x3 relu }\n", encoding="utf-8")
    [found] = await diagnostics(pulling, uri=uri)
    assert found.range.start.line == 1  # The use that led there.
    assert found.related_information
    assert found.related_information[0].location.uri == included.as_uri()
    opened(pulling, "block wide { conv 64 3x3 relu }\n", included.as_uri())
    assert await diagnostics(pulling, uri=uri) == []
    pulling.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(included.as_uri())))
    assert len(await diagnostics(pulling, uri=uri)) == 1


@pytest.mark.asyncio
async def test_the_settings_of_the_project_count(pulling: LanguageClient, tmp_path: Path) -> None:
    project, uri = tmp_path / "pyproject.toml", (tmp_path / "spec.cnn").as_uri()
    text = "conv 8 3x3 relu\npool 2x2 stride=3\nflatten\ndense 10 softmax\n"
    opened(pulling, text, uri)
    assert [each.code for each in await diagnostics(pulling, uri=uri)] == ["W511"]
    project.write_text('[tool.dotcnn]\nignore = ["W511"]\n', encoding="utf-8")
    assert await diagnostics(pulling, uri=uri) == []
    project.write_text("[tool.dotcnn\n", encoding="utf-8")
    assert [each.code for each in await diagnostics(pulling, uri=uri)] == ["W511"]
    assert await diagnostics(pulling, uri=uri)
    [message] = pulling.messages
    assert "not valid TOML" in message.message
    project.unlink()
    assert [each.code for each in await diagnostics(pulling, uri=uri)] == ["W511"]


@pytest.mark.asyncio
async def test_a_block_is_renamed_in_files_that_are_open_and_in_those_that_are_not(
    pulling: LanguageClient, tmp_path: Path
) -> None:
    blocks, spec, other = (tmp_path / name for name in ("blocks.cnn", "spec.cnn", "other.cnn"))
    blocks.write_text("# 🙂\nblock wide(n) { conv n 3x3 }\n", encoding="utf-8")
    other.write_text('include "blocks.cnn"; wide 8\n', encoding="utf-8")
    document = opened(pulling, 'include "blocks.cnn"\nwide 4\nflatten\ndense 10 softmax\n', spec.as_uri())
    opened(pulling, "# unsaved\n# 🙂\nblock wide(n) { conv n 3x3 }\n", blocks.as_uri())
    edit = await pulling.text_document_rename_async(types.RenameParams(document, types.Position(1, 2), "broad"))
    assert edit and edit.changes
    places = {
        uri: [(each.range.start.line, each.range.start.character, each.new_text) for each in edits]
        for uri, edits in edit.changes.items()
    }
    assert places == {
        spec.as_uri(): [(1, 0, "broad")],
        blocks.as_uri(): [(2, 6, "broad")],
        other.as_uri(): [(0, 22, "broad")],
    }


@pytest.mark.asyncio
async def test_a_block_that_is_not_closed_yet_keeps_its_hints(pulling: LanguageClient) -> None:
    document = opened(pulling, "data mnist\nmodel {\n  conv 8 3x3 relu")
    assert [each.code for each in await diagnostics(pulling)] == ["E105"]
    whole = types.Range(types.Position(0, 0), types.Position(9, 0))
    hints = await pulling.text_document_inlay_hint_async(types.InlayHintParams(document, whole))
    assert [(each.position.line, each.label) for each in hints or ()] == [(2, "26x26x8, 80 parameters")]
    folds = await pulling.text_document_folding_range_async(types.FoldingRangeParams(document))
    assert [(each.start_line, each.end_line) for each in folds or ()] == [(1, 2)]
    symbols = await pulling.text_document_document_symbol_async(types.DocumentSymbolParams(document))
    assert symbols
    assert symbols[-1].range.end == types.Position(2, 17)  # type: ignore[union-attr]


@pytest.mark.asyncio
async def test_the_editor_says_what_specs_may_read_outside(allowed: LanguageClient, tmp_path: Path) -> None:
    (tmp_path / "shared" / "blocks.cnn").write_text("block wide { dense 16 relu }\n")
    (tmp_path / "theirs").mkdir()
    uri = (tmp_path / "theirs" / "spec.cnn").as_uri()
    opened(allowed, 'include "../shared/blocks.cnn"\nflatten; wide; dense 10 softmax\n', uri)

    async def found() -> list[str]:
        return [str(each.code) for each in await diagnostics(allowed, uri=uri) if each.severity == 1]

    def configure(settings: object) -> None:
        allowed.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))

    assert await found() == []
    configure({"dotcnn": {"outside": []}})
    assert await found() == ["E256"]
    configure({"dotcnn": {"outside": [str(tmp_path / "shared")]}})
    assert await found() == []
    configure({"editor": {}})
    assert await found() == []
