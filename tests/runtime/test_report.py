import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest
from reports import HOSTILE_NAMES, history, report_content

from runtime.evaluation import evaluate
from runtime.report import Sample, Splits, render_report
from runtime.report.markup import Markup, element, markup
from runtime.report.words import against_majority, learning, percent

VOID = {"meta", "link", "img", "rect", "line"}


class Page(HTMLParser):
    """A page taken apart; refuses tags that are not closed in order."""

    def __init__(self, source):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        assert tag in VOID
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if "style" not in self._open:
            self.text.append(data)

    @property
    def words(self):
        return " ".join("".join(self.text).split())

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def content():
    return report_content()


@pytest.fixture(scope="module")
def page(content):
    return Page(render_report(content))


class TestThePage:
    def test_answers_the_questions_in_order(self, page):
        questions = ["How good", "trusted?", "Where does it err", "Did it learn well", "What was it"]
        places = [page.words.index(question) for question in questions]
        assert places == sorted(places)

    def test_shows_what_it_was_given(self, page, content):
        correct, images = content.evaluation.correct, content.evaluation.images
        for text in (
            f"{correct} of {images} test images",
            percent(content.evaluation.accuracy),
            *(percent(bound) for bound in content.evaluation.accuracy_interval),
            "180",
            "seed7",
            "0123456789abcdef",
            "All 3 epochs were run. The weights of epoch 3 were kept.",
            "conv8 3x3 relu6×6×8224",
            "total1,091",
            "train.batch32",
            "conv 8 3x3 relu",
            "Keras3.15.1",
            "cnn run pets.cnn",
            "23 November 2026",
        ):
            assert text in page.words
        figures = content.figures
        inside = {image["src"] for image in page.all("img")}
        for png in (figures.loss, figures.accuracy, figures.confusion, *(sample.png for sample in content.samples)):
            assert f"data:image/png;base64,{base64.b64encode(png).decode()}" in inside

    def test_names_the_most_frequent_mistake_first(self, content):
        labels = np.array([0] * 8 + [1] * 8 + [2] * 8)
        answers = np.array([0] * 8 + [1] * 6 + [2] * 2 + [0] * 3 + [2] * 5)
        evaluation = evaluate(labels, np.eye(3)[answers], ["cat", "dog", "eel"])
        words = Page(render_report(replace(content, evaluation=evaluation))).words
        assert "eelcat337.5%dogeel225.0%" in words

    def test_without_mistakes_it_says_so(self, content):
        evaluation = evaluate(np.array([0, 1]), np.eye(2), ["a", "b"])
        assert (
            "every test image was classified correctly"
            in Page(render_report(replace(content, evaluation=evaluation))).words
        )

    def test_explains_undefined_scores_where_there_are_any(self, content, page):
        evaluation = evaluate(np.array([0, 0]), np.eye(3)[[0, 0]], ["a", "b", "c"])
        assert "undefined" not in page.words
        assert "undefined" in Page(render_report(replace(content, evaluation=evaluation))).words

    def test_is_the_same_each_time(self, content):
        assert render_report(content) == render_report(content)


class TestHonesty:
    def test_held_out_images_earn_no_banner(self, page):
        assert "with care" not in page.words
        assert "validation images alone. The test images were scored once" in page.words

    @pytest.mark.parametrize(("decided", "reason"), [(True, "decided when to stop"), (False, "watched while training")])
    def test_judging_on_the_test_images_earns_a_banner_before_the_accuracy(self, content, decided, reason):
        leaking = replace(content, validated_on="test", validation_decided=decided)
        words = Page(render_report(leaking)).words
        assert words.index("Read this accuracy with care") < words.index(percent(content.evaluation.accuracy), 100)
        assert reason in words
        assert "scored once" not in words

    def test_no_validation_is_told(self, content):
        none = replace(content, validated_on="nothing", splits=Splits(200, 0, 60), history=history([None, None]))
        assert "There was no validation set" in Page(render_report(none)).words

    def test_warnings_come_first(self, content):
        words = Page(render_report(replace(content, warnings=("Interrupted in epoch 2.",)))).words
        assert words.index("Interrupted in epoch 2.") < words.index("test images classified")

    def test_weights_of_an_unfinished_epoch_are_told(self, content):
        assert "weights of an unfinished epoch" in Page(render_report(replace(content, best_epoch=None))).words


class TestSafety:
    def test_nothing_is_requested_from_anywhere(self, page, content):
        addresses = [
            value
            for _, attributes in page.elements
            for name, value in attributes.items()
            if name in {"src", "href", "srcset", "action", "data", "poster", "xlink:href"}
        ]
        assert addresses
        assert all(value.startswith("data:") for value in addresses)
        assert not re.search(r"url\(|@import", render_report(content))

    def test_there_is_no_script_and_no_handler(self, page):
        assert page.all("script") == []
        assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)

    def test_the_policy_allows_the_style_sheet_and_images_inside_only(self, page, content):
        (policy,) = [
            meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"
        ]
        (style,) = re.findall(r"<style>(.*?)</style>", render_report(content), re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert policy.split("; ") == [
            "default-src 'none'",
            "img-src data:",
            f"style-src 'sha256-{digest}'",
            "base-uri 'none'",
            "form-action 'none'",
        ]
        assert not any("style" in attributes for _, attributes in page.elements)

    def test_whatever_comes_from_outside_is_text(self, page):
        evil = "</title></code><script>alert(1)</script>\" onload='x' \ud800"
        hostile = report_content(
            HOSTILE_NAMES,
            spec_name=evil,
            spec_text=evil,
            command=evil,
            data_name=evil,
            data_fingerprint="<b>",
            stop_reason=evil,
            finished=evil,
            versions={evil: evil},
            warnings=(evil,),
        )
        source = render_report(hostile)
        taken_apart = Page(source)
        assert {tag for tag, _ in taken_apart.elements} <= {tag for tag, _ in page.elements}
        assert not any(name.startswith("on") for _, attributes in taken_apart.elements for name in attributes)
        assert "<script>alert(1)</script>" in taken_apart.words
        source.encode()
        assert len(source) < 400_000

    def test_a_long_name_is_shortened_everywhere(self):
        source = render_report(report_content(("a", "b" * 10_000)))
        assert "b" * 100 not in source
        assert "b" * 20 in source


class TestAccessibility:
    def test_every_picture_says_what_it_shows(self, page):
        assert all(len(image["alt"]) > 5 for image in page.all("img"))
        drawings = page.all("svg")
        assert all(svg.get("aria-label") or svg.get("aria-hidden") == "true" for svg in drawings)

    def test_headings_go_down_one_level_at_a_time(self, page):
        levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))

    def test_every_table_has_a_caption_and_heads(self, page):
        assert len(page.all("caption")) == len(page.all("table")) > 3
        assert all(head.get("scope") in {"row", "col"} for head in page.all("th"))

    def test_the_page_names_its_language_and_fits_a_phone(self, page):
        assert page.all("html") == [{"lang": "en"}]
        assert "width=device-width, initial-scale=1" in [meta.get("content") for meta in page.all("meta")]

    def test_what_scrolls_can_be_reached_by_keyboard(self, page):
        regions = [attributes for _, attributes in page.elements if "scroll" in (attributes.get("class") or "").split()]
        assert regions
        assert all(region["tabindex"] == "0" and region["aria-label"] for region in regions)

    def test_ids_are_unique_and_the_sections_are_named_by_their_headings(self, page):
        ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
        assert len(set(ids)) == len(ids)
        assert [section["aria-labelledby"] for section in page.all("section")] == ids


class TestMarkup:
    def test_text_is_escaped_and_markup_is_not(self):
        assert markup(["<&>", Markup("<b>"), ['"', ["'"]]]) == "&lt;&amp;&gt;<b>&quot;&#x27;"

    def test_attributes_are_escaped(self):
        assert element("p", class_='"x', aria_label=None) == '<p class="&quot;x"></p>'


class TestWords:
    @pytest.mark.parametrize(
        ("share", "decimals", "text"),
        [
            (0, 1, "0.0%"),
            (1, 1, "100.0%"),
            (0.99999, 1, "99.9%"),
            (1e-9, 2, "0.01%"),
            (0.98765, 1, "98.8%"),
            (0.5, 2, "50.00%"),
        ],
    )
    def test_only_all_and_nothing_are_written_as_such(self, share, decimals, text):
        assert percent(share, decimals) == text

    @pytest.mark.parametrize(
        ("right", "verdict"),
        [(95, "clearly better than"), (62, "not clearly different from"), (20, "clearly worse than")],
    )
    def test_against_the_majority_class_as_far_as_the_interval_allows(self, right, verdict):
        labels = np.array([0] * 60 + [1] * 40)
        answers = np.where(np.arange(100) < right, labels, 1 - labels)
        assert against_majority(evaluate(labels, np.eye(2)[answers], ["a", "b"])) == verdict

    @pytest.mark.parametrize(
        ("val_losses", "losses", "said"),
        [
            ([1.0, 0.8, 0.6], None, "still falling in the last epoch (3)"),
            ([1.0, 0.5, 0.7], None, "Over-fitting after epoch 2: by epoch 3 validation loss had risen by 40%"),
            ([1.0, 0.5, 0.7], [1.0, 0.5, 0.6], "training loss had not fallen either"),
            ([1.0, 0.5, 0.505], None, "levelled off; it was lowest in epoch 2"),
            ([1.0, 0.5, 0.4999], None, "levelled off; it was lowest in epoch 3"),
            ([1.0], None, "One epoch is too few"),
            ([None, None], None, "cannot be told"),
            ([0.9, 0.8, float("nan")], [0.5, 0.4, float("nan")], "from epoch 3 on the loss was not a number"),
        ],
    )
    def test_the_trend_is_said_as_far_as_the_history_shows_it(self, val_losses, losses, said):
        assert said in " ".join(learning(history(val_losses, losses), len(val_losses), 100))

    @pytest.mark.parametrize(
        ("loss", "val_loss", "images", "said"),
        [
            (0.04, 0.4, 1000, "knows its training images better"),
            (0.04, 0.12, 20, "no gap beyond chance for 20 validation images"),
            (2.0, 2.0, 1000, "under-fitting"),
            (0.3, 0.04, 1000, "dropout or augmentation"),
        ],
    )
    def test_the_gap_is_judged_against_chance(self, loss, val_loss, images, said):
        assert said in " ".join(learning(history([val_loss], [loss]), 1, images))

    def test_a_sample_names_its_class(self, content):
        page = Page(render_report(replace(content, samples=(Sample("<cat>", content.samples[0].png),))))
        assert "Sample of class <cat>" in [image["alt"] for image in page.all("img")]
