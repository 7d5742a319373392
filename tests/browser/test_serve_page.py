"""The page of `cnn serve` in a real browser: pictures given in every way, drawings, names that mean harm."""

import base64
import os
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from reports import HOSTILE_NAMES
from serving import Served, png, running
from watching import watched

from runtime.serve.drawing import drawing_for
from spec_lang.program import Data

DIGITS = tuple("0123456789")
LOOKS = [(1280, "light"), (380, "dark")]


def model(data: Data) -> Served:
    """A model that tells by how bright an image is, and remembers what it was given."""
    seen: list[NDArray[np.uint8]] = []

    def predict(images: NDArray[np.uint8]) -> NDArray[np.float32]:
        seen.extend(images)
        count = len(data.classes)
        label = np.minimum(images.mean(axis=(1, 2, 3)) / 256 * count, count - 1).astype(int)
        rows = np.full((len(images), count), 0.1 / (count - 1), np.float32)
        rows[np.arange(len(images)), label] = 0.9
        return rows

    height, width, channels = data.image_shape
    facts = {
        "run": "net-1",
        "spec": "net",
        "data": None if data.source == "folder" else data.source,
        "classes": list(data.classes),
        "input": {"height": height, "width": width, "channels": channels},
        "parameters": 1234,
        "accuracy": 0.9753,
        "accuracy_interval": [0.97, 0.98],
        "images": 10_000,
        "drawing": drawing_for(data).to_json(),
    }
    served = Served(data.classes, data.image_shape, "stretch", predict, facts)
    SEEN[data.source] = seen
    return served


SEEN: dict[str, list[NDArray[np.uint8]]] = {}
MNIST = Data("mnist", (28, 28, 1), DIGITS)
MODELS = {
    "digits": MNIST,
    "colour": Data("cifar10", (32, 32, 3), ("airplane", "automobile", "bird", "cat", "deer")),
    "many": Data("folder", (40, 60, 3), tuple(f"class_{label}" for label in range(100))),
    "hostile": Data("folder", (8, 8, 1), HOSTILE_NAMES),
}


@pytest.fixture(scope="module")
def addresses():
    from contextlib import ExitStack

    with ExitStack() as servers:
        yield {
            name: f"http://127.0.0.1:{servers.enter_context(running(model(data)))}/" for name, data in MODELS.items()
        }


@pytest.fixture
def page(browser, addresses, request):
    name, *look = request.param if isinstance(request.param, tuple) else (request.param,)
    page = watched(browser, addresses[name], *look)
    yield page
    foreign = [seen for seen in page.seen if not seen.startswith(("data:", "blob:"))]
    page.close()
    assert foreign == []


def draw(page, *points):
    """One stroke through points in shares of the canvas."""
    box = page.locator("#paper").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()


def until(holds):
    """Wait until something holds; Playwright's own wait would need `eval`, which the page's policy forbids."""
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def answer(page):
    """The class on top, once there is one."""
    until(lambda: page.inner_text("#sure") and page.get_attribute("#bars", "aria-busy") == "false")
    return page.inner_text("#best")


def rows(page):
    return page.eval_on_selector_all("#bars li", "rows => rows.map(row => row.innerText.split(/\\s+/).filter(Boolean))")


ALL_LOOKS = [pytest.param((name, *look), id=f"{name}-{look[0]}-{look[1]}") for name in MODELS for look in LOOKS]


@pytest.mark.parametrize("page", ALL_LOOKS, indirect=True)
def test_a_drawing_is_answered_and_the_page_keeps_its_shape(page):
    draw(page, (0.3, 0.2), (0.7, 0.2), (0.4, 0.8))
    assert answer(page)
    assert page.inner_text("#sure") == "90.0%"
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    cut = """[...document.querySelectorAll('main *, header *')].filter(node => {
      const box = node.getBoundingClientRect();
      return box.width > 1 && box.right > innerWidth + 1 && !node.closest('.name');
    }).map(node => node.outerHTML.slice(0, 80))"""
    assert page.evaluate(cut) == []
    folder = os.environ.get("DOTCNN_SCREENSHOTS")
    if folder:
        page.wait_for_timeout(400)
        name = page.evaluate("document.title + innerWidth + matchMedia('(prefers-color-scheme: dark)').matches")
        page.screenshot(path=Path(folder, f"{page.evaluate('location.port')}-{name[-9:]}.png"), full_page=True)


@pytest.mark.parametrize("page", ["digits"], indirect=True)
def test_a_bar_for_each_class_moves_as_one_draws(page):
    draw(page, (0.3, 0.2), (0.31, 0.8))
    answer(page)
    assert [row[0] for row in rows(page)] == list(DIGITS)
    before = rows(page)
    for x in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
        draw(page, (x, 0.1), (x, 0.9))
    until(lambda: rows(page) != before)


@pytest.mark.parametrize("page", ["digits"], indirect=True)
def test_a_drawing_is_prepared_as_mnist_was(page):
    draw(page, (0.1, 0.1), (0.1, 0.35))  # small, in a corner
    answer(page)
    image = SEEN["mnist"][-1][..., 0].astype(float)
    inked = np.argwhere(image > 25)
    (top, left), (bottom, right) = inked.min(axis=0), inked.max(axis=0)
    assert bottom - top + 1 == 20
    assert right - left + 1 < 10
    centre = (np.argwhere(np.ones((28, 28))) + 0.5).reshape(28, 28, 2)
    mass = (centre * image[..., None]).sum(axis=(0, 1)) / image.sum()
    assert mass == pytest.approx([14, 14], abs=0.51)
    assert image[:, 14].max() > 250
    assert image[0, 0] == 0
    assert "prepared as MNIST was" in page.inner_text("#preparation")
    assert page.locator("#seen").is_visible()


@pytest.mark.parametrize("page", ["colour"], indirect=True)
def test_a_drawing_for_a_colour_model_is_sent_as_it_is(page):
    page.evaluate("document.querySelector('#ink').value = '#ff0000'")
    draw(page, (0.0, 0.5), (1.0, 0.5))
    answer(page)
    until(lambda: np.abs(SEEN["cifar10"][-1][16, 28].astype(int) - [255, 0, 0]).max() < 40)
    assert SEEN["cifar10"][-1][2, 2].tolist() == [255, 255, 255]
    assert not page.locator("#seen").is_visible()


@pytest.mark.parametrize("page", ["digits"], indirect=True)
def test_a_chosen_picture_is_sent_as_it_is_unless_one_asks_otherwise(page):
    page.set_input_files("#file", {"name": "white.png", "mimeType": "image/png", "buffer": png(250, (28, 28))})
    assert answer(page) == "9"
    assert page.locator("#picture").is_visible()
    assert not page.locator("#seen").is_visible()
    scan = np.full((60, 60), 240, np.uint8)
    scan[10:50, 28:32] = 20  # a one, dark on light
    buffer = _picture(scan)
    page.set_input_files("#file", {"name": "scan.png", "mimeType": "image/png", "buffer": buffer})
    until(lambda: 128 < SEEN["mnist"][-1].mean() < 245)
    page.check("#alike")
    page.wait_for_selector("#seen:visible")
    assert SEEN["mnist"][-1][14, 14] > 250
    assert SEEN["mnist"][-1][0, 0] == 0


def _picture(pixels: NDArray[np.uint8]) -> bytes:
    import io

    from PIL import Image

    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


GIVE = """([kind, name, data]) => {
  const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type: 'image/png' }));
  const event = kind === 'drop' ? new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true })
    : new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true });
  document.body.dispatchEvent(event);
}"""


@pytest.mark.parametrize("kind", ["drop", "paste"])
@pytest.mark.parametrize("page", ["colour"], indirect=True)
def test_a_dropped_and_a_pasted_picture_are_answered(page, kind):
    page.evaluate(GIVE, [kind, "<script>alert(1)</script>.png", base64.b64encode(png(250)).decode()])
    assert answer(page) == "deer"
    assert page.locator("#picture").is_visible()
    page.click("#clear")
    assert not page.locator("#picture").is_visible()
    assert page.inner_text("#sure") == ""


def given(name, content):
    return {"name": name, "mimeType": "image/png", "buffer": content}


@pytest.mark.parametrize("page", [("digits", 1280, "light"), ("digits", 380, "dark"), "many"], indirect=True)
def test_of_several_pictures_each_is_answered_or_says_why_not(page):
    several = [given("white.png", png(250)), given("<b>notes.png", b"no picture"), given("black.png", png(5))]
    page.set_input_files("#file", several)
    until(lambda: page.inner_text("#best") == "2 of 3 answered")
    rows = page.eval_on_selector_all("#several li", "rows => rows.map(row => row.innerText.split(/\\n+/))")
    assert [row[0] for row in rows] == ["white.png", "<b>notes.png", "black.png"]
    assert [row[-1] for row in rows if "notes" not in row[0]] == ["90.0%", "90.0%"]
    assert rows[1][1].startswith("Not an image that can be read. The formats that can be read are PNG")
    assert page.is_hidden("#bars")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    page.set_input_files("#file", several[1:2] * 2)
    until(lambda: page.inner_text("#best") == "0 of 2 answered")
    page.seen.clear()  # the browser logs the status 422 itself
    page.set_input_files("#file", several[0])
    assert answer(page)
    assert page.is_hidden("#several")
    assert page.is_visible("#bars")


@pytest.mark.parametrize("page", ["colour"], indirect=True)
def test_what_is_no_picture_is_said_to_be_none(page):
    page.set_input_files("#file", {"name": "<b>notes.png", "mimeType": "image/png", "buffer": b"no picture"})
    page.wait_for_selector("#problem:visible")
    assert "Body is not an image that can be read. The formats" in page.inner_text("#problem")
    page.seen.clear()  # the browser logs the status 422 itself
    page.set_input_files("#file", {"name": "fine.png", "mimeType": "image/png", "buffer": png(1)})
    assert answer(page) == "airplane"
    assert not page.locator("#problem").is_visible()


@pytest.mark.parametrize("page", ["digits"], indirect=True)
def test_the_keyboard_draws_undoes_and_clears(page):
    page.focus("#paper")
    for key in ["ArrowUp"] * 6 + [" "] + ["ArrowDown"] * 12 + [" "]:
        page.keyboard.press(key)
    answer(page)
    until(lambda: SEEN["mnist"][-1][14, 14] > 250)
    page.keyboard.press("Control+z")
    assert page.inner_text("#sure") == ""
    page.keyboard.press(" ")
    answer(page)
    page.keyboard.press("Delete")
    assert page.inner_text("#sure") == ""
    assert page.locator("#clear").is_disabled()


@pytest.mark.parametrize("page", ["digits"], indirect=True)
def test_everything_can_be_reached_by_the_tab_key(page):
    draw(page, (0.2, 0.2), (0.8, 0.8))
    answer(page)
    page.evaluate("document.activeElement.blur()")
    reached = []
    for _ in range(6):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))
    assert {"paper", "file", "undo", "clear"} <= set(reached)


@pytest.mark.parametrize("page", ["digits"], indirect=True)
def test_undo_takes_one_stroke_back_and_the_answer_with_it(page):
    draw(page, (0.5, 0.2), (0.5, 0.8))
    answer(page)
    until(lambda: page.get_attribute("#bars", "aria-busy") == "false")
    one = SEEN["mnist"][-1]
    draw(page, (0.2, 0.5), (0.8, 0.5))
    until(lambda: SEEN["mnist"][-1][14, :8].max() > 250)
    page.click("#undo")
    # Edges drawn in one go and bit by bit differ a little.
    until(lambda: np.abs(SEEN["mnist"][-1].astype(int) - one).max() < 30)
    page.click("#undo")
    until(lambda: page.inner_text("#sure") == "")


@pytest.mark.parametrize("page", ["many"], indirect=True)
def test_of_many_classes_the_most_probable_are_shown(page):
    page.set_input_files("#file", {"name": "white.png", "mimeType": "image/png", "buffer": png(255)})
    assert answer(page) == "class_99"
    shown = rows(page)
    assert len(shown) == 10
    assert shown[0] == ["class_99", "90.0%"]
    assert "10 of 100" in page.inner_text("#rest")


@pytest.mark.parametrize("page", ["hostile"], indirect=True)
def test_hostile_names_stand_there_as_they_are(page):
    page.set_input_files("#file", {"name": "black.png", "mimeType": "image/png", "buffer": png(0)})
    assert answer(page) == "<script>alert(1)</script>"
    assert page.evaluate("document.scripts.length") == 1
    text = page.inner_text("#bars")
    assert "line\ufffdbreak" in text
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in text
    assert "x" * 61 not in text


@pytest.mark.parametrize("page", ["digits"], indirect=True)
def test_the_answer_is_read_aloud_once_it_stands(page):
    draw(page, (0.5, 0.2), (0.5, 0.8))
    until(lambda: page.inner_text("#said"))
    assert page.inner_text("#said") == f"{page.inner_text('#best')}, 90.0%"
    assert page.get_attribute("#said", "role") == "status"


def test_a_server_that_has_gone_is_said_to_be_gone(browser):
    with running(model(MNIST)) as port:
        page = watched(browser, f"http://127.0.0.1:{port}/")
    draw(page, (0.5, 0.2), (0.5, 0.8))
    page.wait_for_selector("#problem:visible")
    assert page.inner_text("#problem") == "The server does not answer. Is cnn serve still running?"
    page.close()


def test_without_javascript_a_form_is_left(browser, addresses):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(addresses["digits"])
    page.set_input_files("noscript input", {"name": "x.png", "mimeType": "image/png", "buffer": png(250)})
    page.click("noscript button")
    assert '"image": "x.png"' in page.inner_text("body")
    context.close()


def strokes_of(image: NDArray[np.uint8]) -> list[list[tuple[float, float]]]:
    """A written digit as the lines that a pen would draw, in shares of the canvas.

    The ink is thinned to its middle (Zhang and Suen, 1984), and the pixels that are left are followed from neighbour
    to neighbour, each pair once.
    """
    ink = np.pad(image > 100, 1)
    changed = True
    while changed:
        changed = False
        for step in (0, 1):
            for y, x in [(y, x) for y, x in np.argwhere(ink) if _is_edge(ink, y, x, step)]:
                ink[y, x] = False
                changed = True
    points = {(int(y), int(x)) for y, x in np.argwhere(ink)}
    lines = []
    pairs = {
        (point, other) for point in points for dy, dx in AROUND if (other := (point[0] + dy, point[1] + dx)) in points
    }
    while pairs:
        ends = [point for point in points if sum(pair[0] == point for pair in pairs) == 1]
        point = min(ends) if ends else min(pairs)[0]
        line = [point]
        while following := sorted(pair for pair in pairs if pair[0] == point):
            other = following[0][1]
            pairs -= {(point, other), (other, point)}
            line.append(other)
            point = other
        lines.append(line)
    lines += [[point] for point in points if not any(point in line for line in lines)]
    size = image.shape[0]
    return [[((x - 0.5) / size, (y - 0.5) / size) for y, x in line] for line in lines]


AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))


def _is_edge(ink: NDArray[np.bool_], y: int, x: int, step: int) -> bool:
    """Whether a pixel may go in one of the two steps of the thinning."""
    around = [bool(ink[y + dy, x + dx]) for dy, dx in AROUND]
    north, east, south, west = around[0], around[2], around[4], around[6]
    changes = sum(not a and b for a, b in zip(around, around[1:] + around[:1], strict=True))
    if not 2 <= sum(around) <= 6 or changes != 1:
        return False
    if step == 0:
        return not (north and east and south) and not (east and south and west)
    return not (north and east and west) and not (north and south and west)


@pytest.mark.heavy
def test_drawn_digits_of_mnist_are_recognised(browser, tmp_path):
    """A network is trained for a moment; twenty test images that were never seen are drawn with the mouse."""
    home = Path(os.environ.get("CNN_DATA_HOME", ""), "mnist.npz")
    if not home.is_file():
        pytest.skip("set CNN_DATA_HOME to a folder that holds mnist.npz")
    from runtime.data.datasets import load_dataset
    from runtime.runs.run import run_file
    from runtime.serve.served import load_served

    spec = tmp_path / "net.cnn"
    spec.write_text("data mnist\nconv 16 5x5 relu; pool 2x2; conv 32 3x3 relu; pool 2x2; flatten; dense 10 softmax\n")
    assert run_file(str(spec), ["train.epochs=2", "train.batch=64"], str(tmp_path / "runs")) == 0
    data = load_dataset("mnist")
    wrong = []
    with running(load_served(tmp_path / "runs" / "net-1", 64)) as port:
        page = watched(browser, f"http://127.0.0.1:{port}/")
        for index in range(20):
            for line in strokes_of(data.x_test[index, ..., 0]):
                draw(page, *line)
            until(lambda: page.get_attribute("#bars", "aria-busy") == "false")
            if page.inner_text("#best") != str(data.y_test[index]):
                wrong.append((index, int(data.y_test[index]), page.inner_text("#best"), page.inner_text("#sure")))
            if folder := os.environ.get("DOTCNN_SCREENSHOTS"):
                page.screenshot(path=Path(folder, f"drawn-{index}.png"), full_page=True)
            page.click("#clear")
        page.close()
    assert wrong == []
