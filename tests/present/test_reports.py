"""Reports: the same numbers in every form, nothing above the ceiling, and no text that becomes markup."""

from __future__ import annotations

import html
import itertools
import json
import random
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import attrs
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cpas
from cpas import choices, datasets
from cpas.cycle.assessing import assess
from cpas.display.escaping import clean_text
from cpas.errors import CpasError, FileError, RequestError
from cpas.methods.diagnosis import DIAGNOSES
from cpas.present.labels import LABELS
from cpas.present.reports import report
from cpas.present.terms import FRENCH_TERMS
from cpas.scales import CONTRIBUTION, OBJECTIVE_TREND, OUTCOME_PATH, SDG_COLOURS, UNDP_OUTPUT
from cpas.tables.assessment import FOOT
from cpas.testing.strategies_judgements import judgements, recommendations
from cpas.testing.strategies_observations import observation_rows
from cpas.testing.strategies_plans import plans

PRESENT = Path(cpas.__file__).parent / "present"
KINDS = ("assessment", "factsheet")
CEILINGS = choices.SENSITIVITIES
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")

# -- assessments ----------------------------------------------------------------------------------------------------


@cache
def kessara():
    """Return the assessment of the worked mission (domain.md 8)."""
    _, observed = datasets.load("kessara")
    return assess_kessara(observed)


def assess_kessara(observed, **changes):
    judged, recommended = datasets.judgements("kessara")
    given_too = {"delivery": datasets.delivery("kessara"), "judgements": judged, "recommendations": recommended}
    scores = cpas.score(cpas.aggregate(observed, by="quarter"))
    return assess(scores, at="2025-Q2", **(given_too | changes))


def small(text="Leaders settle disputes", *, sensitivity="public", value=7.0, reason=None, indicators=1):
    """Return the assessment of a small plan in which `text` stands wherever a plan has text."""
    plan = cpas.Plan(
        "small",
        text,
        mission=text,
        period="2024-01-01/2025-12-31",
        elements=[
            cpas.Objective("OBJ-1", text),
            cpas.Outcome("OC-1", text, stakeholders=["ST-1"]),
            cpas.Output("OP-1", text, owner=text),
            cpas.Activity("A-1", text, harms=["HR-1"]),
        ],
        links=[
            *cpas.chain("A-1", "OP-1", "OC-1"),
            cpas.Link("OC-1", "OBJ-1", assumptions=["AS-1"]),
        ],
        indicators=[
            cpas.Indicator(
                f"I-{number}",
                text,
                measures="OC-1",
                unit="case",
                kind="flow",
                better="higher",
                frequency="quarter",
                baseline=cpas.Baseline(5, "2023-Q4"),
                targets=cpas.Target(15, "2025-Q4"),
                source=text,
                sensitivity=sensitivity,
            )
            for number in range(indicators)
        ],
        stakeholders=[cpas.Stakeholder("ST-1", text, type=text)],
        assumptions=[cpas.Assumption("AS-1", text)],
        harms=[cpas.HarmRisk("HR-1", text, group=text, likelihood="low", severity="high", mitigation=text)],
    )
    rows = [
        {"indicator": f"I-{number}", "period": period, "value": value, "reason": reason if value is None else None}
        for number in range(indicators)
        for period in ("2025-Q1", "2025-Q2")
    ]
    columns = ["indicator", "period", "value", "reason"]
    observed = cpas.read_observations(pd.DataFrame(rows, columns=columns), plan)
    return assess(
        cpas.score(cpas.aggregate(observed, by="quarter")),
        at="2025-Q2",
        judgements=[
            cpas.Judgement(
                "OC-1",
                about="contribution",
                value="low",
                at="2025-Q2",
                statement=text,
                evidence=text,
                alternatives=[text],
                dissent=[text],
                by=[text],
                sensitivity=sensitivity,
            )
        ],
        recommendations=[
            cpas.Recommendation("R-1", text, type="data", to=text, made_at="2025-Q1", sensitivity=sensitivity),
            cpas.Recommendation("R-2", text, type="data", to=text, made_at="2025-Q2", sensitivity=sensitivity),
        ],
    )


# -- what a reader sees ---------------------------------------------------------------------------------------------


class Reading(HTMLParser):
    """Collects the tags and the text that a reader is told, without what is said twice."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.texts, self._skip = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        """Keep the tag; skip what is inside some."""
        self.tags.append(tag)
        self.attributes += attributes
        if tag in ("style", "nav", "head") or ("class", "ends") in attributes:
            self._skip.append(tag)

    def handle_endtag(self, tag):
        """Stop skipping."""
        if self._skip and tag == self._skip[-1]:
            self._skip.pop()

    def handle_data(self, data):
        """Keep the text."""
        if not self._skip:
            self.texts.append(data)


def numbers_of(text):
    return Counter(NUMBER.findall(text))


def html_numbers(made):
    return numbers_of("\n".join(Reading(made.to_html()).texts))


def markdown_numbers(made):
    return numbers_of(html.unescape(re.sub(r"\\(.)", r"\1", made.to_markdown())))


def json_numbers(made):
    data = json.loads(made.to_json())
    shown = {key: data[key] for key in ("title", "subtitle", "sections", "made_how", "foot")}
    return numbers_of("\n".join(texts_in(shown)))


def texts_in(data):
    """Yield the texts that are printed: no names for programs."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, list):
        for item in data:
            yield from texts_in(item)
    elif isinstance(data, dict) and "rows" in data:
        # The keys of a row are columns, which may have the name of a cell's field.
        yield from texts_in([data["caption"], data["notes"], list(data["columns"].values())])
        yield from texts_in([list(row.values()) for row in data["rows"]])
    elif isinstance(data, dict):
        for key, item in data.items():
            if key == "beside":
                yield from texts_in(list(item.values()))
            elif key not in ("section", "code", "series", "value"):
                yield from texts_in(item)


def cells_in(data):
    if isinstance(data, dict):
        if "text" in data and "value" in data:
            yield data
        for item in data.values():
            yield from cells_in(item)
    elif isinstance(data, list):
        for item in data:
            yield from cells_in(item)


def find(made, table):
    """Return the rows of the first table of a name."""
    found = [t for t in tables_in(made.to_dict()) if t["table"] == table]
    return found[0]["rows"]


def tables_in(data):
    if isinstance(data, dict):
        if "table" in data:
            yield data
        for item in data.values():
            yield from tables_in(item)
    elif isinstance(data, list):
        for item in data:
            yield from tables_in(item)


# -- the same numbers in every form ---------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("ceiling", CEILINGS)
@pytest.mark.parametrize("kind", KINDS)
def test_same_numbers_in_html_markdown_and_json(kind, ceiling, lang):
    """Every number that one form prints is printed by the others, as often."""
    made = report(kessara(), kind=kind, ceiling=ceiling, lang=lang)

    assert html_numbers(made) == markdown_numbers(made) == json_numbers(made)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_number_for_programs_is_the_number_printed(lang):
    """JSON holds the rounded number, not another one with more digits."""
    cells = [cell for cell in cells_in(report(kessara(), lang=lang).to_dict()) if cell["value"] is not None]

    assert cells
    for cell in cells:
        text = cell["text"].replace("\u202f", "").replace("," if lang == "en" else ".", "").replace(",", ".")
        assert cell["value"] == float(re.match(r"[+-]?[\d.]+", text)[0])


def test_worked_mission_as_published():
    """The numbers of domain.md section 8, as a reader of the report finds them."""
    made = report(kessara())
    outcomes = find(made, "outcomes")

    assert [57.9, 12, 69.4] == [row["progress"]["value"] for row in outcomes]
    assert ["57.9", "12.0", "69.4"] == [row["progress"]["text"] for row in outcomes]
    assert [0.77, 0.16, 0.93] == [row["pace"]["value"] for row in outcomes]
    assert ["behind", "far behind", "on path"] == [row["rating"]["code"] for row in outcomes]
    assert ["moderate", "low", "moderate"] == [row["contribution"]["code"] for row in outcomes]
    objective = find(made, "objectives")[0]
    assert (51.7, 57.4, 12.0) == tuple(
        cell["value"]
        for cell in (objective["progress"], *(objective["progress"]["beside"][k] for k in ("dispersion", "worst")))
    )
    assert (11, 12) == (objective["answered"]["value"], objective["answered"]["beside"]["due"]["value"])


def test_both_comparisons_of_unmiss_as_published():
    """UNMISS, Q2 2022: +22 % on the quarter before and −15 % on the year, side by side (domain.md 3.4)."""
    _, observed = datasets.load("unmiss")
    made = report(assess(cpas.score(cpas.aggregate(observed, by="quarter")), at="2022-Q2"), kind="factsheet")
    victims = next(
        row for row in find(made, "factsheet") if row["indicator"]["text"] == "Civilians affected by violence"
    )

    assert (22, -15) == (round(victims["change_previous"]["value"]), round(victims["change_season"]["value"]))
    assert (754, 1086) == tuple(victims[k]["beside"]["was"]["value"] for k in ("change_previous", "change_season"))


def test_raw_progress_stands_beside_the_clipped_score():
    """Violations got worse: −40 is visible beside its clipped 0 (domain.md 8, I07)."""
    rows = [row for t in tables_in(report(kessara()).to_dict()) if t["table"] == "indicators_of" for row in t["rows"]]
    violations = next(row for row in rows if row["indicator"]["text"].startswith("I07"))

    assert "0" == violations["score"]["text"]
    assert "-40.0" == violations["score"]["beside"]["raw"]["text"]


def test_late_indicator_is_missing_with_its_reason():
    """What is late is neither zero nor the last value, which is named apart with its period (domain.md 8, I12)."""
    gap = find(report(kessara()), "gaps")[0]

    assert {"text": "missing (late)", "value": None, "missing": True, "code": "late"} == gap["value"]
    assert (66, "2024-Q4") == (gap["last_value"]["value"], gap["last_value"]["beside"]["period"])


def test_composite_has_coverage_and_spread_beside_it():
    """No progress of an element is printed without its coverage; its spread and weakest part follow (rule 1)."""
    rows = [row for t in tables_in(report(kessara()).to_dict()) for row in t["rows"] if "pace" in row]
    composites = [row["progress"] for row in rows if row["progress"].get("value") is not None]

    assert composites
    assert all({"coverage", "dispersion", "worst"} <= set(cell["beside"]) for cell in composites)


def test_diagnosis_has_the_coverage_of_delivery_beside_it():
    """Delivered by how many of its outputs: the diagnosis of OC-2 rests on two of three."""
    diagnosis = find(report(kessara()), "diagnoses")[1]["diagnosis"]

    assert "delivered, change not seen: re-examine the link and its assumptions" == diagnosis["code"]
    assert 66.7 == diagnosis["beside"]["delivery_coverage"]["value"]


def test_open_recommendations_come_first():
    """What is still open from last time stands right after the headline, before anything else."""
    data = report(kessara()).to_dict()

    assert ["brief", "still_open"] == [section["section"] for section in data["sections"][:2]]
    assert ["R0"] == [
        row["recommendation"].split(" ")[0] for row in find(report(kessara()), "recommendations_still_open")
    ]
    assert "overdue" not in json.dumps(find(report(kessara()), "recommendations_still_open"))


def test_overdue_is_said_for_the_day_of_the_data_never_for_today():
    """A recommendation due on 30 June is overdue for data known on 31 July, in whichever year this is read."""
    _, observed = datasets.load("kessara")
    scores = cpas.score(cpas.aggregate(observed, by="quarter", as_of="2025-07-31"))
    _, recommended = datasets.judgements("kessara")
    row = find(report(assess(scores, at="2025-Q2", recommendations=recommended)), "recommendations_still_open")[0]

    assert "overdue" == row["status"]["beside"]["overdue"]["code"]


# -- the foot, and what every report says ---------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("kind", KINDS)
def test_foot_stands_under_every_form(kind, lang):
    """Rule 14's words, in every language and every form."""
    made = report(kessara(), kind=kind, lang=lang)

    assert FOOT in html.unescape(made.to_html())
    assert FOOT in made.to_markdown()
    assert FOOT in made.to_dict()["foot"]
    assert FOOT in html.unescape(made._repr_html_())
    assert FOOT in str(made)


@pytest.mark.parametrize("kind", KINDS)
def test_report_says_its_period_cut_off_coverage_and_method(kind):
    """Whatever part is copied, the line beneath the title names period, data cut-off, coverage, method and content."""
    _, observed = datasets.load("kessara")
    scores = cpas.score(cpas.aggregate(observed, by="quarter", as_of="2025-07-31"))
    made = report(assess(scores, at="2025-Q2"), kind=kind)

    for said in ("2025-Q2", "2025-07-31", " of ", "cpas-default 1", made.to_dict()["hash"][:12]):
        assert said in made.document.made_how
        assert said in made.to_markdown()
        assert said in html.unescape(made.to_html())


# -- ceilings -------------------------------------------------------------------------------------------------------


def test_factsheet_is_public_unless_said_otherwise():
    """A factsheet leaves the house, an assessment does not."""
    assert ["internal", "public"] == [report(kessara(), kind=kind).to_dict()["ceiling"] for kind in KINDS]


def test_public_factsheet_shows_public_indicators_only():
    """Three to five indicators, the objective's first, none above the ceiling, and how many are withheld."""
    made = report(kessara(), kind="factsheet")
    plan = kessara().plan
    names = [row["indicator"]["text"] for row in find(made, "factsheet")]

    assert [plan.indicator(id).name for id in ("I01", "I02", "I03", "I05", "I08")] == names
    assert {"indicators": 8, "contributions": 3} == made.withheld
    hidden = [one.name for one in plan.indicators if one.sensitivity != "public"]
    for text in (made.to_html(), made.to_markdown(), made.to_json()):
        assert not any(name in text for name in hidden)
        assert "Agreements were signed" not in text
    assert "11 values withheld: above 'public'" in html.unescape(made.to_html())


def test_stances_are_withheld_and_counted_unless_the_ceiling_allows():
    """Where a stakeholder stands can put lives in danger: strictly confidential by default."""
    shown, hidden = report(kessara(), ceiling="strictly confidential"), report(kessara())

    assert "obstructs" in shown.to_markdown()
    assert not shown.withheld
    assert "obstructs" not in hidden.to_markdown() + hidden.to_html() + hidden.to_json()
    assert {"stances": 7} == hidden.withheld


@pytest.mark.parametrize("kind", KINDS)
def test_lower_ceiling_never_shows_more(kind):
    """What a low ceiling shows, every higher one does, and withholds no more."""
    counts = [sum(report(kessara(), kind=kind, ceiling=ceiling).withheld.values()) for ceiling in CEILINGS]

    assert sorted(counts, reverse=True) == counts
    assert 0 == counts[-1]


@pytest.mark.parametrize("sensitivity", ["internal", "confidential", "strictly confidential"])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_a_number_above_the_ceiling_is_printed(kind, sensitivity):
    """The value, its score, and every number that rests on it are withheld, in every form."""
    secret = small("Leaders settle", sensitivity=sensitivity, value=12345.5)
    below = CEILINGS[CEILINGS.index(sensitivity) - 1]
    made = report(secret, kind=kind, ceiling=below)

    assert made.withheld["indicators"] == 1
    for text in (made.to_html(), made.to_markdown(), made.to_json(), made._repr_html_()):
        assert "345" not in text
        assert "100.0" not in text
    assert "12,345.5" in report(secret, kind=kind, ceiling=sensitivity).to_markdown()


def test_element_is_as_sensitive_as_what_it_rests_on():
    """One confidential indicator withholds the score of its outcome and of the objective above, and no other's."""
    _, observed = datasets.load("kessara")
    plan = observed.plan
    changed = [attrs.evolve(one, sensitivity="confidential") if one.id == "I06" else one for one in plan.indicators]
    secret = attrs.evolve(plan, indicators=changed)
    again = cpas.read_observations(observed.frame, secret)
    judged, recommended = datasets.judgements("kessara")
    made = report(assess_kessara(again, delivery=None, judgements=judged, recommendations=recommended))
    progress = [row["progress"].get("withheld", False) for row in find(made, "outcomes")]

    assert [False, True, False] == progress
    assert find(made, "objectives")[0]["progress"]["withheld"]
    assert "I06" not in {
        row["indicator"]["text"][:3] for t in tables_in(made.to_dict()) for row in t["rows"] if "baseline" in row
    }
    assert {"indicators": 1, "progress": 2, "evidence": 1, "stances": 7} == {
        k: made.withheld[k] for k in ("indicators", "progress", "evidence", "stances")
    }
    assert "rose from 35 to 41" not in made.to_markdown()


def test_sensitive_row_makes_its_indicator_sensitive():
    """A row may be more sensitive than its indicator: the higher counts, wherever the row ends up."""
    _, observed = datasets.load("kessara")
    frame = observed.frame
    frame["sensitivity"] = frame["sensitivity"].where(frame["indicator"] != "I01", "confidential")
    made = report(assess_kessara(cpas.read_observations(frame, observed.plan), delivery=None), kind="factsheet")

    assert "Civilians killed" not in made.to_markdown()
    assert 9 == made.withheld["indicators"]


def test_formula_is_as_sensitive_as_its_parts():
    """A public rate made of a confidential count is confidential."""
    shared = {"measures": (), "unit": "case", "kind": "flow", "better": "neutral"}
    parts = [
        cpas.Indicator("A", "Alerts", sensitivity="confidential", **shared),
        cpas.Indicator("B", "Double", sensitivity="public", formula="{A} * 2", **shared),
    ]
    plan = cpas.Plan("p", "P", indicators=parts)
    observed = cpas.read_observations(pd.DataFrame([{"indicator": "A", "period": "2025-Q2", "value": 21}]), plan)
    made = report(assess(cpas.score(cpas.aggregate(observed, by="quarter")), at="2025-Q2"), kind="factsheet")

    assert {"indicators": 2} == made.withheld
    assert "42" not in "".join(Reading(made.to_html()).texts).replace(made.document.made_how, "")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"kind": "factshet"}, "Did you mean 'factsheet'"),
        ({"ceiling": "intern"}, "Did you mean 'internal'"),
        ({"lang": "fra"}, "Did you mean 'fr'"),
        ({"lang": "de"}, "There are en, fr"),
    ],
)
def test_unknown_request_is_refused(asked, message):
    """A kind, a ceiling or a language that is none is refused with the nearest."""
    with pytest.raises(RequestError, match=message):
        report(kessara(), **asked)


# -- no text becomes markup -----------------------------------------------------------------------------------------

MARKUP = (
    "<script>alert(1)</script>", "</style><b>x", "' onload='x", '" onmouseover="x', "&lt;b&gt;", "a|b", "**bold**",
    "# heading", "- item", "1. item", "[link](javascript:x)", "![x](http://x)", "`code`", "$x$", "a\nb", "a\u2028b",
    "\u202eabc", "مرحبا", "]]>", "<!--", "{{x}}", "{period}", "~~x~~", "\\", "|---|", "\ud800",
)  # fmt: skip
texts = st.one_of(st.sampled_from(MARKUP), st.text(min_size=1, max_size=30)).filter(
    lambda text: clean_text(text).strip()
)
unhurried = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def plain(kind):
    return report(small("x"), kind=kind)


@unhurried
@given(texts, st.sampled_from(KINDS))
def test_no_text_of_a_plan_becomes_html(text, kind):
    """Whatever stands in a plan, the page has the same elements in the same order, and no attribute that acts."""
    page, usual = Reading(report(small(text), kind=kind).to_html()), Reading(plain(kind).to_html())

    assert usual.tags == page.tags
    assert Counter(name for name, _ in usual.attributes) == Counter(name for name, _ in page.attributes)
    assert not any(name.startswith("on") or name in ("src", "action") for name, _ in page.attributes)


@unhurried
@given(texts, st.sampled_from(KINDS))
def test_no_text_of_a_plan_becomes_markdown(text, kind):
    """Whatever stands in a plan, the text has the same lines, the same table cells, and no tag."""
    usual, made = (one.to_markdown().split("\n") for one in (plain(kind), report(small(text), kind=kind)))

    assert [line[:2].strip("| ") == "" for line in usual] == [line[:2].strip("| ") == "" for line in made]
    assert [len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in usual] == [
        len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in made
    ]
    assert not any("<" in line for line in made)


def test_page_needs_nothing_else():
    """No script, no link out, nothing fetched: it opens in ten years, and offline."""
    for kind in KINDS:
        page = report(kessara(), kind=kind).to_html()
        assert not {"script", "link", "img", "iframe", "object", "form"} & set(Reading(page).tags)
        assert not re.search(r"https?://|url\(|@import", page)
        assert "default-src &#x27;none&#x27;" in page


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_page_can_be_read_aloud(lang):
    """The page says its language, headings never skip a level, and tables have captions and heads."""
    page = report(kessara(), lang=lang).to_html()
    levels = [int(tag[1]) for tag in Reading(page).tags if re.fullmatch(r"h\d", tag)]

    assert f'<html lang="{lang}">' in page
    assert 1 == levels[0]
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))
    assert page.count("<table") == page.count("<caption")
    assert page.count('scope="row"') > 0
    assert all("aria-hidden" in svg or "aria-label" in svg for svg in re.findall(r"<svg[^>]*>", page))


# -- the same input, the same bytes ---------------------------------------------------------------------------------


def test_row_order_changes_nothing():
    """Rows in any order give the same bytes."""
    _, observed = datasets.load("kessara")
    rows = list(observed.frame.index)
    random.Random(7).shuffle(rows)
    shuffled = cpas.read_observations(observed.frame.loc[rows].reset_index(drop=True), observed.plan)
    straight = cpas.read_observations(observed.frame, observed.plan)

    for kind in KINDS:
        assert (
            report(assess_kessara(straight), kind=kind).to_json()
            == report(assess_kessara(shuffled), kind=kind).to_json()
        )
        assert (
            report(assess_kessara(straight), kind=kind).to_html()
            == report(assess_kessara(shuffled), kind=kind).to_html()
        )


def test_hash_seed_changes_nothing():
    """The same bytes in any process."""
    code = (
        "import hashlib, cpas\n"
        "from cpas import datasets\n"
        "from cpas.cycle.assessing import assess\n"
        "from cpas.present.reports import report\n"
        "_, observed = datasets.load('kessara')\n"
        "judged, recommended = datasets.judgements('kessara')\n"
        "made = assess(cpas.score(cpas.aggregate(observed, by='quarter')), at='2025-Q2', judgements=judged,\n"
        "              recommendations=recommended, delivery=datasets.delivery('kessara'))\n"
        "text = ''.join(report(made, kind=k, ceiling=c).to_html() + report(made, kind=k, ceiling=c).to_json()\n"
        "               for k in ('assessment', 'factsheet') for c in ('public', 'internal'))\n"
        "print(hashlib.sha256(text.encode()).hexdigest())\n"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("0", "1", "42")
    }

    assert 1 == len(found)


def test_files_are_what_the_calls_return(tmp_path):
    """A path writes the same text, whole or not at all."""
    made = report(kessara(), kind="factsheet")
    for write, name in ((made.to_html, "f.html"), (made.to_markdown, "f.md"), (made.to_json, "f.json")):
        assert write(tmp_path / name) == (tmp_path / name).read_text(encoding="utf-8")
    assert ["f.html", "f.json", "f.md"] == sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(FileError, match="cannot be written"):
        made.to_html(tmp_path / "no" / "such" / "folder.html")


# -- words ----------------------------------------------------------------------------------------------------------


def test_every_label_has_both_languages():
    """English and French, with the same facts in them."""
    for key, texts in LABELS.items():
        assert 2 == len(texts), key
        assert all(texts), key
        assert len({frozenset(re.findall(r"\{\w*\}", text)) for text in texts}) == 1, key


def test_no_label_is_unused():
    """A label that nothing prints is a leftover."""
    sources = [path for path in PRESENT.glob("*.py") if path.stem not in ("labels", "sentences")]
    words = set(re.findall(r"\w+", "\n".join(path.read_text(encoding="utf-8") for path in sources)))
    words |= {*get_args(choices.Kind), *(one.name for one in attrs.fields(cpas.Methodology))}
    words |= {one.name for one in attrs.fields(cpas.Override)}
    unused = [key for key in LABELS if not {key, key.split("_", 1)[-1], key.split("_", 2)[-1]} & words]

    assert not unused


def test_every_fixed_word_has_its_french():
    """Every word that a report may print from a choice, a scale or a diagnosis is translated."""
    chosen = (
        "Level", "Change", "PlanStatus", "Component", "Strength", "AssumptionStatus", "Likelihood", "Position",
        "InfluenceMode", "Sensitivity", "Kind", "Better", "ObservationStatus", "MissingReason", "DeliveryStatus",
        "ResultReason", "About", "Contribution", "JudgedProgress", "JudgedDelivery", "RecommendationType", "Decision",
        "RecommendationStatus", "Normalise", "Combine", "Availability", "RatingRule", "Straddle", "Gaps",
        "Vintage", "Weights", "Totals", "Rebase", "Seasons", "Severity",
    )  # fmt: skip
    words = {word for name in chosen for word in choices.words(getattr(choices, name))}
    for scale in (UNDP_OUTPUT, OUTCOME_PATH, OBJECTIVE_TREND, CONTRIBUTION, SDG_COLOURS):
        words |= {*scale.names, scale.missing, *(state.name for state in scale.states)}
    words |= set(DIAGNOSES.values()) | {"held", "cannot say", "quantities", "percent", "status", "outputs", "outcomes"}

    assert not sorted(words - set(FRENCH_TERMS))


def test_every_choice_of_method_is_said():
    """A choice that a methodology can make has a label, so that no report can fail to say it."""
    names = {one.name for record in (cpas.Methodology, cpas.Override) for one in attrs.fields(record)}

    assert not names - {"id", "name", "version", "nodes", "scales", "thresholds", "sources"} - set(LABELS)


def test_statements_are_in_the_language_where_the_plan_has_it():
    """A translation in the plan is used; what has none stands as it is."""
    plan = attrs.evolve(
        small().plan,
        elements=[
            attrs.evolve(one, translations={"fr": "Les chefs règlent les différends"}) if one.id == "OC-1" else one
            for one in small().plan.elements
        ],
    )
    rows = pd.DataFrame([{"indicator": "I-0", "period": "2025-Q2", "value": 7}])
    scores = cpas.score(cpas.aggregate(cpas.read_observations(rows, plan), by="quarter"))
    made = [report(assess(scores, at="2025-Q2"), lang=lang).to_markdown() for lang in ("en", "fr")]

    assert "Les chefs" not in made[0]
    assert "OC-1 · Les chefs règlent les différends" in made[1]
    assert "OBJ-1 · Leaders settle disputes" in made[1]


# -- the ends of the range ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_empty_plan(kind):
    """A plan of which nothing is known has a report that says so."""
    plan = cpas.Plan("empty", "Nothing yet")
    rows = pd.DataFrame(columns=["indicator", "period", "value"])
    scores = cpas.score(cpas.aggregate(cpas.read_observations(rows, plan), by=["2025-Q2"]))
    made = report(assess(scores, at="2025-Q2"), kind=kind)

    assert "Nothing yet" in made.to_markdown()
    assert html_numbers(made) == markdown_numbers(made) == json_numbers(made)
    assert FOOT in made.to_dict()["foot"]


@pytest.mark.parametrize("kind", KINDS)
def test_plan_without_a_scored_indicator(kind):
    """Results that nothing measures are reported as such; what is only followed stands in the context."""
    followed = cpas.Indicator("I-1", "Rain", measures=(), unit="case", kind="flow", better="neutral")
    plan = cpas.Plan("p", "P", elements=[cpas.Objective("OBJ-1", "Safety")], indicators=[followed])
    rows = pd.DataFrame([{"indicator": "I-1", "period": "2025-Q2", "value": 7}])
    scores = cpas.score(cpas.aggregate(cpas.read_observations(rows, plan), by="quarter"))
    made = report(assess(scores, at="2025-Q2"), kind=kind, ceiling="internal")

    assert "Rain" in made.to_markdown()
    assert "insufficient data" in made.to_markdown()
    assert html_numbers(made) == markdown_numbers(made) == json_numbers(made)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("indicators", [1, 300])
def test_one_indicator_and_three_hundred(kind, indicators):
    """Everything is listed in an assessment, five at most on a factsheet; nothing is cut silently."""
    made = report(small(indicators=indicators), kind=kind)
    rows = find(made, "factsheet" if kind == "factsheet" else "indicators_of")

    assert (min(indicators, 5) if kind == "factsheet" else indicators) == len(rows)
    assert html_numbers(made) == markdown_numbers(made) == json_numbers(made)


@pytest.mark.parametrize("kind", KINDS)
def test_missing_everything_is_never_a_number(kind):
    """What is missing is printed as missing with its reason, and no score is made of it."""
    made = report(small(value=None, reason="no_access"), kind=kind)
    cells = [
        cell
        for t in tables_in(made.to_dict())
        for row in t["rows"]
        for cell in cells_in({k: row.get(k) for k in ("progress", "score")})
    ]

    assert "missing (no access)" in made.to_markdown()
    assert all(cell["value"] is None for cell in cells)


def test_zero_is_printed_as_zero():
    """Zero is an observation."""
    made = report(small(value=0.0), kind="factsheet")

    assert ("0", 0) == (find(made, "factsheet")[0]["value"]["text"], find(made, "factsheet")[0]["value"]["value"])


def test_places_are_told_in_the_plans_order():
    """Place by place, never ranked by a number."""
    _, observed = datasets.load("kessara")
    made = report(assess(cpas.score(cpas.aggregate(observed, by="quarter", places="prefecture")), at="2025-Q2"))

    assert ["Nord-Amara", "Sud-Amara"] == [row["place"] for row in find(made, "by_place")]
    assert "Nord-Amara" in made.document.subtitle


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_plan_has_a_report(data):
    """Whatever can be assessed can be reported, in every form alike."""
    plan = data.draw(plans().filter(lambda plan: plan.elements and plan.indicators))
    rows = data.draw(observation_rows(plan).filter(bool))
    judged, advice = data.draw(judgements(plan)), data.draw(recommendations(plan))
    try:
        scores = cpas.score(cpas.aggregate(cpas.read_observations(pd.DataFrame(rows), plan), by=None, places="each"))
        made = assess(scores, at=data.draw(st.sampled_from(scores.periods)), judgements=judged, recommendations=advice)
    except CpasError:
        return  # refused before there was anything to report
    for kind, ceiling in (("assessment", data.draw(st.sampled_from(CEILINGS))), ("factsheet", None)):
        one = report(made, kind=kind, ceiling=ceiling, lang=data.draw(st.sampled_from(["en", "fr"])))
        assert html_numbers(one) == markdown_numbers(one) == json_numbers(one)
        assert FOOT in one.to_markdown()


@pytest.mark.parametrize("name", ["unmiss", "hdi"])
def test_other_data_sets_have_reports(name):
    """The same verb for one mission's series and for a published index."""
    _, observed = datasets.load(name)
    scores = cpas.score(cpas.aggregate(observed, by=None if name == "hdi" else "quarter", places="each"))
    made = report(assess(scores, at=scores.periods[-1]))

    assert html_numbers(made) == markdown_numbers(made) == json_numbers(made)
