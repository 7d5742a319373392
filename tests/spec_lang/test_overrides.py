import pytest

from spec_lang import OverrideError, check_text
from spec_lang.program import Program

SPEC = """data mnist { validation 10% }
model { flatten; dense 10 softmax }
train {
  epochs 10
  optimizer sgd lr=0.1 momentum=0.9
}
"""


def overridden(*overrides: str, text: str = SPEC) -> Program:
    result = check_text(text, "spec.cnn", overrides)
    assert result.program is not None, result.diagnostics
    return result.program


def test_an_override_takes_the_place_of_a_setting() -> None:
    assert overridden("train.epochs=3").train["epochs"] == {"count": 3}


def test_an_override_adds_a_setting_that_is_not_written() -> None:
    assert overridden("train.seed=7").train["seed"] == {"value": 7}
    assert overridden("train.stop=val_accuracy").train["stop"]["monitor"] == "val_accuracy"


def test_an_override_adds_a_section_that_is_not_written() -> None:
    program = overridden("train.epochs=3", "data.validation=20%", text="flatten; dense 10 softmax")
    assert program.train["epochs"] == {"count": 3}
    assert program.data is not None
    assert program.data.settings["validation"] == {"amount": 0.2}


def test_an_option_is_changed_alone() -> None:
    optimizer = overridden("train.optimizer.lr=0.5").train["optimizer"]
    assert (optimizer["name"], optimizer["lr"], optimizer["momentum"]) == ("sgd", 0.5, 0.9)


def test_a_value_with_its_options_replaces_the_whole_setting() -> None:
    optimizer = overridden("train.optimizer=adam lr=0.01").train["optimizer"]
    assert (optimizer["name"], optimizer["lr"]) == ("adam", 0.01)


def test_a_data_set_is_replaced_and_the_head_is_checked_against_it() -> None:
    program = overridden("data=fashion_mnist")
    assert program.data is not None
    assert (program.data.source, program.data.settings["validation"]) == ("fashion_mnist", {"amount": 0.1})
    assert "E401" in {each.code for each in check_text(SPEC, "spec.cnn", ["data=cifar100"]).diagnostics}


def test_the_last_override_of_a_setting_counts() -> None:
    assert overridden("train.epochs=3", "train.epochs=4").train["epochs"] == {"count": 4}


def test_blanks_around_the_parts_do_not_matter() -> None:
    assert overridden(" train . epochs = 3 ").train["epochs"] == {"count": 3}


@pytest.mark.parametrize(
    "override",
    [
        "",
        "=",
        "epochs",
        "train.epochs",
        "train.epochs=",
        "train.=3",
        ".epochs=3",
        "train.epochs.count.more=3",
        "model=3",
        "model.conv=32",
        "tarin.epochs=3",
    ],
)
def test_an_override_of_another_form_is_refused(override: str) -> None:
    with pytest.raises(OverrideError) as caught:
        check_text(SPEC, "spec.cnn", [override])
    assert override in str(caught.value)


def test_a_section_that_is_nearly_right_is_named() -> None:
    with pytest.raises(OverrideError, match="did you mean 'train'"):
        check_text(SPEC, "spec.cnn", ["tarin.epochs=3"])


@pytest.mark.parametrize(
    ("override", "says"),
    [
        ("train.lr=0.1", "'train.lr=0.1' names no setting of 'train': did you mean 'train.optimizer.lr=0.1'?"),
        ("lr=0.1", "did you mean 'train.optimizer.lr=0.1'?"),
        ("train.patience=3", "did you mean 'train.schedule.patience=3' or 'train.stop.patience=3'?"),
        ("model.conv=3", "'model.conv=3' cannot be set: the model is changed in the spec"),
    ],
)
def test_an_override_without_its_setting_is_told_what_works(override: str, says: str) -> None:
    with pytest.raises(OverrideError) as caught:
        check_text(SPEC, "spec.cnn", [override])
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("override", "code"),
    [
        ("train.epoch=3", "E203"),
        ("train.epochs=0", "E207"),
        ("train.epochs=ten", "E206"),
        ("train.epochs=3 4", "E210"),
        ("train.epochs={", "E105"),
        ("train.epochs=3; seed 4", None),
        ("train.optimizer.rate=3", "E204"),
        ("data=minst", "E216"),
        ("data.validation=test", "W501"),
    ],
)
def test_a_mistake_in_an_override_is_found_where_it_stands(override: str, code: str | None) -> None:
    result = check_text(SPEC, "spec.cnn", [override])
    found = [each for each in result.diagnostics if each.span.source.name == f"--set {override}"]
    assert [each.code for each in found] == ([code] if code else [])
    for each in found:
        assert 0 <= each.span.start <= each.span.end <= len(each.span.source.text)


@pytest.mark.parametrize(
    "override", ["train.epochs=3", "data=mnist", "train.optimizer.lr=1000", "data.validation=test"]
)
def test_every_place_lies_in_its_source(override: str) -> None:
    short = "data mnist; dense x; train { optimizer }"
    for each in check_text(short, "spec.cnn", [override]).diagnostics:
        for label in (each.primary, *each.related):
            assert 0 <= label.span.start <= label.span.end <= len(label.span.source.text)
