"""The words a unit may be made of; a plan can declare others."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Things that are counted, each a dimension of its own; regular plurals are understood.
COUNTED: Final = _words("""
    abduction activity agreement alert arrest attack base bed building bulletin campaign case
    casualty ceasefire centre classroom clinic combatant committee community complaint component conference
    convoy country county court crossing death decision demonstration deployment detainee device dispute
    district document escape escort event facility family fatality flight forum group hearing hospital household
    incident initiative injury inspection interview investigation item judgement law location mechanism
    media_product mediation mediator meeting member message mine mission module movement network number office
    officer official operation organisation partner patrol payam payment peacekeeper person point policy
    post prefecture prison prisoner proceeding product programme project protest raid recommendation referral
    region report request respondent return road round rule school seat section service session settlement
    shelter site soldier staff statement station strike survivor task team theft threat town training transfer
    trial troop truck unit user vehicle verdict victim village violation visit vote voter ward weapon witness
    workshop
""")
#: Words for a pure quantity on a scale of its maker: not a share of anything, so never converted into one.
INDEX_WORDS: Final = _words("index level ordinal rank scale score")
#: Periods a count may be per.
PERIODS: Final = _words("day half_year month quarter week year")
#: Codes of ISO 4217, without funds, metals and test codes. No rate of exchange is known here.
CURRENCIES: Final = _words("""
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
    CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD
    HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD
    MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN
    PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY
    TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
""")
#: Pure numbers.
NUMBERS: Final[Mapping[str, Fraction]] = {
    **dict.fromkeys(("share", "fraction", "proportion", "ratio"), Fraction(1)),
    **dict.fromkeys(("%", "percent", "per_cent", "percentage", "pct"), Fraction(1, 100)),
    **dict.fromkeys(("‰", "permille", "per_mille", "per_mil"), Fraction(1, 1000)),
    "hundred": Fraction(100),
    **dict.fromkeys(("thousand", "thousands"), Fraction(1000)),
    **dict.fromkeys(("million", "millions"), Fraction(10**6)),
    **dict.fromkeys(("billion", "billions"), Fraction(10**9)),
}
#: Other spellings.
ALIASES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("people", "persons"), "person"),
    **dict.fromkeys(("count", "counts"), "number"),
    **dict.fromkeys(("survey_respondent", "survey_respondents"), "respondent"),
    **dict.fromkeys(("indices", "indexes"), "index"),
    **dict.fromkeys(("half-year", "half-years", "halfyear", "semester", "semesters"), "half_year"),
    **dict.fromkeys(("US$", "$US", "US_dollar", "US_dollars"), "USD"),
    **dict.fromkeys(("€", "euro", "euros"), "EUR"),
    "center": "centre",
    "program": "programme",
    "judgment": "judgement",
    "media": "media_product",
}
#: Words for some of the people: who is counted is a dimension of the data, not a unit.
SOME_PEOPLE: Final = _words("adult boy child children civilian girl man men woman women")
#: Physical units a plan may name, by pint's own names; pint knows their symbols and plurals.
PHYSICAL: Final = _words("""
    acre ampere barrel degree_Celsius degree_Fahrenheit foot gallon gram hectare hertz hour inch joule kelvin
    knot liter meter metric_ton mile minute nautical_mile newton ounce pascal pound second volt watt watt_hour
    yard
""")
#: Multiples of physical units; the rarer ones make words out of nothing ("exam" would be an exametre).
PREFIXES: Final = frozenset({"", "centi", "deci", "giga", "hecto", "kilo", "mega", "micro", "milli"})
_OTHER_NAMES: Final = _words("km m kg litre metre kilometre tonne hectares hours")


def is_period(thing: str) -> bool:
    """Return whether a count can be per this: ``"month"``, ``"6 month"``.

    Examples
    --------
    >>> is_period("6 month"), is_period("hour")
    (True, False)
    """
    return thing.rpartition(" ")[2] in PERIODS


def is_physical(thing: str) -> bool:
    """Return whether pint knows this by this name.

    Examples
    --------
    >>> is_physical("kilometer"), is_physical("person")
    (True, False)
    """
    return any(thing.startswith(prefix) and thing[len(prefix) :] in PHYSICAL for prefix in PREFIXES)


@functools.lru_cache(maxsize=1024)
def singulars(word: str) -> tuple[str, ...]:
    """Return the word, and what it may be the plural of.

    Examples
    --------
    >>> singulars("casualties")
    ('casualties', 'casualtie', 'casualty', 'casualti')
    """
    forms = [word]
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        forms.append(word[:-1])
        if word.endswith("ies"):
            forms.append(word[:-3] + "y")
        if word.endswith("es"):
            forms.append(word[:-2])
    return tuple(forms)


def vocabulary(declared: Iterable[str] = ()) -> frozenset[str]:
    """Return the words to look through for the one that was meant.

    Examples
    --------
    >>> sorted(word for word in vocabulary() if word.startswith("cas"))
    ['case', 'cases', 'casualties', 'casualty']
    """
    things = COUNTED | INDEX_WORDS | PERIODS | set(declared)
    plurals = {word[:-1] + "ies" if word.endswith(("ty", "cy")) else word + "s" for word in things if word}
    return frozenset(things | plurals | CURRENCIES | PHYSICAL | _OTHER_NAMES | NUMBERS.keys() | ALIASES.keys())
