"""Every setting of every section, with values drawn from the tables: through the check, JSON and back to text."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spec_lang import Files, check_text
from spec_lang.format import format_text
from spec_lang.forms import Required, SameAs, parameters_for
from spec_lang.kinds import Angle, Choice, Duration, Either, Extent, Flag, Interval, Kind, Pair, Real, Whole
from spec_lang.program import Layer, PlainValue, Program
from spec_lang.program_json import from_json, to_json
from spec_lang.sections import AUGMENT, DATA, TRAIN, Section, Setting
from spec_lang.unparse import statement, unparse
from spec_lang.world import Pictures

GIVEN = ("size", "classes", "loss")
"""Settings that depend on others."""
CLASSES = ("cat", "dog", "T-shirt/top", "4", "5", "6")
WORLD = Files(
    sources={
        "my pets": Pictures(CLASSES),
        "parted": Pictures(CLASSES, frozenset({"validation", "test"})),
        "pets.npz": Pictures(CLASSES, image_shape=(20, 30, 3)),
    }
)
SOURCES = (
    "data cifar10 {{ {} }}",
    'data folder "my pets" {{ size 24x24; {} }}',
    'data csv "my pets" image=file label="the class" {{ size 24x24; {} }}',
    'data npz "pets.npz" {{ {} }}',
)
MODEL = "conv 4 3x3 relu; globalavgpool; dense classes softmax"


def values(kind: Kind) -> st.SearchStrategy[PlainValue]:
    match kind:
        case Whole(low, high):
            return st.integers(low, min(high, low + 1000))
        case Real(low, high):
            lowest, highest = max(low, -3.0), min(high, 3.0)
            thousandths = st.integers(round(lowest * 1000) + kind.above_low, round(highest * 1000) - kind.below_high)
            return thousandths.map(lambda number: number / 1000)
        case Pair():
            return st.tuples(st.integers(3, 40), st.integers(3, 40))
        case Angle(high):
            return st.integers(0, int(high * 4)).map(lambda quarter: quarter / 4)
        case Duration():
            return st.integers(1, 10_000).map(float)
        case Extent():
            return st.integers(0, 20).map("{}px".format) | st.integers(0, 99).map("{}%".format)
        case Interval(low, high):
            number = st.integers(int(max(low, -5.0) * 100) + 1, int(min(high, 5.0) * 100)).map(lambda each: each / 100)
            return st.tuples(number, number).map(lambda pair: tuple(sorted(pair)))
        case Choice(words):
            # Of six and of ten classes, the true one is always among ten.
            return st.sampled_from([word for word in words if not word.endswith("top10")])
        case Flag():
            return st.booleans()
        case Either(kinds):
            return st.one_of([values(each) for each in kinds])
    raise NotImplementedError(kind)


@st.composite
def lines(draw: st.DrawFn, section: Section, source: str = "") -> list[str]:
    """Some settings of a section, each with values for some of its parameters."""
    fitting = [
        each
        for each in section.settings
        if (not each.sources or not source or source in each.sources) and each.keyword not in GIVEN
    ]
    chosen = draw(st.lists(st.sampled_from(fitting), unique_by=lambda each: each.keyword))
    return [draw(line(each)) for each in chosen]


@st.composite
def line(draw: st.DrawFn, setting: Setting) -> str:
    arguments: dict[str, PlainValue] = {}
    for parameter in setting.parameters:
        if not isinstance(parameter.default, (Required, SameAs)) and draw(st.booleans()):
            continue
        value = draw(values(parameter.kind).filter(lambda each: each not in ("given", "test", 0.0)))
        arguments[parameter.name] = (value,) if parameter.many else value
    first = setting.parameters[0]
    if setting.variants or not setting.optional:
        arguments.setdefault(first.name, first.default)  # type: ignore[arg-type]
    if setting.variants:
        for parameter in parameters_for(setting, arguments[first.name])[len(setting.parameters) :]:
            if draw(st.booleans()):
                arguments[parameter.name] = draw(values(parameter.kind))
    return statement(setting, arguments, always=(first.name,) if arguments else ())


@st.composite
def specs_with_settings(draw: st.DrawFn) -> str:
    source = draw(st.sampled_from(SOURCES))
    word = source.split()[1]
    data = source.format("; ".join(draw(lines(DATA, word))))
    augment = "; ".join(draw(lines(AUGMENT)))
    train = "; ".join(draw(lines(TRAIN)))
    return f"{data}\naugment {{ {augment} }}\n{MODEL}\ntrain {{ {train} }}"


def program(text: str, name: str = "spec.cnn") -> Program:
    result = check_text(text, name, world=WORLD)
    assert result.program is not None, (text, [each.message for each in result.diagnostics])
    return result.program


def unplaced(written: Program) -> Program:
    def at_no_line(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
        return tuple(layer._replace(line=0, body=at_no_line(layer.body)) for layer in layers)

    return written._replace(layers=at_no_line(written.layers))


def check_all_ways(text: str) -> None:
    written = unplaced(program(text))
    data = to_json(written)
    assert from_json(data) == written
    as_text = json.dumps(data)
    assert unplaced(program(as_text, "spec.json")) == written
    back = unparse(written)
    assert unplaced(program(back)) == written
    assert format_text(back).text == back


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(specs_with_settings())
def test_settings_go_all_ways(text: str) -> None:
    check_all_ways(text)


@pytest.mark.parametrize(
    "data",
    [
        "data cifar10 { classes [dog, cat]; limit 500; normalize -1..1 }",
        "data cifar10 { normalize standard; balance }",
        'data folder "my pets" { size 24x32; color gray; resize crop; classes [dog, "T-shirt/top"]; corrupt skip }',
        'data folder "my pets" { size 24x32; test 25%; validation 0% }',
        'data folder "parted" { size 24x24 }',
        'data npz "pets.npz" { balance oversample }',
        'data csv "my pets" image=file { size 40 }',
    ],
)
def test_data_goes_all_ways(data: str) -> None:
    check_all_ways(f"{data}\n{MODEL}")


def test_parts_of_the_data_are_taken_as_they_are() -> None:
    parted = program(f'data folder "parted" {{ size 24x24 }}\n{MODEL}')
    assert parted.data is not None
    assert parted.data.settings["validation"] == {"amount": "given"}
    assert parted.data.settings["test"] == {"amount": "given"}
    whole = program(f'data folder "my pets" {{ size 24x24 }}\n{MODEL}')
    assert whole.data is not None
    assert (whole.data.settings["validation"], whole.data.settings["test"]) == ({"amount": 0.1}, {"amount": 0.1})


def test_the_shape_follows_from_size_and_color() -> None:
    gray = program(f'data folder "my pets" {{ size 24x32; color gray }}\n{MODEL}')
    assert gray.input_shape == (24, 32, 1)
    assert program(f'data npz "pets.npz"\n{MODEL}').input_shape == (20, 30, 3)


def test_chosen_classes_settle_the_head() -> None:
    two = program("data cifar10 { classes [cat, dog] }\nflatten; dense 1 sigmoid")
    assert two.data is not None
    assert (two.data.classes, two.head) == (("cat", "dog"), "sigmoid")


def test_a_spec_without_augment_varies_nothing() -> None:
    assert program(MODEL).augment == {}
    assert program(f"{MODEL}\naugment {{ }}").augment == {"fill": {"how": "nearest"}}


@pytest.mark.parametrize(
    ("line", "message", "suggestion"),
    [
        ("rotate 10", "'rotate' must be an angle", "10deg"),
        ("shift 0.1", "", "10%"),
        ("shift 4", "", "4px"),
        ("zoom 20%", "", "80%..120%"),
        ("zoom 0.8..120%", "two units", "80%..120%"),
        ("zoom 1.2..0.8", "", "0.8..1.2"),
        ("flip horizontel", "", "horizontal"),
        ("brightness 0.2", "", "80%..120%"),
        ("rotate 200deg", "", None),
        ("shift 1.5px", "", None),
        ("erase 120%", "", None),
    ],
)
def test_slips_of_units_are_understood(line: str, message: str, suggestion: str | None) -> None:
    [found] = [
        each
        for each in check_text(f"data cifar10\naugment {{ {line} }}\n{MODEL}").diagnostics
        if each.severity == "error"
    ]
    assert message in f"{found.message}: {found.primary.text}"
    assert found.span.source.name == "spec.cnn"
    if suggestion:
        assert suggestion in found.help
    else:
        assert found.help
