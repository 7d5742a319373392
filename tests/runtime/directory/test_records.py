"""Records from JSON: what fits comes back, what does not is named."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import pytest

from runtime.directory.records import Figure, NotSoundError, record_from


@dataclass(frozen=True, slots=True)
class Inner:
    count: int
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Outer:
    name: str
    state: Literal["open", "closed"]
    best: Figure | None
    several: tuple[Inner, ...] = ()
    named: Mapping[str, str | int | None] = field(default_factory=dict)
    open: bool = False


WHOLE = Outer("a\udcff", "open", math.inf, (Inner(1, 0.5), Inner(2)), {"x": 1, "y": "z", "none": None}, True)


def test_a_record_comes_back() -> None:
    assert record_from(Outer, json.loads(json.dumps(asdict(WHOLE)))) == WHOLE
    assert record_from(Outer, {"name": "", "state": "open", "best": None}) == Outer("", "open", None)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": "\ud800"}, "name is '.*', not text"),
        ({"name": None}, "name is null, not text"),
        ({"state": "ajar"}, "state is 'ajar', not one of open, closed"),
        ({"state": ["open"]}, "state is a list, not one of open, closed"),
        ({"best": math.nan}, "best is nan, not a finite number"),
        ({"best": "inf"}, "best is 'inf', not"),
        ({"several": {}}, "several is an object, not a list"),
        ({"several": [{"count": 1}, {"count": -1}]}, r"several\.2\.count is -1, not a whole number from 0 on"),
        ({"several": [{"count": 2**53}]}, r"several\.1\.count is 9007199254740992, not"),
        ({"several": [{"count": True}]}, r"several\.1\.count is True, not"),
        ({"several": [{"count": 1.0}]}, r"several\.1\.count is 1\.0, not"),
        ({"several": [{"count": 1, "share": math.inf}]}, r"several\.1\.share is inf, not a finite number"),
        ({"several": [{"count": 1, "share": 10**400}]}, r"several\.1\.share is 1000.*, not a finite number"),
        ({"several": [{"count": 1, "more": 1}]}, r"there is an unknown entry 'more' in several\.1"),
        ({"several": [{}]}, r"several\.1\.count is missing"),
        ({"several": [3]}, r"several\.1 is 3, not an object"),
        ({"named": {"x": []}}, r"named\.x is a list, not"),
        ({"named": {"\ud800": 1}}, "named is '.*', not text"),
        ({"open": 1}, "open is 1, not true or false"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, Any], says: str) -> None:
    with pytest.raises(NotSoundError, match=says):
        record_from(Outer, json.loads(json.dumps(asdict(WHOLE))) | change)


@pytest.mark.parametrize("value", [None, 3, [], "text"])
def test_what_is_no_object_is_none(value: Any) -> None:
    with pytest.raises(NotSoundError, match=r"^it is .*, not an object$"):
        record_from(Outer, value)
