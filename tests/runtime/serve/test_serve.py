"""The server's application by itself, with a model that tells images apart by a pixel."""

import json
import re
import struct
import threading
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from itertools import islice

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from reports import HOSTILE_NAMES
from serving import CLASSES, LIMITS, client, one_hot, png, served

from runtime.evaluation.prediction_output import WRITERS, Guess, Prediction


@pytest.fixture(scope="module")
def asked() -> Iterator[httpx.Client]:
    with client() as opened:
        yield opened


def test_a_picture_as_the_body_is_answered_as_cnn_predict_would(asked: httpx.Client) -> None:
    answer = asked.post("/predict", content=png(30), params={"top": 2})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    printed = "".join(WRITERS["json"]([Prediction("body", (Guess("d", 1.0), Guess("a", 0.0)))]))
    assert answer.json() == json.loads(printed)


def test_all_classes_are_answered_unless_fewer_are_asked_for(asked: httpx.Client) -> None:
    (answer,) = asked.post("/predict", content=png(30)).json()
    assert [each["class"] for each in answer["predictions"]] == list("dabcefghij")


def test_files_of_a_form_are_answered_in_order_by_their_names(asked: httpx.Client) -> None:
    files = [(f"field {index}", (f"ü {value}.png", png(value))) for index, value in enumerate((70, 10, 90))]
    answer = asked.post("/predict", params={"top": 1}, data={"note": "left out"}, files=files)
    assert [(each["image"], each["predictions"][0]["class"]) for each in answer.json()] == [
        ("ü 70.png", "h"),
        ("ü 10.png", "b"),
        ("ü 90.png", "j"),
    ]


def test_health_and_model(asked: httpx.Client) -> None:
    assert asked.get("/health").json() == {"status": "ok"}
    assert asked.get("/model").json() == {"classes": list(CLASSES)}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "there is no image"),
        (b"no image", "body is not an image that can be read"),
        (png(1)[:50], "body"),
        (b"MM\0*" + bytes(64), "body"),
    ],
)
def test_what_is_no_image_is_said_to_be_none(asked: httpx.Client, content: bytes, message: str) -> None:
    answer = asked.post("/predict", content=content)
    assert answer.status_code in (400, 422)
    assert message in answer.json()["error"]


def test_one_bad_file_of_ten_costs_the_others_nothing(asked: httpx.Client) -> None:
    files = [("image", (f"{value}.png", png(value))) for value in range(5, 95, 10)]
    files.insert(3, ("image", ("<b>bad.png", b"no image")))
    answer = asked.post("/predict", files=files, params={"top": 1})
    assert answer.status_code == 200
    found = answer.json()
    bad = found.pop(3)
    assert (bad["image"], bad["error"]) == ("<b>bad.png", "<b>bad.png is not an image that can be read")
    assert "PNG" in bad["help"]
    assert [each["predictions"][0]["class"] for each in found] == list("abcdefghi")
    alone = [
        asked.post("/predict", files=[each], params={"top": 1}).json()[0] for each in files if each[1][1] != b"no image"
    ]
    assert found == alone


def test_where_no_file_is_good_the_request_is_refused_and_each_named(asked: httpx.Client) -> None:
    files = [("image", ("a.png", b"no image")), ("image", ("b.png", png(1)[:40]))]
    answer = asked.post("/predict", files=files)
    assert answer.status_code == 422
    assert answer.json()["error"] == "none of the 2 pictures has an answer"
    assert [each["image"] for each in answer.json()["pictures"]] == ["a.png", "b.png"]
    assert all(each["error"].startswith(each["image"]) for each in answer.json()["pictures"])
    single = asked.post("/predict", files=files[:1])
    assert (single.status_code, single.json()["error"]) == (422, "a.png is not an image that can be read")


@pytest.mark.parametrize("charset", ["punycode", "idna", "base64", "rot13", "utf-7", "nosuch", "undefined", "a" * 5000])
def test_a_charset_that_no_browser_sends_is_refused(asked: httpx.Client, charset: str) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="i"; filename="\xff.png"\r\n\r\n' + png(1) + b"\r\n--x--\r\n"
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    answer = asked.post("/predict", content=body, headers={"content-type": kind})
    assert answer.status_code == 400
    assert "charset" in answer.json()["error"]
    known = asked.post("/predict", content=body, headers={"content-type": kind.replace(charset, "UTF-8")})
    assert known.status_code == 200


def test_names_of_files_come_back_no_longer_than_names_are(asked: httpx.Client) -> None:
    answer = asked.post("/predict", files=[("image", ("n" * 1_000, png(1)))])
    assert [len(each["image"]) for each in answer.json()] == [255]


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=x", "Multipart/Form-Data; boundary=é"]
)
def test_a_form_that_is_none_is_refused(asked: httpx.Client, kind: str) -> None:
    answer = asked.post("/predict", content=b"--y\r\nnonsense", headers=[(b"content-type", kind.encode())])
    assert answer.status_code == 400
    assert "the form" in answer.json()["error"]


def test_a_form_that_is_cut_off_is_refused(asked: httpx.Client) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="i"; filename="a.png"\r\n\r\n' + png(1) + b"\r\n"
    answer = asked.post("/predict", content=part * 2, headers={"content-type": "multipart/form-data; boundary=x"})
    assert answer.status_code == 400
    assert answer.json()["error"] == "the form cannot be read: It ends before its last boundary."


def test_a_form_without_a_file_is_refused(asked: httpx.Client) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="image"\r\n\r\ntext\r\n--x--\r\n'
    answer = asked.post("/predict", content=body, headers={"content-type": "multipart/form-data; boundary=x"})
    assert answer.json()["error"] == "the form holds no file"


@pytest.mark.parametrize("top", ["0", "-1", "x", "1e3", "²", "9" * 5000])
def test_an_impossible_number_of_classes_is_refused(asked: httpx.Client, top: str) -> None:
    answer = asked.post("/predict", content=png(1), params={"top": top})
    assert answer.status_code == 400
    assert "whole number" in answer.json()["error"]


def test_other_addresses_and_methods_name_those_that_there_are(asked: httpx.Client) -> None:
    for method, path, status in (("GET", "/nothing", 404), ("PUT", "/predict", 405), ("GET", "/predict", 405)):
        answer = asked.request(method, path)
        assert answer.status_code == status
        assert "POST /predict" in answer.json()["help"]
    assert asked.get("/predict").headers["allow"] == "POST"


def test_a_body_that_turns_out_too_large_is_refused() -> None:
    with client(limits=replace(LIMITS, body_bytes=100_000)) as asked:
        answer = asked.post("/predict", content=(bytes(10_000) for _ in range(11)))
        assert answer.status_code == 413
        # And nothing is held any longer.
        assert asked.post("/predict", content=png(1)).status_code == 200


@pytest.mark.parametrize("size", [(1, 25_000_000), (25_000_000, 1), (1, 100_000_000)])
def test_a_picture_of_one_long_side_is_not_decoded(
    asked: httpx.Client, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = png(1)
    header = content[:16] + struct.pack(">II", *size) + content[24:29]
    forged = header + struct.pack(">I", zlib.crc32(header[12:])) + content[33:]
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("it is decoded"))
    answer = asked.post("/predict", content=forged)
    assert answer.status_code == 422
    assert answer.json()["error"] == "body is too large an image"


def test_the_pixels_of_one_request_are_bounded() -> None:
    files = [
        ("image", (f"{place}.png", png(15, size))) for place, size in enumerate([(9, 9), (10, 10), (9, 9), (3, 3)])
    ]
    with client(limits=replace(LIMITS, pixels=100, pixels_of_request=200)) as asked:
        answer = asked.post("/predict", files=files, params={"top": 1})
    assert answer.status_code == 200
    assert ["error" in each for each in answer.json()] == [False, False, True, False]
    assert answer.json()[2]["error"] == "the pictures of one request have more than 200 pixels in all"


def test_an_image_of_too_many_pixels_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = png(0, (2000, 2000))
    assert len(bomb) < 10_000
    with client(limits=replace(LIMITS, pixels=2000 * 2000 - 1)) as asked:
        monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("it is decoded"))
        answer = asked.post("/predict", content=bomb)
    assert answer.status_code == 422
    assert answer.json()["error"] == "body is too large an image"
    assert "3,999,999 pixels" in answer.json()["help"]


def test_too_many_files_are_refused() -> None:
    with client(limits=replace(LIMITS, images=2)) as asked:
        answer = asked.post("/predict", files=[("image", ("x.png", png(1)))] * 3)
    assert answer.status_code == 400
    assert "Too many files" in answer.json()["error"]


class Gate:
    """A model that waits until it is let through, and remembers how many images it was given at a time."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.opened = threading.Event()
        self.batches: list[int] = []

    def __call__(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.batches.append(len(images))
        self.entered.release()
        assert self.opened.wait(20)
        return one_hot(images)


def test_what_waits_is_asked_together_and_each_gets_its_own_answer() -> None:
    gate = Gate()
    with client(served(gate)) as asked, ThreadPoolExecutor(20) as askers:
        first = askers.submit(asked.post, "/predict", content=png(95))
        assert gate.entered.acquire(timeout=20)
        values = [10 * (index % 10) + 5 for index in range(19)]
        waiting = [askers.submit(asked.post, "/predict", content=png(value), params={"top": 1}) for value in values]
        while asked.get("/health").status_code == 200 and len(gate.batches) < 2 and not gate.opened.wait(0.5):
            gate.opened.set()
        found = [each.result().json()[0]["predictions"][0]["class"] for each in waiting]
        assert first.result().json()[0]["predictions"][0]["class"] == "j"
    assert found == [CLASSES[value // 10] for value in values]
    assert max(gate.batches) > 1
    assert sum(gate.batches) == 20


def test_when_enough_wait_others_are_told_to_come_back() -> None:
    gate = Gate()
    with client(served(gate), replace(LIMITS, waiting=3)) as asked, ThreadPoolExecutor(9) as askers:
        sent = [askers.submit(asked.post, "/predict", content=png(25)) for _ in range(8)]
        refused = [each.result() for each in islice(as_completed(sent, timeout=20), 5)]
        assert {(each.status_code, each.headers.get("retry-after")) for each in refused} == {(503, "1")}
        assert refused[0].json()["error"] == "the server is busy"
        assert asked.get("/health").status_code == 200
        gate.opened.set()
        assert sorted(each.result().status_code for each in sent) == [200] * 3 + [503] * 5
        assert asked.post("/predict", content=png(25)).status_code == 200


def test_more_bytes_than_there_is_room_for_are_refused_for_now() -> None:
    with client(limits=replace(LIMITS, bytes_at_once=50_000)) as asked:
        answer = asked.post("/predict", content=(bytes(10_000) for _ in range(6)))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert asked.post("/predict", content=png(1)).status_code == 200


def test_a_model_that_fails_fails_for_those_who_asked_and_for_no_other() -> None:
    def failing(images: NDArray[np.uint8]) -> NDArray[np.float32]:
        if (images == 99).any():
            raise MemoryError
        return one_hot(images)

    with client(served(failing)) as asked:
        assert asked.post("/predict", content=png(99)).status_code == 500
        assert asked.post("/predict", content=png(10)).status_code == 200


def test_an_answer_that_is_no_number_is_not_passed_on() -> None:
    with client(served(lambda images: np.full((len(images), 10), np.nan, np.float32))) as asked:
        answer = asked.post("/predict", content=png(1))
    assert answer.status_code == 500
    assert "no number" in answer.json()["error"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8000", "LOCALHOST", "[::1]:8000"])
def test_the_names_of_the_loopback_are_answered_to(asked: httpx.Client, host: str) -> None:
    assert asked.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.", "", "[", "x@y:z", "127.0.0.1@evil.example"]
)
@pytest.mark.parametrize("path", ["/", "/model", "/predict", "/nothing"])
def test_other_names_are_not(asked: httpx.Client, host: str, path: str) -> None:
    answer = asked.post(path, headers={"host": host}, content=png(1))
    assert answer.status_code == 421
    assert "classes" not in answer.text


def test_all_names_are_answered_to_where_others_may_ask() -> None:
    with client(hosts=None) as asked:
        assert asked.get("/", headers={"host": "lab.example"}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:9", "http://127.0.0.1.evil.example"]
)
def test_pages_from_elsewhere_are_not_answered(asked: httpx.Client, origin: str) -> None:
    answer = asked.post("/predict", headers={"origin": origin}, content=png(1))
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_the_own_page_is_answered(asked: httpx.Client) -> None:
    assert asked.post("/predict", headers={"origin": str(asked.base_url)}, content=png(1)).status_code == 200


def test_every_answer_says_what_a_browser_may_do_with_it(asked: httpx.Client) -> None:
    for answer in (asked.get("/"), asked.get("/model"), asked.get("/nothing"), asked.get("/", headers={"host": "x"})):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; ")
        assert "access-control-allow-origin" not in answer.headers


def test_the_page_names_no_address_and_has_nothing_inline_that_its_policy_does_not_know(asked: httpx.Client) -> None:
    answer = asked.get("/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert policy.count("sha256-") == 2
    assert not re.search(r"(https?:)?//[a-z]|@import|url\(", re.sub(r"(?m)//.*$", "", answer.text))
    assert not re.search(r"""\son[a-z]+=|\sstyle=|javascript:""", answer.text)


def test_hostile_class_names_are_data_and_nothing_else() -> None:
    classes = HOSTILE_NAMES
    with client(served(lambda images: np.eye(10, dtype=np.float32)[images[:, 0, 0, 0] // 10], classes)) as asked:
        answer = asked.post("/predict", content=png(60))
        assert answer.content.isascii()
        assert answer.json()[0]["predictions"][0]["class"] == classes[6]
        assert asked.get("/model").json()["classes"] == list(classes)
        assert "alert(1)" not in asked.get("/").text
