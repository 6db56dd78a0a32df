"""Sentences for people: English here, translated by the page. Knows nothing else.

The server does not know the language of the page, which each user sets in
JupyterLab. So a sentence travels as an English template and its arguments
beside the finished English text, and the page looks the template up in the
same catalogue that holds its own strings.
"""

import re

PLACE = re.compile(r"%(\d+)")


class Trans:
    """Marks a literal for the extractor, which knows the variable name `trans`."""

    def gettext(self, template: str) -> str:
        """Return `template` as it is; its translation is the page's business."""
        return template


trans = Trans()


def fill(template: str, arguments: tuple[str, ...]) -> str:
    """Return `template` with `%1`, `%2`, … replaced, as JupyterLab's `trans.__` does."""
    return PLACE.sub(lambda place: arguments[int(place.group(1)) - 1], template)
