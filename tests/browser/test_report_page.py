"""The report in a real browser: it asks for nothing, says nothing on the console, and fits screens and paper."""

import pytest
from reports import HOSTILE_NAMES, report_content
from watching import watched

from runtime.report import render_report

MANY_NAMES = tuple(f"class_{label}" for label in range(100))
REPORTS = {
    "ordinary": {},
    "two classes": {"class_names": ("no", "yes")},
    "hostile": {"class_names": HOSTILE_NAMES},
    "many": {"class_names": MANY_NAMES},
}
LEAKING = {"validated_on": "test", "warnings": ("Interrupted in epoch 2.",)}

# WCAG 2.2, "relative luminance" and "contrast ratio", of all text against the page, its banners and its code.
CONTRASTS = """() => {
  const scale = colour => colour.startsWith('color(srgb') ? 1 : 255;  // what color-mix() gives, and all else
  const channels = colour => colour.match(/[0-9.]+/g).slice(0, 3).map(c => c / scale(colour))
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const luminance = colour => { const [r, g, b] = channels(colour); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const background = node => {
    const colour = getComputedStyle(node).backgroundColor;
    return colour === 'rgba(0, 0, 0, 0)' && node.parentElement ? background(node.parentElement) : colour;
  };
  const texts = [...document.querySelectorAll('body *')].filter(
    node => [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim()));
  return texts.map(node => {
    const style = getComputedStyle(node);
    const ink = node.namespaceURI.endsWith('svg') ? style.fill : style.color;
    const [a, b] = [luminance(ink), luminance(background(node))];
    return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), node.tagName];
  });
}"""


@pytest.fixture(scope="module", params=REPORTS)
def report(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render_report(report_content(**REPORTS[request.param], **LEAKING)), encoding="utf-8")
    return path.as_uri()


SCREENS = [(width, scheme) for width in (1280, 380) for scheme in ("light", "dark")]


@pytest.fixture(scope="module", params=SCREENS, ids=[f"{width} {scheme}" for width, scheme in SCREENS])
def page(request, browser, report):
    width, scheme = request.param
    page = watched(browser, report, width, scheme)
    yield page
    page.close()


def test_asks_for_nothing_and_says_nothing_on_the_console(page):
    assert [seen for seen in page.seen if not seen.startswith("data:")] == []


def test_every_picture_is_there(page):
    assert page.evaluate("[...document.images].length") > 3
    assert page.evaluate("[...document.images].filter(image => !image.naturalWidth).length") == 0


def test_the_style_sheet_is_in_force(page):
    assert page.evaluate("getComputedStyle(document.querySelector('.hero')).fontSize") in {"64px", "80px"}


def test_the_page_never_scrolls_sideways(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_nothing_is_cut_off_that_cannot_be_scrolled_to(page):
    cut = """[...document.querySelectorAll('.answer *')].filter(node => {
      const box = node.getBoundingClientRect();
      return box.width > 1 && (box.right > innerWidth + 1 || box.left < 0) && !node.closest('.scroll, .samples span');
    }).map(node => node.outerHTML.slice(0, 80))"""
    assert page.evaluate(cut) == []


def test_text_stands_out_from_its_background(page):
    contrasts = page.evaluate(CONTRASTS)
    assert len(contrasts) > 50
    assert [pair for pair in contrasts if pair[0] < 4.5] == []


ONE = pytest.mark.parametrize("report", ["ordinary"], indirect=True)
MANY = pytest.mark.parametrize("report", ["many"], indirect=True)


@pytest.fixture
def opened(browser, report):
    """The report, to be changed by one test."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(report)
    yield page
    page.close()


def column(page, number):
    return page.eval_on_selector_all(".sortable tbody tr", f"rows => rows.map(row => row.cells[{number}].textContent)")


@ONE
def test_reads_the_same_without_javascript(browser, report):
    texts = []
    for enabled in (True, False):
        context = browser.new_context(java_script_enabled=enabled)
        page = context.new_page()
        page.goto(report)
        texts.append(page.inner_text("body").splitlines())
        context.close()
    with_script, without = texts
    assert [line for line in without if line not in with_script] == []
    assert len(without) > 100


@ONE
def test_a_table_sorts_by_the_head_that_is_clicked(opened):
    original = column(opened, 0)
    for head, number in (("recall", 2), ("images", 4), ("F1", 3)):
        opened.click(f".sortable th >> text={head}")
        values = [float(text) for text in column(opened, number)]
        assert values == sorted(values, reverse=True)
        opened.click(f".sortable th >> text={head}")
        assert [float(text) for text in column(opened, number)] == sorted(values)
        assert opened.locator(".sortable th[aria-sort=ascending]").inner_text().startswith(head)
    opened.focus(".sortable th button")
    opened.keyboard.press("Enter")
    assert column(opened, 0) == original == sorted(original)


@ONE
def test_the_gallery_shows_what_is_chosen(opened):
    names = ["cat", "dog", "eel"]
    total = opened.locator(".mistakes li").count()
    for truth in names:
        opened.select_option(".filter select >> nth=0", label=truth)
        visible = opened.locator(".mistakes li:visible")
        told = opened.eval_on_selector_all(
            ".mistakes li:not([hidden])", "items => items.map(item => item.querySelector('strong').textContent)"
        )
        assert set(told) == {truth}
        assert visible.count() == len(told) < total
        assert f"{len(told)} of the {total}" in opened.inner_text(".filter")
    opened.select_option(".filter select >> nth=0", label="any class")
    assert opened.locator(".mistakes li:visible").count() == total


@ONE
def test_the_confusion_matrix_tells_what_is_under_the_pointer(opened):
    cell = opened.locator(".matrix tbody tr").nth(1).locator("td").nth(2)
    images = cell.inner_text()
    cell.hover()
    assert opened.inner_text(".readout") == f"“dog”: {images} of 20 images ({int(images) * 5:.1f}%) taken for “eel”"
    opened.locator(".matrix tbody tr").nth(1).locator("td").nth(1).hover()
    assert "recognised" in opened.inner_text(".readout")
    cell.click()
    assert opened.locator(".filter select").nth(0).input_value() == "1"
    assert opened.locator(".mistakes li:visible").count() > 0


@MANY
def test_the_heat_map_tells_what_is_under_the_pointer(opened):
    opened.locator(".outline").scroll_into_view_if_needed()
    box = opened.locator(".outline").bounding_box()
    opened.mouse.move(box["x"] + box["width"] * 0.423, box["y"] + box["height"] * 0.424)
    assert opened.inner_text(".readout").startswith("“class_42”: ")
    assert "recognised" in opened.inner_text(".readout")
    counts = opened.get_attribute(".confusion", "data-counts").split(";")
    assert f"42 42 {opened.inner_text('.readout').split()[1]}" in counts


@MANY
def test_the_names_of_a_heat_map_can_be_read(opened):
    sizes = opened.eval_on_selector_all(".heat text", "texts => texts.map(text => text.getBoundingClientRect())")
    assert len(sizes) == 200
    assert min(min(size["width"], size["height"]) for size in sizes) > 7


def test_the_tree_of_accessibility_has_its_landmarks_headings_and_tables(opened):
    tree = opened.locator("body").aria_snapshot()
    for landmark in ("banner:", 'navigation "Questions":', "main:", 'region "How good is it?":'):
        assert landmark in tree
    headings = [line.strip() for line in tree.splitlines() if line.strip().startswith("- heading")]
    assert "[level=1]" in headings[0]
    assert sum("[level=2]" in heading for heading in headings) == 5
    assert 'table "Scores of each class' in tree
    assert "columnheader" in tree
    assert "rowheader" in tree
    assert 'img "Reliability diagram. ' in tree


def test_paper_shows_everything_and_cuts_nothing(browser, report):
    page = browser.new_page(viewport={"width": 680, "height": 1000}, color_scheme="dark")
    page.goto(report)
    page.emulate_media(media="print")
    unseen = """[...document.querySelectorAll('details *, .scroll *')].filter(node => {
      const box = node.getBoundingClientRect();
      return node.checkVisibility() && box.right > innerWidth + 1;
    }).length"""
    assert page.evaluate(unseen) == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(253, 253, 252)"
    hidden = "[...document.querySelectorAll('details td, details li')].filter(node => !node.checkVisibility()).length"
    assert page.evaluate(hidden) == 0
    assert [pair for pair in page.evaluate(CONTRASTS) if pair[0] < 4.5] == []
    pages = page.pdf(format="A4").count(b"/Type /Page\n")
    assert 3 <= pages <= 20
    page.close()
