import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest
from reports import HOSTILE_NAMES, history, report_content

from runtime.evaluation.evaluation import evaluate
from runtime.report import LayerRow, Sample, Splits, render_report
from runtime.report.markup import Markup, element, markup
from runtime.report.words import listed, percent

VOID = {"meta", "link", "img", "rect", "line", "path", "circle"}


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
        if not {"style", "script"} & set(self._open):
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
        inside = {image["src"] for image in page.all("img")}
        for png in (one.png for one in (*content.mistakes, *content.samples)):
            assert f"data:image/png;base64,{base64.b64encode(png).decode()}" in inside

    def test_metrics_that_the_spec_asks_for_stand_beside_the_accuracy(self, content):
        evaluation = replace(content.evaluation, metrics={"top2": 0.75, "auc": 0.5, "f1": None})
        assert "top275.00%auc0.5000f1–" in Page(render_report(replace(content, evaluation=evaluation))).words

    def test_names_the_most_frequent_mistake_first(self, content):
        labels = np.array([0] * 8 + [1] * 8 + [2] * 8)
        answers = np.array([0] * 8 + [1] * 6 + [2] * 2 + [0] * 3 + [2] * 5)
        evaluation = evaluate(labels, np.eye(3)[answers], ["cat", "dog", "eel"])
        words = Page(render_report(replace(content, evaluation=evaluation))).words
        assert "eelcat337.5%dogeel225.0%" in words

    def test_without_mistakes_it_says_so(self, content):
        evaluation = evaluate(np.array([0, 1]), np.eye(2), ["a", "b"])
        words = Page(render_report(replace(content, evaluation=evaluation, mistakes=()))).words
        assert words.count("every test image was classified correctly") == 2

    def test_explains_undefined_scores_where_there_are_any(self, content, page):
        evaluation = evaluate(np.array([0, 0]), np.eye(3)[[0, 0]], ["a", "b", "c"])
        assert "undefined" not in page.words
        assert "undefined" in Page(render_report(replace(content, evaluation=evaluation))).words

    def test_is_the_same_each_time(self, content):
        assert render_report(content) == render_report(content)


class TestHonesty:
    def test_held_out_images_earn_no_banner(self, page):
        assert "with care" not in page.words
        assert "decided nothing. The test images were scored once" in page.words

    @pytest.mark.parametrize(
        ("decided", "reason"), [(("when to stop",), "decided when to stop"), ((), "watched while training")]
    )
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
        assert all(value.startswith(("data:", "#")) for value in addresses)
        assert not re.search(r"url\(|@import", render_report(content))

    def test_the_one_script_is_inside_and_there_is_no_handler(self, page):
        assert page.all("script") == [{}]
        assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)

    def test_the_policy_allows_what_is_inside_only(self, page, content):
        (policy,) = [
            meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"
        ]
        digests = []
        for tag in ("style", "script"):
            (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", render_report(content), re.DOTALL)
            digests.append(base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode())
        assert policy.split("; ") == [
            "default-src 'none'",
            "img-src data:",
            f"style-src 'sha256-{digests[0]}'",
            f"script-src 'sha256-{digests[1]}'",
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
        hostile = report_content(("a", "b" * 10_000))
        hostile = replace(hostile, mistakes=tuple(replace(one, name="b" * 10_000) for one in hostile.mistakes))
        source = render_report(hostile)
        assert "b" * 100 not in source
        assert "b" * 20 in source


class TestWhereItErrs:
    def test_few_classes_get_a_table_of_counts(self, page, content):
        matrix = content.evaluation.confusion
        (figure,) = [attributes for attributes in page.all("figure") if "data-counts" in attributes]
        cells = [tuple(map(int, cell.split())) for cell in figure["data-counts"].split(";")]
        found = np.zeros((3, 3), int)
        for truth, answer, images in cells:
            found[truth, answer] = images
        assert tuple(map(tuple, found)) == matrix
        assert "".join(["cat", *map(str, matrix[0]), "dog", *map(str, matrix[1])]) in page.words.replace(" ", "")

    def test_a_cell_is_the_stronger_the_larger_its_share(self, content):
        labels = np.repeat([0, 1], 10)
        evaluation = evaluate(labels, np.eye(2)[[0] * 10 + [1] * 6 + [0] * 4], ["a", "b"])
        page = Page(render_report(replace(content, evaluation=evaluation)))
        assert [
            cell.get("class") for cell in page.all("td") if (cell.get("class") or "")[:5] in {"right", "wrong"}
        ] == [
            "right-10",
            "wrong-10",
            "right-6",
        ]

    def test_many_classes_get_a_heat_map_without_counts(self):
        names = [f"class {label}" for label in range(100)]
        page = Page(render_report(report_content(names)))
        assert any("Heat map of 100 by 100 classes" in (svg.get("aria-label") or "") for svg in page.all("svg"))
        assert not any("matrix" in (table.get("class") or "") for table in page.all("table"))
        squares = "".join(path["d"] for path in page.all("path") if path.get("class") in {"right", "wrong"})
        (figure,) = [attributes for attributes in page.all("figure") if "data-counts" in attributes]
        assert squares.count("M") == figure["data-counts"].count(";") + 1

    def test_mistakes_say_truth_guess_probabilities_and_name(self, content):
        one = replace(content.mistakes[0], name="b/7.png", truth="eel", answer="cat")
        one = replace(one, truth_probability=0.034, answer_probability=0.951)
        assert (
            "is eel (3.4%)taken for cat (95.1%)b/7.png" in Page(render_report(replace(content, mistakes=(one,)))).words
        )

    def test_what_does_not_fit_at_once_is_folded(self, content):
        many = tuple(replace(content.mistakes[0], name=f"image {place}") for place in range(50))
        page = Page(render_report(replace(content, mistakes=many)))
        assert "26 more" in page.words
        assert all(f"image {place}" in page.words for place in range(50))


class TestHowItLearned:
    def test_every_epoch_stands_in_a_table(self, page):
        assert (
            "epochtraining losstraining accuracyval. lossval. accuracyseconds11.000075.0%1.100072.5%1.5" in page.words
        )

    def test_every_metric_of_the_history_is_a_column(self, content):
        further = {"top5": 0.75, "auc": 0.5, "val_top5": 0.6, "val_auc": None}
        records = tuple(replace(record, metrics=further) for record in content.history)
        words = Page(render_report(replace(content, history=records))).words
        assert (
            "val. accuracytraining top5training aucval. top5seconds11.000075.0%1.100072.5%75.0%0.500060.0%1.5" in words
        )

    def test_the_table_of_a_long_training_is_thinned_and_says_so(self, content):
        long = replace(content, history=history([1.0] * 1000), best_epoch=334)
        words = Page(render_report(long)).words
        assert "One epoch in 4 is shown; history.csv has all." in words
        assert "3340.0030" in words
        assert len(render_report(long)) < len(render_report(content)) + 200_000

    def test_without_validation_there_is_no_column_for_it(self, content):
        none = replace(content, history=history([None, None]), best_epoch=2)
        assert "val. loss" not in Page(render_report(none)).words


class TestTheNetwork:
    def test_a_residual_holds_its_layers(self, content):
        inside = (LayerRow("conv", "8 3x3 same", (6, 6, 8), 584), LayerRow("batchnorm", "", (6, 6, 8), 32))
        layers = (*content.layers[:1], LayerRow("residual", "relu", (6, 6, 8), 616, inside), *content.layers[1:])
        page = Page(render_report(replace(content, layers=layers)))
        classes = [item.get("class") for item in page.all("li")]
        start = classes.index("residual")
        assert classes[start - 2 : start + 4] == ["given", "learns", "residual", "learns", "learns", "learns"]
        assert "+ the input is added, then relu: 6×6×8" in page.words
        assert "residualrelu6×6×8616↳ conv8 3x3 same6×6×8584↳ batchnorm6×6×832dense" in page.words
        assert "total1,707" in page.words

    def test_a_block_is_as_high_and_thick_as_its_layer(self, content):
        def fronts(*shapes):
            layers = tuple(LayerRow("conv", "", shape, 1) for shape in shapes)
            page = Page(render_report(replace(content, image_shape=(32, 32, 3), layers=layers)))
            drawn = [path["d"] for path in page.all("path") if path.get("class") == "front"]
            sizes = re.findall(r"h([0-9.]+)v([0-9.]+)", " ".join(map(str, drawn[1:])))
            return [tuple(map(float, size)) for size in sizes]

        (thick, high), (thicker, lower), (_, bar) = fronts((32, 32, 8), (8, 8, 64), (10,))
        assert thick < thicker
        assert high == pytest.approx(2 * lower)
        assert bar < high


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
        ("things", "text"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"), ([], "")]
    )
    def test_things_are_listed_as_in_a_sentence(self, things, text):
        assert listed(things) == text

    def test_a_sample_names_its_class(self, content):
        page = Page(render_report(replace(content, samples=(Sample("<cat>", content.samples[0].png),))))
        assert "Sample of class <cat>" in [image["alt"] for image in page.all("img")]
