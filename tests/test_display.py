"""Display: text is data, zero is 0, missing is missing, and lines have a width."""

from __future__ import annotations

import math
import pickle
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.display import (
    MISSING,
    Html,
    bar,
    details,
    escape,
    format_missing,
    format_number,
    format_percent,
    html_table,
    markdown_escape,
    markdown_table,
    sparkline,
    text_table,
    text_width,
    wrap_text,
)
from cpas.errors import RequestError

#: Anything a file may hold, with more of what does harm.
texts = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="<>&\"'|\\`*_[]{}$#-= \n\r\t\x00\x1b\x85\u2028\u202e\u2066\ud800日本éعש", max_size=60),
)
cells = st.one_of(texts, st.none(), st.booleans(), st.integers(), st.floats())
tables = st.integers(1, 5).flatmap(
    lambda count: st.tuples(
        st.lists(texts, min_size=count, max_size=count),
        st.lists(st.lists(cells, min_size=count, max_size=count), max_size=5),
    )
)
HOSTILE = "<script>alert('x')</script>"


class Reader(HTMLParser):
    """Keeps the tags and the text of a page as a browser reads them."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.texts = [], []

    def handle_starttag(self, tag, attrs):
        """Keep the tag."""
        self.tags.append(tag)

    def handle_data(self, data):
        """Keep the text."""
        self.texts.append(data)


def read(page):
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def svg(picture):
    return ElementTree.fromstring(picture[: picture.index("</svg>") + len("</svg>")])


# -- laws ------------------------------------------------------------------------------------------


@given(texts)
def test_text_is_never_markup(text):
    """No text opens a tag, ends an attribute, or brings a control character."""
    escaped = escape(text)

    assert not set("<>\"'") & set(escaped)
    assert not read(f"<p title='{escaped}'>{escaped}</p>").tags[1:]
    assert all(character in "\n\t" or ord(character) >= 32 for character in escaped)
    escaped.encode("utf-8")


@given(tables)
def test_html_table_has_only_its_own_tags(table):
    """Whatever the cells say, the page has the table's rows and cells and nothing else."""
    columns, rows = table
    tags = read(html_table(columns, rows, caption=HOSTILE, classes=HOSTILE)).tags

    assert {"table", "caption", "thead", "tbody", "tr", "th", "td"} >= set(tags)
    assert len(rows) * len(columns) == tags.count("td")
    assert len(rows) + 1 == tags.count("tr")


@given(tables)
def test_markdown_row_is_one_line(table):
    """A row is a line with as many cells as there are columns, and no tag."""
    columns, rows = table
    lines = markdown_table(columns, rows).splitlines()

    assert len(lines) == len(rows) + 2
    for line in lines:
        assert len(columns) + 1 == line.replace("\\\\", "").replace("\\|", "").count("|")
        assert not set("<>") & set(line)


@given(texts)
def test_markdown_text_is_one_plain_line(text):
    """No emphasis, link, code, tag or second line comes of a text."""
    line = markdown_escape(text)
    bare = line.replace("\\\\", "")

    assert len(line.splitlines()) <= 1
    for mark in "`*_[]{}|~$":
        assert bare.count(mark) == bare.count("\\" + mark)


@given(tables, st.integers(20, 120))
def test_text_is_never_wider(table, width):
    """No line is wider than was asked for."""
    columns, rows = table

    assert all(text_width(line) <= width for line in text_table(columns, rows, width=width).splitlines())


@given(texts, st.integers(4, 100), st.sampled_from(["", "  "]))
def test_paragraph_is_never_wider_and_loses_nothing(text, width, indent):
    """Wrapping moves spaces only."""
    lines = wrap_text(text, width=width, indent=indent).splitlines()

    assert all(text_width(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(wrap_text(text, width=10**6).split())


@given(tables)
def test_every_form_has_the_same_numbers(table):
    """What is a number in one form is the same number in the others."""
    columns, rows = table
    page = read(html_table(columns, rows))

    for row in rows:
        for value in row:
            if isinstance(value, int | float) and not isinstance(value, bool):
                assert format_number(value) in page.texts
                assert format_number(value) in markdown_table(columns, rows)


@given(st.floats())
def test_only_zero_prints_as_zero(value):
    """What is not zero never looks like it, and zero has no sign."""
    printed = format_number(value, digits=1)

    assert (value == 0) == (printed == "0")
    assert (value == 0) == (set(printed) <= set("-+0.,"))
    assert math.isnan(value) == (printed == MISSING)


@given(st.lists(st.one_of(st.none(), st.just(math.nan), st.floats(-1e308, 1e308)), max_size=30))
def test_line_is_not_drawn_over_a_gap(values):
    """As many pieces as there are stretches between gaps; every point inside the frame."""
    known = [value is not None and not math.isnan(value) for value in values]
    stretches = sum(here and not before for before, here in zip([False, *known], known, strict=False))
    picture = sparkline(values, width=120, height=24)
    if not any(known):
        assert "<svg" not in picture
        return
    shapes = [shape for shape in svg(picture) if shape.tag != "title"]

    assert stretches == len(shapes)
    for shape in shapes:
        places = shape.get("points") or f"{shape.get('cx')},{shape.get('cy')}"
        for place in places.split():
            x, y = map(float, place.split(","))
            assert 0 <= x <= 120
            assert 0 <= y <= 24


@given(st.floats(allow_nan=False), texts)
def test_bar_stays_in_its_frame(value, label):
    """The bar is clipped; the number beside it is not; the label is text."""
    picture = bar(value, label=label)
    lengths = [float(shape.get("width")) for shape in svg(picture) if shape.tag == "rect"]

    assert all(0 <= length <= 100 for length in lengths)
    assert {"svg", "title", "rect", "span"} == set(read(picture).tags)
    assert format_number(value) == picture.text


# -- numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0, "0"),
        (0.0, "0"),
        (-0.0, "0"),
        (np.float64(0), "0"),
        (12, "12"),
        (12.0, "12.0"),
        (57.94, "57.9"),
        (1234567, "1,234,567"),
        (-1234.5, "-1,234.5"),
        (0.04, "0.04"),
        (-0.004, "-0.004"),
        (math.inf, "infinity"),
        (-math.inf, "-infinity"),
        (math.nan, "–"),
        (None, "–"),
        (pd.NA, "–"),
        (pd.NaT, "–"),
        (np.float32("nan"), "–"),
        (np.int64(10342), "10,342"),
        (10**30, "1,000,000,000,000,000,000,000,000,000,000"),
    ],
)
def test_numbers(value, printed):
    """Zero is 0, never blank; missing is a sign, never 0."""
    assert printed == format_number(value)


@pytest.mark.parametrize(
    ("value", "options", "printed"),
    [
        (26.0, {"digits": 0}, "26"),
        (26.0, {"digits": None}, "26"),
        (0.1 + 0.2, {"digits": None}, "0.3"),
        (22.0, {"signed": True}, "+22.0"),
        (-15.0, {"signed": True}, "-15.0"),
        (0, {"signed": True}, "0"),
        (None, {"reason": "no_access"}, "missing (no access)"),
        (3.0, {"reason": "late"}, "3.0"),
        (None, {"missing": "n/a"}, "n/a"),
    ],
)
def test_numbers_as_asked(value, options, printed):
    """Decimals, signs and reasons as the caller says."""
    assert printed == format_number(value, **options)


@pytest.mark.parametrize(
    ("share", "printed"), [(0.917, "91.7%"), (0, "0%"), (1, "100.0%"), (-0.37, "-37.0%"), (math.nan, "–")]
)
def test_percent(share, printed):
    """A share of 1 is all."""
    assert printed == format_percent(share)


def test_missing_has_its_reason():
    """I12 is late: that is what the reader sees, not 66 and not 0."""
    assert format_missing("late") == "missing (late)"
    assert format_percent(None, reason="late") == "missing (late)"


# -- tables ----------------------------------------------------------------------------------------

COLUMNS = ("id", "statement", "score", "pace")
ROWS = (
    ("OC-1", "Leaders settle seasonal movement disputes by dialogue", 57.9, 0.772),
    ("OC-2", "Security forces respond to threats and respect civilians", 12.0, 0.16),
    ("OP-6", "Early-warning network with verified response", None, math.nan),
    ("I00", "No incident", 0, 0.0),
)


def test_text_table():
    """Texts wrap, numbers stand at the right, zero is 0 and missing is a sign."""
    expected = """\
id    statement                 score  pace
----  ------------------------  -----  ----
OC-1  Leaders settle seasonal    57.9   0.8
      movement disputes by
      dialogue
OC-2  Security forces respond    12.0   0.2
      to threats and respect
      civilians
OP-6  Early-warning network         –     –
      with verified response
I00   No incident                   0     0"""

    assert expected == text_table(COLUMNS, ROWS, width=43)


def test_number_is_never_cut():
    """A number without its last digits is another number."""
    table = text_table(["a", "b"], [[123456789, 987654321]], width=8)

    assert not any(character.isdigit() for character in table)
    assert table.count("…") == 2


def test_long_text_ends_in_an_ellipsis():
    """What is left out is seen to be."""
    table = text_table(["note"], [["word " * 100]], width=20)

    assert table.splitlines()[-1].endswith("…")
    assert len(table.splitlines()) == 6


def test_too_many_columns_are_still_shown():
    """Forty columns do not fit in eighty, and are not dropped."""
    table = text_table([f"c{place}" for place in range(40)], [range(40)], width=80)

    assert "39" in table


def test_html_table_shows_zero_and_missing():
    """Blank, 0 and missing are three different things."""
    page = html_table(["a", "b", "c"], [[0, None, ""]])

    assert '<td class="number">0</td><td class="missing">–</td><td dir="auto"></td>' in page


def test_markup_of_our_own_is_kept():
    """A bar in a table is a picture; in text it is its number."""
    rows = [["OC-1", bar(57.9)]]

    assert "svg" in read(html_table(["id", "score"], rows)).tags
    assert "svg" not in text_table(["id", "score"], rows) + markdown_table(["id", "score"], rows)
    assert "57.9" in text_table(["id", "score"], rows)


def test_text_that_looks_like_ours_is_not():
    """Only what this module made is markup: a text that says the same is a text."""
    assert "svg" not in read(html_table(["a"], [[str(bar(1))]])).tags


@pytest.mark.parametrize("table", [html_table, markdown_table, text_table])
def test_row_of_another_length_is_refused(table):
    """A shifted row would put numbers under the wrong heading."""
    with pytest.raises(RequestError, match="Row 1 has 1 cells under 2 columns"):
        table(["a", "b"], [[1, 2], [3]])


@pytest.mark.parametrize("table", [html_table, markdown_table, text_table])
def test_table_without_rows(table):
    """Nothing to show still has its headings."""
    assert "score" in table(["id", "score"], [])


@pytest.mark.parametrize("text", ["حماية المدنيين", "שלום", "日本語の文", "Zones de départ", "نمی‌خواهم", "👩‍👩‍👧"])
def test_other_scripts_survive(text):
    """Names stay as they are written, joiners included."""
    assert text in html_table(["a"], [[text]])
    assert text in markdown_table(["a"], [[text]])
    assert text in text_table(["a"], [[text]])


def test_turned_text_is_laid_straight():
    """A mark that turns the direction of what follows would make a name read as another."""
    assert escape("a\u202eb\u2066c") == "abc"


def test_markdown_starts_no_list_or_heading():
    """A text that begins like a heading, a list or a rule is a text; a number is a number."""
    assert markdown_escape("# A") == "\\# A"
    assert markdown_escape("1. A") == "1\\. A"
    assert markdown_escape("- A") == "\\- A"
    assert markdown_escape("-0.4") == "-0.4"
    assert markdown_escape("57.9") == "57.9"


# -- pictures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("picture", [bar(57.9, label="OC-1"), sparkline([1, None, 3], label="OC-1")])
def test_pictures_say_what_they_show(picture):
    """Someone who hears the page gets the same numbers."""
    root = svg(picture)

    assert root.get("role") == "img"
    assert root.get("aria-label") == root.find("title").text
    assert "OC-1: " in root.get("aria-label")


def test_missing_is_no_bar_of_length_zero():
    """No value, no bar; zero has one."""
    assert "<svg" not in bar(None) + bar(math.nan) + sparkline([None, math.nan])
    assert "<svg" in bar(0)


@pytest.mark.parametrize("colour", ["red", '"/><script>', "#12345"])
def test_colour_is_a_colour(colour):
    """A colour goes into the page as it is."""
    with pytest.raises(RequestError, match="colour"):
        bar(1, colour=colour)


def test_flat_series_runs_through_the_middle():
    """No change is drawn as no change, not as a fall."""
    (line,) = [shape for shape in svg(sparkline([5, 5, 5], height=24)) if shape.tag == "polyline"]

    assert {"12.0"} == {place.split(",")[1] for place in line.get("points").split()}


def test_fold_escapes_its_summary():
    """The line one clicks is text; what is folded is markup made here."""
    fold = details(HOSTILE, html_table(["a"], [[1]]))

    assert "script" not in read(fold).tags
    assert {"details", "summary", "table"} <= set(read(fold).tags)
    assert "<details open>" in details("x", Html("y"), opened=True)


def test_markup_is_a_text_like_any_other():
    """It can be kept, sent and joined."""
    again = pickle.loads(pickle.dumps(bar(1.0)))

    assert again == bar(1.0)
    assert again.text == "1.0"
