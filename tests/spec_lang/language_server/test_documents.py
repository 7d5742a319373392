from collections.abc import Sequence
from dataclasses import dataclass, field

from spec_lang import Files, Selection, World
from spec_lang.language_server.documents import Change, Chosen, Document, Documents
from spec_lang.language_server.positions import Place
from spec_lang.world import Pictures

CHOSEN = Chosen(Selection())
SPEC = 'include "blocks.cnn"\nflatten; dense 10 softmax\n'


@dataclass
class Outside:
    """A disk that a test can write to."""

    texts: dict[str, str] = field(default_factory=dict)
    sources: dict[str, Pictures] = field(default_factory=dict)
    of_project: Chosen = CHOSEN

    def world(self, folder: str) -> World:
        return Files(self.texts, None, self.sources)

    def chosen(self, path: str) -> Chosen:
        return self.of_project

    def allow(self, folders: Sequence[str]) -> list[str]:
        return []

    def is_alive(self, process: int) -> bool:
        return True


def opened(documents: Documents, name: str, text: str) -> Document:
    return documents.open(f"file:///project/{name}", f"/project/{name}", text, 1)


def codes(documents: Documents, document: Document) -> list[str]:
    return [each.code for each in documents.analysis(document).checked.diagnostics]


def test_an_analysis_is_made_once_for_a_version() -> None:
    documents = Documents(Outside())
    document = opened(documents, "a.cnn", SPEC)
    first = documents.analysis(document)
    assert documents.analysis(document) is first
    documents.change(document.uri, [Change("c", Place(0, 0), Place(0, 0))], 2)
    assert documents.analysis(document) is not first
    assert documents.analysis(document).text == f"c{SPEC}"
    assert document.version == 2


def test_an_included_file_on_disk_counts() -> None:
    outside = Outside()
    documents = Documents(outside)
    document = opened(documents, "a.cnn", SPEC)
    assert codes(documents, document)
    outside.texts["blocks.cnn"] = "block b { conv 8 3x3 relu }"
    assert codes(documents, document) == []


def test_an_included_document_counts_as_it_is_in_the_editor() -> None:
    documents = Documents(Outside({"blocks.cnn": "block b { cnov 8 3x3 }"}))
    document = opened(documents, "a.cnn", SPEC)
    assert "E201" in codes(documents, document)
    included = opened(documents, "blocks.cnn", "block b { conv 8 3x3 relu }")
    assert documents.outdated() == [document]
    assert documents.outdated() == []
    assert codes(documents, document) == []
    documents.change(included.uri, [Change("block b { cnov 9 3x3 }")], 2)
    assert "E201" in codes(documents, document)
    documents.close(included.uri)
    assert "E201" in codes(documents, document)


def test_pictures_and_settings_count() -> None:
    outside = Outside()
    documents = Documents(outside)
    document = opened(documents, "a.cnn", 'data folder "pets"\nflatten; dense 2 softmax\n')
    before = codes(documents, document)
    outside.sources["pets"] = Pictures(("cat", "dog"))
    assert codes(documents, document) != before
    outside.of_project = Chosen(Selection(("W515",)))
    assert documents.outdated() == [document]


def test_a_complaint_is_told_once() -> None:
    outside = Outside(of_project=Chosen(Selection(), "pyproject.toml is not valid TOML"))
    documents = Documents(outside)
    document = opened(documents, "a.cnn", SPEC)
    documents.analysis(document)
    documents.analysis(document)
    assert documents.complaints() == ["pyproject.toml is not valid TOML"]
    assert documents.complaints() == []
    outside.of_project = Chosen(Selection())
    documents.analysis(document)
    outside.of_project = Chosen(Selection(), "pyproject.toml is not valid TOML")
    documents.analysis(document)
    assert documents.complaints() == ["pyproject.toml is not valid TOML"]


def test_a_change_of_what_is_not_open_does_nothing() -> None:
    documents = Documents(Outside())
    documents.change("file:///nowhere.cnn", [Change("x")], 1)
    assert documents.get("file:///nowhere.cnn") is None


def test_a_document_without_a_file_sees_no_disk() -> None:
    documents = Documents(Outside({"blocks.cnn": "block b { conv 8 3x3 relu }"}))
    document = documents.open("untitled:Untitled-1", None, SPEC, 1)
    assert codes(documents, document) != []
    assert documents.analysis(document).source.name == "untitled:Untitled-1"
