"""Texts with a `|` where the cursor is."""

from spec_lang import Files, World
from spec_lang.language_server.analysis import Analysis, analyse
from spec_lang.world import Pictures

COMMON = "block stage(filters, times=2) {\n  repeat times { conv filters 3x3 relu same }\n  pool 2x2\n}\n"
SPEC = """data mnist { validation 10% }
block stage(filters, times=2) {
  repeat times { conv filters 3x3 relu same }
  pool 2x2
}
model {
  conv 32 4x4 relu  # first
  stage 16
  flatten; dense 128 relu
  dense classes softmax
}
train { optimizer adam lr=0.01; stop val_loss }
"""
WORLD = Files(
    {"common.cnn": COMMON, "parts/more.cnn": "block other { flatten }\n"},
    sources={"pets": Pictures(("cat", "dog")), "tables/labels.csv": Pictures(("cat", "dog"))},
)


def edited(text: str, world: World = WORLD) -> tuple[Analysis, int]:
    """The analysis of a text without its mark, and where the mark stood."""
    offset = text.index("|")
    return analysed(text[:offset] + text[offset + 1 :], world), offset


def analysed(text: str, world: World = WORLD) -> Analysis:
    return analyse(text, "spec.cnn", world)
