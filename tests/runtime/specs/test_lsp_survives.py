"""The language server survives what clients, files and people do, and ends when it is to end."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lsp_client import COMMAND, PATIENCE, PULL, PUSH, Client, uri

URI = "file:///nowhere/spec.cnn"
SOUND = "conv 8 3x3 relu\nflatten\ndense 10 softmax\n"
RANGE = {"start": {"line": 0, "character": 0}, "end": {"line": 3, "character": 0}}
HEAVY = ("PIL", "keras", "matplotlib", "numpy", "pandas", "sklearn", "tensorflow")
ABOUT_DOCUMENTS: dict[str, dict[str, Any]] = {
    "textDocument/diagnostic": {},
    "textDocument/codeAction": {"range": RANGE, "context": {"diagnostics": []}},
    "textDocument/formatting": {"options": {"tabSize": 2, "insertSpaces": True}},
    "textDocument/rangeFormatting": {"range": RANGE, "options": {"tabSize": 2, "insertSpaces": True}},
    "textDocument/completion": {"position": RANGE["end"]},
    "textDocument/hover": {"position": RANGE["start"]},
    "textDocument/signatureHelp": {"position": RANGE["end"]},
    "textDocument/inlayHint": {"range": RANGE},
    "textDocument/codeLens": {},
    "textDocument/documentSymbol": {},
    "textDocument/foldingRange": {},
    "textDocument/selectionRange": {"positions": [RANGE["start"], RANGE["end"]]},
    "textDocument/semanticTokens/full": {},
    "textDocument/definition": {"position": RANGE["start"]},
    "textDocument/references": {"position": RANGE["start"], "context": {"includeDeclaration": True}},
    "textDocument/rename": {"position": RANGE["start"], "newName": "other"},
    "textDocument/prepareRename": {"position": RANGE["start"]},
    "textDocument/documentHighlight": {"position": RANGE["start"]},
    "textDocument/documentLink": {},
}


@pytest.fixture(scope="module")
def shared() -> Iterator[Client]:
    """A server that all tests of this file torment in turn."""
    with Client() as client:
        client.start(PULL)
        yield client
        assert client.leave() == 0


INVALID_PARAMS = -32602
"""What a new name that cannot be given is refused with."""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        "\0\x01\x02",
        "\ud800\udcff",
        "{" * 5000,
        "residual {\n" * 3000,
        "[" * 5000,
        "conv " + "8 " * 3_000,
        "x" * 200_000,
        '{"model": [{"layer": "conv"}], "train": {"epochs": "x"}}',
        '{"model": ' + "[" * 3000,
        "block a { a }\nblock b { c }\nblock c { b }\na; b\n",
        'include "spec.cnn"\ninclude "/dev/zero" outside=on\ninclude "\0"\ninclude "' + "a/" * 3000 + '"\n',
        'data folder "/"\ndata csv "/dev/zero"\n',
        'data folder "~nobody/of/this/name" { size 8x8 }\n' + SOUND,
        "repeat 1000000 { repeat 1000000 { conv 8 3x3 } }\n",
        "conv 99999999999999999999999 3x3\n",
        "classes\rconv 8\r\n🙂 𝒳 \u2028 \u0085 \x0b \x0c dense\n",
    ],
    ids=range(18),
)
def test_any_text_is_answered_for(shared: Client, text: str) -> None:
    shared.open(URI, text)
    for method, params in ABOUT_DOCUMENTS.items():
        answer = shared.answer(method, {"textDocument": {"uri": URI}, **params})
        refused = method == "textDocument/rename" and answer.get("error", {}).get("code") == INVALID_PARAMS
        assert refused or "error" not in answer, answer
    shared.open(URI, SOUND)
    assert shared.codes(URI) == []


@pytest.mark.parametrize("method", ABOUT_DOCUMENTS)
def test_requests_about_documents_that_are_not_open_are_answered(shared: Client, method: str) -> None:
    params = {"textDocument": {"uri": "file:///not/open.cnn"}, **ABOUT_DOCUMENTS[method]}
    answer = shared.answer(method, params)
    assert "error" not in answer
    assert not answer.get("result") or answer["result"]["items"] == []


@pytest.mark.parametrize(
    "address", ["untitled:Untitled-1", "git:/a%20b.cnn?x=1", "", "file:", "file:///a%00b.cnn", "🙂"]
)
def test_any_address_will_do(shared: Client, address: str) -> None:
    shared.open(address, 'cnov 3\ninclude "a.cnn"\n')
    assert "E201" in shared.codes(address)
    shared.tell("textDocument/didClose", {"textDocument": {"uri": address}})
    assert shared.pull(address) == []


def test_changes_without_sense_are_ignored(shared: Client) -> None:
    shared.tell(
        "textDocument/didChange",
        {"textDocument": {"uri": "file:///not/open.cnn", "version": 2}, "contentChanges": [{"text": "x"}]},
    )
    shared.tell("textDocument/didClose", {"textDocument": {"uri": "file:///not/open.cnn"}})
    shared.open(URI, SOUND)
    backwards = {"start": {"line": 99, "character": 99}, "end": {"line": 3, "character": 7}}
    shared.tell(
        "textDocument/didChange",
        {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"range": backwards, "text": "cnov 3\n"}]},
    )
    assert shared.codes(URI) == ["E201"]


def test_messages_that_make_no_sense_are_refused_or_ignored(shared: Client) -> None:
    assert shared.answer("no/such", {"a": 1})["error"]["code"] == -32601
    shared.tell("no/such", None)
    shared.tell("$/cancelRequest", {"id": 12345})
    shared.send({"jsonrpc": "2.0", "id": 999, "result": None})
    assert "error" in shared.answer("textDocument/hover", {"nothing": "of the kind"})
    shared.tell("textDocument/didOpen", {"nothing": "of the kind"})
    shared.send_bytes(b"{not json")
    shared.send_bytes(b"\xff\xfe")
    shared.send_bytes(b"[1, 2]")
    shared.send({"jsonrpc": "1.0", "method": "x"})
    shared.open(URI, SOUND)
    assert shared.codes(URI) == []


def test_a_huge_document_is_answered_for_in_time(shared: Client) -> None:
    shared.open(URI, "conv 8 3x3 relu padding=same\n" * 20_000)
    start = time.monotonic()
    shared.pull(URI)
    assert time.monotonic() - start < PATIENCE / 2
    shared.open(URI, SOUND)


def test_paths_are_completed_from_the_root_and_from_home(shared: Client, tmp_path: Path) -> None:
    (tmp_path / "pets").mkdir()
    spec = uri(tmp_path / "spec.cnn")
    for begun, expected in (
        (f"{tmp_path}/", "pets/"),
        ("", "pets/"),
        ("/", f"{tmp_path.parts[1]}/"),
        ("~nobody/", None),
    ):
        text = f'data folder "{begun}'
        shared.open(spec, text)
        place = {"line": 0, "character": len(text)}
        found = shared.ask("textDocument/completion", {"textDocument": {"uri": spec}, "position": place})
        labels = [each["label"] for each in found]
        assert expected in labels if expected else labels == []


def test_included_files_of_every_kind_are_survived(shared: Client, tmp_path: Path) -> None:
    spec = tmp_path / "spec.cnn"
    (tmp_path / "bytes.cnn").write_bytes(b"conv \xff\xfe")
    (tmp_path / "huge.cnn").write_bytes(b"#" * 2_000_000)
    (tmp_path / "folder.cnn").mkdir()
    (tmp_path / "link.cnn").symlink_to("/dev/zero")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.cnn")
    for name in ("bytes", "huge", "folder", "link", "pipe", "missing"):
        shared.open(uri(spec), f'include "{name}.cnn"\n{SOUND}')
        [found] = shared.pull(uri(spec))
        assert found["range"]["start"]["line"] == 0


def test_requests_before_initialize_and_after_shutdown_are_refused() -> None:
    with Client() as client:
        assert client.answer("textDocument/diagnostic", {"textDocument": {"uri": URI}})["error"]["code"] == -32002
        client.open(URI, SOUND)
        client.start(PULL)
        client.ask("shutdown", None)
        params = {"textDocument": {"uri": URI}}
        assert client.answer("textDocument/diagnostic", params)["error"]["code"] == -32600
        client.open(URI, SOUND)
        client.tell("exit", None)
        assert client.process.wait(PATIENCE) == 0


def test_an_exit_without_shutdown_is_an_error() -> None:
    with Client() as client:
        client.start()
        client.tell("exit", None)
        assert client.process.wait(PATIENCE) == 1


@pytest.mark.parametrize("started", [True, False])
def test_it_ends_when_the_client_hangs_up(started: bool) -> None:
    with Client() as client:
        if started:
            client.start(PUSH)
            client.open(URI, SOUND)
        assert client.hang_up() == 1
        assert "Traceback" not in client.log


def test_it_ends_when_the_client_has_died() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as editor, Client() as client:
        client.start(PULL, processId=editor.pid)
        client.open(URI, SOUND)
        assert client.codes(URI) == []
        editor.kill()
        editor.wait()
        assert client.process.wait(PATIENCE) == 1


def test_a_burst_of_changes_is_pushed_once() -> None:
    with Client() as client:
        client.start(PUSH)
        client.open(URI, SOUND)
        for version in range(2, 30):
            client.tell(
                "textDocument/didChange",
                {"textDocument": {"uri": URI, "version": version}, "contentChanges": [{"text": f"cnov {version}\n"}]},
            )
        while not (found := client.pushed(URI)):
            pass
        assert [each["code"] for each in found] == ["E201"]
        assert len(client.notified) <= 3
        client.tell("textDocument/didClose", {"textDocument": {"uri": URI}})
        assert client.pushed(URI) == []


def test_pushed_diagnostics_follow_an_included_document(tmp_path: Path) -> None:
    spec, blocks = uri(tmp_path / "spec.cnn"), uri(tmp_path / "blocks.cnn")
    with Client() as client:
        client.start(PUSH)
        client.open(blocks, "block wide { cnov 8 }\n")
        client.open(spec, f'include "blocks.cnn"\nwide\n{SOUND}')
        assert client.pushed(spec)
        client.tell(
            "textDocument/didChange",
            {
                "textDocument": {"uri": blocks, "version": 2},
                "contentChanges": [{"text": "block wide { conv 8 3x3 relu }\n"}],
            },
        )
        assert client.pushed(spec) == []


def test_a_client_that_asks_is_told_when_an_included_document_changed(tmp_path: Path) -> None:
    spec, blocks = uri(tmp_path / "spec.cnn"), uri(tmp_path / "blocks.cnn")
    workspace = {"diagnostics": {"refreshSupport": True}, "didChangeWatchedFiles": {"dynamicRegistration": True}}
    with Client() as client:
        client.start({**PULL, "workspace": workspace})
        client.open(blocks, "block wide { cnov 8 }\n")
        client.open(spec, f'include "blocks.cnn"\nwide\n{SOUND}')
        assert client.pull(spec)
        client.open(blocks, "block wide { conv 8 3x3 relu }\n")
        while client.next().get("method") != "workspace/diagnostic/refresh":
            pass
        assert client.pull(spec) == []
        [registration] = [each for each in client.notified if each["method"] == "client/registerCapability"]
        [registered] = registration["params"]["registrations"]
        assert registered["method"] == "workspace/didChangeWatchedFiles"
        globs = [each["globPattern"] for each in registered["registerOptions"]["watchers"]]
        assert "**/pyproject.toml" in globs


def test_settings_of_a_project_are_read_again_when_told(tmp_path: Path) -> None:
    spec, project = uri(tmp_path / "spec.cnn"), tmp_path / "pyproject.toml"
    with Client() as client:
        client.start(PUSH)
        client.open(spec, f"pool 2x2 stride=3\n{SOUND}")
        assert [each["code"] for each in client.pushed(spec)] == ["W511"]
        project.write_text('[tool.dotcnn]\nignore = ["W511"]\n', encoding="utf-8")
        change = {"uri": uri(project), "type": 1}
        client.tell("workspace/didChangeWatchedFiles", {"changes": [change]})
        assert client.pushed(spec) == []


def test_nothing_but_the_protocol_is_written() -> None:
    with Client() as client:
        client.start(PULL)
        client.open(URI, SOUND)
        assert client.codes(URI) == []
        assert client.leave() == 0
        assert client.log == ""


def test_what_is_printed_by_mistake_does_not_reach_the_client() -> None:
    program = (
        "import spec_lang.language_server.documents as documents\n"
        "from runtime.cli import main\n"
        "analyse = documents.analyse\n"
        "documents.analyse = lambda *arguments: print('stray', flush=True) or analyse(*arguments)\n"
        "main(['lsp'])\n"
    )
    with Client(command=[sys.executable, "-c", program]) as client:
        client.start(PULL)
        client.open(URI, SOUND)
        assert client.codes(URI) == []
        client.leave()
        assert client.log == "stray\n"


def test_a_feature_that_fails_costs_one_answer() -> None:
    program = (
        "from runtime.cli import main\n"
        "from spec_lang.language_server import formatting\n"
        "formatting.formatting = lambda analysis: 1 / 0\n"
        "main(['lsp'])\n"
    )
    with Client(command=[sys.executable, "-c", program]) as client:
        client.start(PULL)
        client.open(URI, SOUND)
        params = {"textDocument": {"uri": URI}, **ABOUT_DOCUMENTS["textDocument/formatting"]}
        assert "error" in client.answer("textDocument/formatting", params)
        assert client.codes(URI) == []
        client.leave()
        assert "ZeroDivisionError" in client.log


def test_no_heavy_library_is_imported() -> None:
    program = (
        "import sys\n"
        "from runtime.cli import main\n"
        "code = main(['lsp'])\n"
        f"print(sorted(set(sys.modules) & set({HEAVY!r})), file=sys.stderr)\n"
        "sys.exit(code)\n"
    )
    with Client(command=[sys.executable, "-c", program]) as client:
        client.start(PULL)
        client.open(URI, 'data folder "x" { size 8x8 }\nflatten; dense 10 sofmax\n')
        for method, params in ABOUT_DOCUMENTS.items():
            client.answer(method, {"textDocument": {"uri": URI}, **params})
        assert client.leave() == 0
        assert client.log.splitlines()[-1:] == ["[]"]


def test_tcp_serves_one_client_on_loopback() -> None:
    with subprocess.Popen([*COMMAND, "--tcp"], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL) as server:
        assert server.stderr
        match = re.fullmatch(rb"listening on 127\.0\.0\.1:(\d+)\n", server.stderr.readline())
        assert match
        with socket.create_connection(("127.0.0.1", int(match[1])), PATIENCE) as connection:
            body = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"capabilities":{}}}'
            connection.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            assert connection.recv(100).startswith(b"Content-Length: ")
        assert server.wait(PATIENCE) == 1


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [*COMMAND, "--tcp", str(port)], check=False, capture_output=True, text=True, timeout=PATIENCE
        )
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: cannot listen on port {port}: ")


@pytest.mark.parametrize("arguments", [["--tcp", "x"], ["--tcp", "70000"], ["--tcp", "--stdio"], ["file.cnn"]])
def test_misuse_is_one_message(arguments: list[str]) -> None:
    done = subprocess.run(
        [*COMMAND, *arguments], check=False, capture_output=True, text=True, timeout=PATIENCE, input=""
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")


@pytest.mark.parametrize("general", [{}, {"positionEncodings": ["utf-16"]}, {"positionEncodings": ["utf-32", "utf-8"]}])
def test_a_client_that_says_little_of_itself(general: dict[str, list[str]]) -> None:
    with Client() as client:
        client.start({"general": general})
        client.open(URI, "# 🙂\ncnov 3")
        whole = {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 6}}
        params = {"textDocument": {"uri": URI}, "range": whole, "context": {"diagnostics": []}}
        assert client.ask("textDocument/codeAction", params)[0]["edit"]["changes"][URI][0]["newText"] == "conv"
