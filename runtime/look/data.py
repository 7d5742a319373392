"""The verb `cnn data`: the look at the images before training."""

import json
import shlex
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from compiler import training_plan
from runtime.errors import UserError
from runtime.labels import shown_name
from runtime.look.chosen import Chosen, choose, described
from runtime.look.data_findings import findings
from runtime.look.data_report import PARTS, DataReport, look_over
from runtime.output import write_new
from runtime.report.words import counted
from runtime.specs.spec_file import check_content, read_spec, show_findings
from runtime.targets import check_target
from runtime.terminal import findings_text, printable, show_error
from spec_lang.diagnostics import Diagnostic
from spec_lang.output_formats import to_json
from spec_lang.program import Program
from spec_lang.rendering import summary
from spec_lang.units import short

if TYPE_CHECKING:
    from runtime.look.calibration_run import Calibration

_CLASSES_SHOWN = 20
_NAME_LIMIT = 32
"""Characters of a class name that are shown."""


class DataOptions(NamedTuple):
    """What is looked at, and how it is told."""

    overrides: Sequence[str] = ()
    similar: bool = False
    """Nearly equal pictures too."""
    format: Literal["table", "json"] = "table"
    outside: Sequence[Path] = ()
    """Folders that the spec may read beside its own."""
    image: str | None = None
    """The number or the file of one image, to look at that alone."""
    html: str | None = None
    """A page to write; of that name, or of the spec's where it is empty."""
    force: bool = False
    """Whether a page may be replaced."""


def data_file(path: str, options: DataOptions) -> int:
    """Look over what a spec learns from and tell; the exit code is 1 for findings, in the spec or in its data.

    Raises UserError where there are no images.
    """
    checked = check_content(read_spec(path), path, options.overrides, outside=options.outside)
    show_findings(checked, sys.stderr)
    program = checked.program
    if program is None:
        return 1
    if program.data is None:
        raise UserError(f"{program.name} has no data to look at", help="name a data set, e.g. `data mnist`")
    page = Path(options.html or f"{program.name}-data.html") if options.html is not None else None
    if page is not None:
        check_page(page, options.force, path)
    plan, folder = training_plan(program), Path(path).absolute().parent
    if options.image is not None:
        return _one(program, choose(program.data, plan, folder, options.image), options, page, path)
    report = look_over(program.data, plan, folder, similar=options.similar)
    found = list(findings(report, checked))
    needs = refusal = None
    if report.lost and program.data.settings["corrupt"]["what"] == "fail":
        refusal = UserError("a run would not begin: there are pictures that cannot be read")
    else:
        try:
            from runtime.look.calibration_run import calibrate  # loads TensorFlow

            needs = calibrate(program, plan, folder)
        except UserError as error:
            refusal = UserError(f"a run would not begin: {error.message}", error.help)
    if page is not None:
        from runtime.look.data_page import data_page

        write_new(page, data_page(program, report, found, refusal).encode(), force=options.force, inputs=[path])
    if options.format == "json":
        print(json.dumps(_json(report, found, needs), indent=2, ensure_ascii=False))
    else:
        for line in _lines(report, needs):
            print(line)
        print(f"images   {_where(page, path)}")
        if found:
            print()
            print(findings_text(found, sys.stdout))
        if found or not refusal:
            print(summary((*checked.diagnostics, *found)) or "no problems found")
    if refusal:
        show_error(refusal)
    return 1 if checked.diagnostics or found or refusal else 0


def check_page(page: Path, force: bool, spec: str) -> None:
    """Refuse a page that could not be written, before any work is done."""
    if page.suffix.lower() not in (".html", ".htm"):
        raise UserError(f"{page} does not end in .html: it is to be a page", help="name another one with --html")
    check_target(page, force=force, inputs=[spec])


def _one(program: Program, chosen: Chosen, options: DataOptions, page: Path | None, path: str) -> int:
    """Tell of one image, and show it where a page is asked for."""
    facts = chosen.facts()
    if page is not None:
        from runtime.look.data_page import image_page

        write_new(page, image_page(program, chosen, facts).encode(), force=options.force, inputs=[path])
    if options.format == "json":
        print(json.dumps(facts, indent=2, ensure_ascii=False))
        return 0
    for name, value in described(facts):
        print(f"{name:<8} {printable(value)}")
    print(f"to see   {_where(page, path, chosen.number)}")
    return 0


def _where(page: Path | None, path: str, number: int | None = None) -> str:
    """Where the images are to be seen, or how."""
    if page is not None:
        return printable(f"on the page {page}")
    one = "" if number is None else f" --image {number}"
    return printable(f"cnn data {shlex.quote(path)}{one} --html")


def _lines(report: DataReport, needs: "Calibration | None") -> Iterator[str]:
    counts = report.counts()
    names = [printable(shown_name(name, _NAME_LIMIT)) for name in report.classes[:_CLASSES_SHOWN]]
    width, number = max(len("class"), *map(len, names)), len("number")
    yield f"{'number':>{number}}  {'class':<{width}}" + "".join(f"{part:>12}" for part in PARTS)
    for label, name in enumerate(names):
        yield f"{label:>{number}}  {name:<{width}}" + "".join(f"{counts[part][label]:>12,}" for part in PARTS)
    if len(report.classes) > _CLASSES_SHOWN:
        yield f"… and {len(report.classes) - _CLASSES_SHOWN:,} more classes"
    yield f"{'':>{number}}  {'all':<{width}}" + "".join(f"{sum(counts[part]):>12,}" for part in PARTS)
    yield ""
    sizes = Counter(item.size for item in report.items)
    if sizes:
        heights, widths = zip(*sizes, strict=True)
        common, images = sizes.most_common(1)[0]
        yield (
            f"sizes    {min(heights)}x{min(widths)} to {max(heights)}x{max(widths)}, "
            f"{'x'.join(map(str, common))} the most common ({images:,} images)"
        )
    for values, images in report.values():
        of = f" ({counted(images, 'image')})" if len(report.values()) > 1 else ""
        yield f"values   {values}{of}"
    for title, tally in (("formats", report.formats), ("colours", report.modes)):
        if tally:
            yield f"{title:<9}" + ", ".join(f"{name} {count:,}" for name, count in tally.most_common())
    for line in report.left_out:
        yield printable(f"others   {line}")
    if needs:
        yield ""
        yield f"memory   about {short(needs.memory, 'B')} for a run"
        seconds = f"{needs.epoch:.0f}" if needs.epoch >= 10 else f"{needs.epoch:.1f}"
        yield f"time     about {seconds} s an epoch on this machine, from {counted(needs.steps, 'step')}: no promise"


def _json(report: DataReport, found: Sequence[Diagnostic], needs: "Calibration | None") -> dict[str, Any]:
    return {
        "classes": list(report.classes),
        "class_indices": {name: label for label, name in enumerate(report.classes)},
        "values": [{**values._asdict(), "images": images} for values, images in report.values()],
        "images": report.counts(),
        "sizes": {"x".join(map(str, size)): count for size, count in Counter(i.size for i in report.items).items()},
        "formats": dict(report.formats),
        "modes": dict(report.modes),
        "unreadable": list(report.broken),
        "misnamed": list(report.misnamed),
        "equal": [[each.name for each in group] for group in report.groups()],
        "similar": [[one.name, other.name] for one, other in report.similar],
        "others": list(report.others),
        "unread": list(report.unread),
        "memory_bytes": needs.memory if needs else None,
        "epoch_seconds": needs.epoch if needs else None,
        "findings": json.loads(to_json(found)),
    }
