"""What was it?"""

from runtime.report.content import ReportContent
from runtime.report.gallery import samples
from runtime.report.markup import Content, Markup, definitions, element, markup, scrolling
from runtime.report.network import network, network_table
from runtime.report.pictures import left_out, varied


def what_it_was(content: ReportContent) -> Markup:
    return markup(
        [
            element("h3", "Network"),
            network(content.image_shape, content.layers),
            network_table(content.layers),
            _images(content),
            element("h3", "Settings"),
            definitions((setting.name, setting.value) for setting in content.settings),
            element("h3", "Spec"),
            scrolling("Spec", element("pre", element("code", content.spec_text))),
            element("h3", "Versions"),
            definitions(content.versions.items()),
            element("h3", "To repeat it"),
            scrolling("Command", element("pre", element("code", content.command))),
        ]
    )


def _images(content: ReportContent) -> Content:
    """What the network saw."""
    shown = [element("h3", "Images it learnt from"), samples(content.samples)]
    return [*shown, varied(content), left_out(content)]
