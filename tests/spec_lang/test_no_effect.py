"""What never acts is said, with the reason, and nothing is said of what does."""

from json import dumps

import pytest

from spec_lang import Checked, Files, Selection, SelectionError, check_text
from spec_lang.fixes import apply_edits, fix_all
from spec_lang.world import Pictures

HEAD = "flatten; dense 10 softmax"
DIGITS = "data digits { limit 100 }"
WORLD = Files(sources={"pets": Pictures(("cat", "dog"))})


def check(text: str, *overrides: str) -> Checked:
    return check_text(text, "spec.cnn", overrides, WORLD)


def said(text: str, *overrides: str) -> list[str]:
    """The codes of what is said, in order."""
    checked = check(text, *overrides)
    assert checked.program, [each.message for each in checked.diagnostics]
    return [each.code for each in checked.diagnostics]


def train(settings: str) -> str:
    return f"{HEAD}\ntrain {{ {settings} }}"


def augment(settings: str, data: str = "cifar10") -> str:
    return f"data {data}\naugment {{ {settings} }}\n{HEAD}"


@pytest.mark.parametrize(
    ("settings", "codes"),
    [
        ("epochs 3; stop val_loss patience=50", ["W550"]),
        ("epochs 3; stop val_loss patience=2", ["W550"]),  # used up after epoch 3, which is the last one
        ("epochs 4; stop val_loss patience=2", []),
        ("epochs 2; stop val_loss patience=0", ["W550"]),
        ("epochs 3; stop val_loss patience=0", []),
        ("epochs 20; schedule plateau val_loss patience=19", ["W550"]),
        ("epochs 3; schedule cosine warmup=20", ["W551"]),
        ("epochs 3; schedule cosine warmup=3", ["W551"]),
        ("epochs 3; schedule cosine warmup=2", []),
        ("epochs 10; schedule step every=50", ["W551"]),
        ("epochs 10; schedule step", ["W551"]),  # every=10 by default
        ("epochs 11; schedule step", []),
        ("stop val_loss patience=2; schedule plateau val_loss patience=2", ["W552"]),
        ("stop val_loss patience=2; schedule plateau val_accuracy patience=2", []),
        ("stop val_loss patience=3; schedule plateau val_loss patience=2", []),
        ("stop val_loss; keep val_loss", ["W553"]),
        ("stop val_loss; keep val_accuracy", []),
        ("epochs 1; keep val_loss", ["W554"]),
        ("schedule cosine end=1", ["W547"]),
        ("schedule cosine end=1 warmup=2", []),
        ("schedule exponential factor=1", ["W547"]),
        ("schedule exponential", []),
        ("schedule step every=2 factor=1", ["W547"]),
        ("schedule plateau factor=1", ["W547"]),
        ("average 0", ["W547"]),
        ("label_smoothing 0%", ["W547"]),
        ("label_smoothing 10%", []),
        ("optimizer sgd nesterov=on", ["W549"]),
        ("optimizer sgd nesterov=on momentum=0.9", []),
        ("optimizer sgd momentum=0", []),  # the default, said aloud
        ("metrics f1 auc f1", ["W560"]),
        ("log tensorboard tensorboard", ["W560"]),
    ],
)
def test_training(settings: str, codes: list[str]) -> None:
    assert said(train(settings)) == codes


@pytest.mark.parametrize(
    ("settings", "codes"),
    [
        ("rotate 0deg", ["W547"]),
        ("shift 0%", ["W547"]),
        ("shift 0px 0%", ["W547"]),
        ("shift 0% 10%", []),
        ("shear 0deg", ["W547"]),
        ("zoom 100%..100%", ["W547"]),
        ("zoom 1..1", ["W547"]),
        ("zoom 90%..100%", []),
        ("brightness 100%..100%", ["W547"]),
        ("contrast 1..1", ["W547"]),
        ("channel_shift 0%", ["W547"]),
        ("noise 0", ["W547"]),
        ("erase 0px", ["W547"]),
        ("crop 0%", ["W547"]),
        ("crop 1%", ["W548"]),  # 0.32 pixels
        ("crop 2%", []),
        ("erase 1%", ["W548"]),
        ("flip horizontal horizontal", ["W560"]),
        ("flip horizontal; fill reflect", ["W549"]),
        ("zoom 80%..100%; fill wrap", ["W549"]),
        ("zoom 80%..110%; fill wrap", []),
        ("rotate 10deg; fill wrap", []),
        ("rotate 0deg; fill wrap", ["W547", "W549"]),
        ("flip horizontal; fill nearest", []),  # the default, said aloud
    ],
)
def test_augmentation(settings: str, codes: list[str]) -> None:
    assert said(augment(settings)) == codes


@pytest.mark.parametrize(
    ("layers", "codes"),
    [
        ("pool 1x1", ["W540"]),
        ("avgpool 1x1", ["W540"]),
        ("pool 3x3 same stride=1", []),
        ("dropout 0", ["W540"]),
        ("spatialdropout 0%", ["W540"]),
        ("gaussiannoise 0", ["W540"]),
        ("zeropad 0", ["W540"]),
        ("crop 0", ["W540"]),
        ("upsample 1", ["W540"]),
        ("upsample 2 bilinear", []),
        ("rescale 1", ["W540"]),
        ("rescale 1 offset=-0.5", []),
        ("reshape 8x8x1", ["W540"]),
        ("reshape 4x4x4", []),
        ("permute height width channels", ["W540"]),
        ("permute width height channels", []),
        ("flatten", ["W540"]),  # the second one
        ("globalavgpool", ["W540"]),  # flatten behind it
        ("activation linear", ["W540"]),
        ("activation leaky_relu slope=1", ["W540"]),
        ("conv 4 3x3; activation relu slope=1; activation relu", ["W540"]),
        ("conv 4 3x3 relu; activation relu", ["W541"]),
        ("conv 4 3x3 relu; pool 2x2; dropout 0.1; activation relu", ["W541"]),
        ("conv 4 3x3 relu; batchnorm; activation relu", []),
        ("conv 4 3x3 sigmoid; activation elu", ["W541"]),
        ("conv 4 3x3 tanh; activation hard_tanh", ["W541"]),
        ("conv 4 3x3 tanh; activation relu", []),
        ("conv 4 3x3 relu; prelu", ["W541"]),
        ("conv 4 3x3 relu; activation relu max_value=6", []),
        ("conv 4 3x3; activation relu slope=0.1; activation relu", []),
        ("conv 4 3x3 relu; activation relu6; activation relu6", ["W541"]),
        ("conv 4 3x3 bias=off; batchnorm; batchnorm; activation relu", ["W543"]),
        ("layernorm; layernorm", ["W543"]),
        ("conv 4 3x3 bias=off; batchnorm momentum=1", ["W546"]),
        ("conv 4 3x3 relu init=zeros", ["W545"]),
        ("conv 4 3x3 init=zeros bias=off; batchnorm; activation relu", ["W545"]),
        ("conv 4 3x3 relu init=zeros bias_init=ones", []),
        ("conv 4 3x3 tanh init=zeros", []),
        ("conv 4 3x3 tanh init=zeros; conv 4 3x3 tanh init=zeros", ["W544"]),
        ("conv 4 3x3 tanh init=ones; dropout 0.5; conv 4 3x3 tanh init=ones", []),
        ("depthwiseconv 3x3 tanh init=ones; conv 4 3x3 tanh init=ones", []),
        ("residual { conv 1 3x3 relu same; conv 1 3x3 same init=zeros }; activation relu", []),
        ("conv 4 3x3 relu bias=off bias_init=ones", ["W549"]),
        ("conv 4 1x1 relu dilation=2", ["W549"]),
        ("conv 4 3x3 relu dilation=2", []),
        ("conv 4 3x3 relu l2=0", []),  # the default, said aloud
        ("repeat 1 { conv 4 3x3 relu }", ["W559"]),
    ],
)
def test_layers(layers: str, codes: list[str]) -> None:
    assert said(f"{layers}; {HEAD}") == codes


@pytest.mark.parametrize(
    ("layers", "least", "most"),
    [
        ("dense 10 softmax; activation softmax", "4%", "23%"),
        ("dense 10 sigmoid; activation softmax", "4%", "23%"),
        ("dense 10 tanh; dropout 0.1; activation softmax", "1%", "45%"),
    ],
)
def test_probabilities_of_probabilities(layers: str, least: str, most: str) -> None:
    (found,) = check(f"flatten; {layers}").diagnostics
    assert (found.code, found.primary.text) == ("W542", f"never below {least}, never above {most}")


def test_a_sigmoid_behind_relu_knows_one_class_only() -> None:
    found = check('data digits { classes ["0", "1"] }\nflatten; dense 1 relu; activation sigmoid').diagnostics
    assert [(each.code, each.primary.text) for each in found] == [("W542", "never below 50%, never above 100%")]


@pytest.mark.parametrize("layers", ["dense 10 relu; activation softmax", "dense 10; activation softmax"])
def test_a_softmax_of_wide_values_is_one(layers: str) -> None:
    assert said(f"flatten; {layers}") == []


@pytest.mark.parametrize(
    ("data", "settings", "codes"),
    [
        (DIGITS, "batch 5000", ["W555"]),
        (DIGITS, "batch 91", ["W555"]),  # 90 images, once 10 are held out
        (DIGITS, "batch 90", []),
        ('data folder "pets" { size 8x8; limit 100 }', "batch 5000", ["W555"]),
        ('data folder "pets" { size 8x8 }', "batch 5000", []),
        ("data digits { limit 100; balance oversample }", "batch 95", []),
        ("data digits { limit 1437 }", "batch 32", ["W556"]),
        ("data digits { limit 1436 }", "batch 32", []),
        ("data cifar10 { classes [cat, dog]; limit 10000 }", "batch 32", ["W556"]),
        ("data digits { limit 40; validation 1% }", "batch 8", ["W557"]),
        ("data digits { limit 40; validation 0% }", "batch 8", []),
        ("data digits { limit 4 }", "batch 2", ["W557"]),
        ("data cifar10 { balance weights }", "batch 32", ["W558"]),
        ("data digits { balance weights }", "batch 32", []),
    ],
)
def test_numbers_of_images(data: str, settings: str, codes: list[str]) -> None:
    assert said(f"{data}\nflatten; dense classes softmax\ntrain {{ {settings} }}") == codes


def test_the_share_that_is_advised_holds_an_image_out() -> None:
    (found,) = check(f"data digits {{ limit 40; validation 1% }}\n{HEAD}").diagnostics
    assert found.help == "write validation 2%, or more"
    assert said(f"data digits {{ limit 40; validation 2% }}\n{HEAD}") == []


def test_a_quick_try_is_not_complained_of() -> None:
    spec = train("epochs 30; stop val_loss patience=5; schedule step every=10; keep val_accuracy")
    assert said(spec, "train.epochs=1") == []
    assert said(train("batch 128"), "data.limit=100") == []


def test_patience_that_is_advised_can_act() -> None:
    (found,) = check(train("epochs 5; stop val_loss patience=9")).diagnostics
    assert found.help == "write patience=3, or less"
    assert said(train("epochs 5; stop val_loss patience=3")) == []


def test_defaults_that_json_writes_out_are_not_complained_of() -> None:
    from spec_lang.program_json import to_json

    checked = check(f"data cifar10\naugment {{ rotate 5deg }}\nconv 4 3x3 relu\n{HEAD}\ntrain {{ optimizer sgd }}")
    assert checked.program
    assert check_text(dumps(to_json(checked.program)), "spec.json").diagnostics == ()


@pytest.mark.parametrize("layer", ["pool 1x1", "dropout 0", "activation linear"])
def test_a_layer_that_is_removed_leaves_the_rest(layer: str) -> None:
    mended = fix_all(f"conv 4 3x3 relu\n{layer}\n{HEAD}\n", check)
    assert mended.text == f"conv 4 3x3 relu\n{HEAD}\n"
    assert mended.checked.diagnostics == ()


def test_a_layer_alone_in_its_braces_stays() -> None:
    text = f"repeat 2 {{ dropout 0 }}\n{HEAD}\n"
    assert fix_all(text, check).text == text


# Comments that silence warnings.

LINEAR = "flatten; dense 64  # cnn: ignore{}\ndense 10 softmax\n"
SOUND = "flatten; dense 64 relu  # cnn: ignore{}\ndense 10 softmax\n"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (LINEAR.format("[W505]"), []),
        (LINEAR.format(""), []),
        (LINEAR.format("[W505] (as in Caffe)"), []),
        (LINEAR.format("[W505, W508]"), ["W570"]),
        (LINEAR.format("[W505 W508]"), ["W570"]),
        (LINEAR.format("[W505, W570]"), []),
        (LINEAR.format("[W508, W570]"), ["W505"]),
        (LINEAR.format("[w505]"), ["W505", "W571"]),
        (LINEAR.format("[linear-layers]"), ["W505", "W571"]),
        (LINEAR.format("[W5]"), ["W505", "W571"]),
        (LINEAR.format(" W505"), ["W505", "W573"]),
        (LINEAR.format("(W505)"), ["W505", "W573"]),
        (LINEAR.format("[W505"), ["W505", "W573"]),
        (LINEAR.format("[]"), ["W505", "W573"]),
        (LINEAR.replace("ignore", "ignroe").format("[W505]"), ["W505", "W573"]),
        (SOUND.format("[W505]"), ["W570"]),
        (SOUND.format(""), ["W570"]),
        (SOUND.format("[W999]"), ["W571"]),
        (SOUND.format("[E301]"), ["W572"]),
        (f"{HEAD}\ntrain {{  # cnn: ignore[W515]\n}}", []),  # found, and not selected
        (SOUND.format("[W521]"), []),
        (SOUND.replace("# cnn: ignore{}", "# cnn: a small network"), []),
        ("# cnn: ignore[W505]\nflatten; dense 64\ndense 10 softmax", ["W570", "W505"]),
    ],
)
def test_comments(text: str, codes: list[str]) -> None:
    assert said(text) == codes


def test_an_ignore_that_silences_nothing_names_the_line_of_the_warning() -> None:
    found = check("# cnn: ignore[W505]\nflatten; dense 64\ndense 10 softmax").diagnostics
    assert found[0].help == "W505 is found on line 2: put the comment there"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (SOUND.format("[W505]"), "flatten; dense 64 relu\ndense 10 softmax\n"),
        (SOUND.format("[W505] (as in Caffe)"), "flatten; dense 64 relu  # (as in Caffe)\ndense 10 softmax\n"),
        (LINEAR.format("[W508, W505, W501]"), LINEAR.format("[W505]")),
        (SOUND.format("[W505, W508]"), "flatten; dense 64 relu\ndense 10 softmax\n"),
    ],
)
def test_comments_are_fixed(before: str, after: str) -> None:
    assert fix_all(before, check).text == after


def test_a_code_in_small_letters_is_fixed() -> None:
    text = LINEAR.format("[w505]")
    (fix,) = [each.fix for each in check(text).diagnostics if each.code == "W571"]
    assert fix is not None
    assert apply_edits(text, fix.edits) == LINEAR.format("[W505]")


def test_comments_in_blocks_that_are_not_used_here_are_not_judged() -> None:
    block = "block wide { dense 64; dense 64 relu  # cnn: ignore[W505]\n}\n"
    assert said(f"{block}{HEAD}") == ["W516"]
    assert check_text(block, "blocks.cnn").diagnostics == ()


def test_a_comment_in_an_included_file_silences_there() -> None:
    files = Files({"blocks.cnn": "block wide {\n  dense 64  # cnn: ignore[W505]\n  dense 32 relu\n}\n"})
    spec = 'include "blocks.cnn"\nflatten; wide; dense 10 softmax'
    assert check_text(spec, "spec.cnn", world=files).diagnostics == ()


@pytest.mark.parametrize(
    ("ignored", "message"),
    [
        ("W999", "no rule has the code 'W999'"),
        ("w505", "no rule has the code 'w505': write W505"),
        ("linear-layers", "no rule has the code 'linear-layers': write W505"),
        ("E301", "E301 cannot be ignored: errors are always shown"),
        ("E", "E cannot be ignored: errors are always shown"),
    ],
)
def test_a_selection_that_never_acts_is_refused(ignored: str, message: str) -> None:
    with pytest.raises(SelectionError) as error:
        Selection(ignore=(ignored,))
    assert str(error.value) == message


def test_warnings_that_are_not_lints_are_selected_too() -> None:
    spec = 'data folder "nowhere" { size 8x8; classes [a, b] }\nflatten; dense 2 softmax'
    assert said(spec) == ["W521"]
    assert check_text(spec, selection=Selection(ignore=("W521",))).diagnostics == ()
