"""What the report shows of pictures: what the network saw of them in training, and which were left out."""

from runtime.report.content import ReportContent
from runtime.report.markup import Content, element, picture, scrolling
from runtime.report.words import counted


def varied(content: ReportContent) -> Content:
    """Some training images beside what the first epochs made of them; nothing where they were left as they are."""
    if not content.varied:
        return []
    return [
        element("h3", "What the network saw of them"),
        element("p", content.varied_words, class_="muted"),
        scrolling("Varied images", picture(content.varied, content.varied_words)),
    ]


def left_out(content: ReportContent) -> Content:
    """The files that could not be read, each with the reason; nothing where there were none."""
    if not content.left_out:
        return []
    return [
        element("h3", "Files that were left out"),
        element("p", f"{counted(len(content.left_out), 'file')} could not be read: neither learnt from nor scored."),
        scrolling(
            "Files left out", element("ul", [element("li", line) for line in content.left_out]), css_class="long"
        ),
    ]
