"""Our sentences in another language, for a program without a page. Knows files only."""

import json
from pathlib import Path

from ..sentences import fill
from .models import CheckSentence

LOCALE = Path(__file__).parents[1] / "locale"
DOMAIN = "jupyterlab_hpc"
ENGLISH = "en"


def catalogue_file(locale: str) -> Path:
    """Return the catalogue of a locale, as JupyterLab reads it."""
    return LOCALE / locale / "LC_MESSAGES" / f"{DOMAIN}.json"


def language_of(said: str) -> str:
    """Return the locale of ours that is nearest to `fr`, `fr_CA.UTF-8`, `C`, …; English else."""
    name = said.partition(".")[0].replace("-", "_")
    wanted = name.partition("_")[0].casefold()
    there = sorted(path.name for path in LOCALE.glob("*_*"))
    alike = [locale for locale in there if locale.partition("_")[0] == wanted]
    return name if name in alike else (alike[-1] if alike else ENGLISH)


class Catalogue:
    """The sentences of one language; what it does not know stays English."""

    def __init__(self, locale: str = ENGLISH) -> None:
        try:
            self._known = json.loads(catalogue_file(locale).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._known = {}

    def translate(self, template: str, *arguments: str) -> str:
        """Return a template in this language with its arguments put in."""
        known = self._known.get(template) or [template]
        return fill(known[0] or template, arguments)

    def say(self, sentence: CheckSentence) -> str:
        """Return a sentence of a finding in this language; empty for none."""
        if not sentence.template:
            return ""
        return self.translate(sentence.template, *sentence.arguments)
