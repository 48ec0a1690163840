"""The languages a report can be written in: labels, fixed words, and how numbers are printed."""

from __future__ import annotations

from typing import Any, Final

import attrs

from cpas.display import format_number
from cpas.errors import RequestError, did_you_mean
from cpas.present.labels import LABELS
from cpas.present.terms import FRENCH_TERMS

__all__ = ["LANGUAGES", "Language", "to_language"]

#: Codes of the languages, the first where none is asked for.
LANGUAGES: Final = ("en", "fr")
#: French groups digits by a narrow space that does not break, and writes a comma before decimals.
_FRENCH_DIGITS: Final = str.maketrans({",": "\u202f", ".": ","})


@attrs.frozen
class Language:
    r"""One language of reports.

    Examples
    --------
    >>> Language("fr").term("on path"), Language("fr").number(1234.5)
    ('sur la trajectoire', '1\u202f234,5')
    >>> Language("en").label("caption_indicators_of", of="OC-1", period="2025-Q2")
    'Indicators of OC-1, 2025-Q2'
    """

    #: ``en`` or ``fr``.
    code: str

    def label(self, key: str, /, **facts: Any) -> str:
        """Return a label, with the facts it names put in."""
        text = LABELS[key][LANGUAGES.index(self.code)]
        return text.format(**facts) if facts else text

    def term(self, word: object) -> str:
        """Return a fixed word of the library; what is no fixed word stays as it is."""
        text = str(word)
        known = FRENCH_TERMS.get(text, text) if self.code == "fr" else text
        return known.replace("_", " ")

    def number(self, value: float, *, digits: int | None = 1, signed: bool = False) -> str:
        """Return a number as it is printed; zero is 0."""
        text = format_number(value, digits=digits, signed=signed)
        return text.translate(_FRENCH_DIGITS) if self.code == "fr" else text

    def percent(self, text: str) -> str:
        """Return a printed number with the sign of per cent; French puts a space that does not break before it."""
        return f"{text}\u202f%" if self.code == "fr" else f"{text}%"

    def said(self, record: Any, text: str) -> str:
        """Return a record's text in this language where the plan has it, else as it stands in the plan."""
        return dict(record.translations).get(self.code) or text


def to_language(code: str) -> Language:
    """Return the language of a code.

    Raises
    ------
    RequestError
        If there are no labels in it.

    Examples
    --------
    >>> to_language("fra")
    Traceback (most recent call last):
    ...
    cpas.errors.RequestError: A report cannot be written in lang='fra'. Did you mean 'fr'?
    """
    if code in LANGUAGES:
        return Language(code)
    near = did_you_mean(code, LANGUAGES) or f" There are {', '.join(LANGUAGES)}."
    raise RequestError(f"A report cannot be written in lang={code!r}.{near}", lang=code)
