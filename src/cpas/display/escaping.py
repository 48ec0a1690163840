"""What a plan or a table says is data: no character of it becomes markup."""

from __future__ import annotations

import html
import re
from typing import Final

#: Line ends of any sort become a space, and what cannot be seen but changes what is read goes: control characters,
#: and the marks that turn the direction of the text after them. Joiners stay: Persian and Hindi need them.
_CONTROLS: Final = [*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF]
_SPACES: Final = [ord(character) for character in "\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"]
_ONE_LINE: Final = {**dict.fromkeys(_CONTROLS, ""), **dict.fromkeys(_SPACES, " ")}
_SAME_LINES: Final = {**_ONE_LINE, ord("\n"): "\n", ord("\t"): "\t"}
_HALVES: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")


class Html(str):
    """Markup made by this module, which is put into a page as it is; `text` says the same without a picture.

    Examples
    --------
    >>> Html("<b>5</b>", text="5").text
    '5'
    """

    text: str

    def __new__(cls, markup: str, *, text: str = "") -> Html:
        """Return `markup` marked as such."""
        made = super().__new__(cls, markup)
        made.text = text
        return made


def clean_text(text: object) -> str:
    r"""Return `text` on one line, without control characters, and fit to be written as UTF-8.

    Examples
    --------
    >>> clean_text("one\ntwo\x00")
    'one two'
    """
    return _HALVES.sub("\ufffd", str(text)).translate(_ONE_LINE)


def escape(text: object) -> str:
    """Return `text` fit for HTML, between tags or in a quoted attribute; line ends stay.

    Examples
    --------
    >>> escape("<b>R&D</b>")
    '&lt;b&gt;R&amp;D&lt;/b&gt;'
    """
    return html.escape(_HALVES.sub("\ufffd", str(text)).translate(_SAME_LINES), quote=True)


def markdown_escape(text: object) -> str:
    r"""Return `text` fit for Markdown, on one line: no emphasis, link, code, formula, table cell or tag comes of it.

    Examples
    --------
    >>> markdown_escape("a|b <i> not_due")
    'a\\|b &lt;i&gt; not\\_due'
    """
    line = re.sub(r"([\\`*_{}\[\]|~$^])", r"\\\1", clean_text(text).strip())
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # At the start of a line these make headings, lists and rules.
    return re.sub(r"^(\d{1,9})([.)])(?!\d)", r"\1\\\2", re.sub(r"^([#+=:-])(?!\d)", r"\\\1", line))
