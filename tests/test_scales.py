"""Scales: words in order, cut points that belong to the better side, and grey for no data."""

from __future__ import annotations

import itertools
import math
import pickle

import attrs
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cpas.choices import CONTRIBUTION as CONTRIBUTION_WORDS
from cpas.choices import JudgedProgress, Strength, words
from cpas.errors import MethodError, PlanError, RequestError
from cpas.scales import (
    CONTRIBUTION,
    GREY,
    OBJECTIVE_TREND,
    OUTCOME_PATH,
    PRESETS,
    SDG_COLOURS,
    STRENGTH,
    UNDP_OUTPUT,
    Band,
    Rating,
    Scale,
)

numbers = st.floats(-1e6, 1e6)
cuts = st.lists(st.integers(-1000, 1000), min_size=1, max_size=6, unique=True).map(sorted)
scales = cuts.map(lambda lows: Scale("s", [Band("open"), *(Band(f"from {low}", low) for low in lows)]))
computed = st.sampled_from([scale for scale in PRESETS.values() if scale.cuts])


# -- laws ------------------------------------------------------------------------------------------


@given(scales, numbers, numbers)
def test_more_is_never_worse(scale, one, other):
    """A higher value never has a worse word."""
    low, high = sorted([one, other])

    assert scale.position(scale.rate(low).band) <= scale.position(scale.rate(high).band)


@given(scales, numbers)
def test_distance_up_is_enough_and_needed(scale, value):
    """The distance to the next cut point, once travelled, changes the word, and not before."""
    rating = scale.rate(value)
    if rating.distance_up is None:
        assert rating.band == scale.names[-1]
        return
    assume(rating.distance_up > 1e-3)
    place = scale.position(rating.band)

    assert scale.position(scale.rate(value + rating.distance_up).band) == place + 1
    assert scale.position(scale.rate(value + 0.999 * rating.distance_up).band) == place


@given(scales, numbers)
def test_distance_down_may_be_lost(scale, value):
    """The whole distance downward may be lost, and no more."""
    rating = scale.rate(value)
    if rating.distance_down is None:
        assert rating.band == scale.names[0]
        return

    assert scale.rate(value - rating.distance_down).band == rating.band
    assert scale.rate(value - rating.distance_down - 1e-2).band != rating.band


@given(scales, st.lists(st.one_of(st.just(math.nan), st.floats(allow_nan=False)), max_size=30))
def test_many_are_rated_as_one(scale, values):
    """A column gets the words its values get one by one."""
    column = np.array(values, dtype=float)

    assert [scale.rate(value).band for value in values] == scale.rate_many(column).tolist()
    assert scale.rate_codes(column).dtype == np.int8


@given(computed, st.data())
def test_cut_point_belongs_to_the_better_band(scale, data):
    """At the cut point one is over it, and the noise of adding floats does not matter."""
    place = data.draw(st.integers(0, len(scale.cuts) - 1))
    cut = scale.cuts[place]

    assert scale.rate(cut).band == scale.names[place + 1]
    assert scale.rate(math.nextafter(cut, -math.inf)).band == scale.names[place + 1]
    assert scale.rate(cut - 1e-6).band == scale.names[place]


@given(st.lists(st.integers(-5, 5), min_size=2, max_size=5))
def test_cut_points_increase(lows):
    """A scale whose cut points do not increase is refused."""
    assume(lows != sorted(set(lows)))

    with pytest.raises(PlanError, match="cut points increase"):
        Scale("s", [Band("open"), *(Band(f"b{place}", low) for place, low in enumerate(lows))])


# -- no data ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", PRESETS.values(), ids=lambda scale: scale.id)
@pytest.mark.parametrize("value", [None, math.nan, np.nan])
def test_no_data_is_grey_and_has_no_place(scale, value):
    """Silence is neither bad nor good: grey, with no place in the order."""
    rating = scale.rate(value)

    assert (scale.missing, GREY, None) == (rating.band, rating.colour, rating.value)
    assert scale.position(rating.band) is None
    assert GREY == "#8c8c8c" == scale.colour(scale.missing)


@pytest.mark.parametrize("scale", PRESETS.values(), ids=lambda scale: scale.id)
def test_only_no_data_is_grey(scale):
    """Every other word of a preset has a colour of its own."""
    colours = [scale.colour(band.name) for band in (*scale.bands, *scale.states)]

    assert GREY not in colours
    assert len(colours) == len(set(colours))


# -- presets ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "word"), [(0, "red"), (59.9, "red"), (60, "amber"), (79.9, "amber"), (80, "green"), (140, "green")]
)
def test_undp_output(value, word):
    """UNDP performance app methodology: green from 80, amber from 60, red below."""
    assert word == UNDP_OUTPUT.rate(value).band


@pytest.mark.parametrize(
    ("pace", "word"),
    [(0.926, "on path"), (0.772, "behind"), (0.16, "far behind"), (0.9, "on path"), (0.6, "behind")],
)
def test_outcome_path(pace, word):
    """The worked mission: against a path of 75, OC-3 at 0.93 is on path, OC-1 at 0.77 behind, OC-2 at 0.16 far."""
    assert word == OUTCOME_PATH.rate(pace).band


def test_worse_than_baseline():
    """A negative pace is below where it began; none at all is not."""
    assert OUTCOME_PATH.rate(-0.01).band == "worse than baseline"
    assert OUTCOME_PATH.rate(0).band == "far behind"


@pytest.mark.parametrize("word", ["achieved", "too early"])
def test_states_are_given_by_a_rule(word):
    """Reached, and nothing due yet, are not read off the pace."""
    rating = OUTCOME_PATH.rate(word)

    assert (word, None, None) == (rating.band, rating.distance_up, rating.value)
    assert OUTCOME_PATH.position(word) is None


@pytest.mark.parametrize(
    ("value", "word"),
    [(0, "red"), (0.99, "red"), (1, "orange"), (1.5, "yellow"), (1.99, "yellow"), (2, "green"), (3, "green")],
)
def test_sdg_colours(value, word):
    """SDG dashboards: 0 worst, 1 red threshold, 2 green threshold, 3 best; halfway between, orange turns yellow."""
    assert word == SDG_COLOURS.rate(value).band


def test_words_agree_with_the_choices():
    """What people may judge and what the scales say are the same words."""
    assert set(CONTRIBUTION_WORDS) == {*CONTRIBUTION.names, CONTRIBUTION.missing}
    assert set(words(Strength)) == {*STRENGTH.names, STRENGTH.missing}
    assert set(words(JudgedProgress)) == {*OUTCOME_PATH.names, *(state.name for state in OUTCOME_PATH.states)}
    assert (*OBJECTIVE_TREND.names, OBJECTIVE_TREND.missing) == (
        "worsening",
        "stable",
        "improving",
        "insufficient data",
    )


@pytest.mark.parametrize("scale", PRESETS.values(), ids=lambda scale: scale.id)
def test_every_cut_point_has_a_source(scale):
    """No naked constants."""
    assert scale.source is not None
    assert all(band.source is not None for band in (*scale.bands, *scale.states))


def test_undp_scale_is_for_outputs():
    """UNDP does not rate outcomes with it, which an office does not control."""
    assert UNDP_OUTPUT.levels == ("output",)


@pytest.mark.parametrize("scale", [CONTRIBUTION, STRENGTH, OBJECTIVE_TREND], ids=lambda scale: scale.id)
def test_judged_scales_are_not_computed(scale):
    """A number on a scale without cut points is refused; its words are taken."""
    with pytest.raises(MethodError, match="judged, not computed"):
        scale.rate(0.5)

    assert scale.rate(scale.names[-1]).band == scale.names[-1]


# -- colours ---------------------------------------------------------------------------------------

#: Machado, Oliveira and Fernandes (2009), severity 1.0: how linear RGB is seen.
SEEN = {
    "all": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}


def lab(colour, seen):
    """Return a colour in CIE L*a*b* (D65) as it is seen."""
    rgb = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.array(SEEN[seen]) @ linear, 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ linear / [0.9505, 1, 1.089]
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("scale", PRESETS.values(), ids=lambda scale: scale.id)
def test_colours_are_told_apart(scale, seen):
    """No two words look alike to anyone: a difference of 20 in CIE 1976, ten times what is just noticed."""
    colours = {scale.colour(name) for name in (*scale.names, *(s.name for s in scale.states), scale.missing)}

    nearest = min(np.linalg.norm(lab(a, seen) - lab(b, seen)) for a, b in itertools.combinations(colours, 2))
    assert nearest > 20


# -- records ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bands", "fault"),
    [
        ((), "no bands"),
        (("low", "low"), "'low' twice"),
        (("low", "no data"), "'no data' twice"),
        ((Band("a", 1), Band("b", 2)), "open below"),
        ((Band("a"), Band("b"), Band("c", 2)), "open below"),
        ((Band("a"), Band("b", 2), Band("c", 2)), "cut points increase"),
        ((Band("a"), Band("b", 2), Band("c", 1)), "cut points increase"),
    ],
)
def test_scale_without_meaning(bands, fault):
    """Words once each, the worst open below, cut points rising."""
    with pytest.raises(PlanError, match=fault):
        Scale("s", bands)


@pytest.mark.parametrize("low", [math.nan, math.inf, "60", True])
def test_cut_point_is_a_number(low):
    """Nothing compares with NaN."""
    with pytest.raises(PlanError, match="give a number"):
        Band("a", low)


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", '#8c8c8c"/><script>'])
def test_colour_is_a_colour(colour):
    """A colour goes into a page as it is; so it is checked here."""
    with pytest.raises(PlanError, match="written as in"):
        Band("a", colour=colour)


def test_state_has_no_cut_point():
    """What a rule gives is not read off a value."""
    with pytest.raises(PlanError, match="state"):
        Scale("s", ("a",), states=(Band("b", 3),))


def test_checks_hold_without_validators():
    """A host that switches attrs' validators off cannot make a scale without meaning."""
    attrs.validators.set_disabled(True)
    try:
        with pytest.raises(PlanError):
            Scale("s", (Band("a"), Band("b", 2), Band("c", 1)))
    finally:
        attrs.validators.set_disabled(False)


def test_unknown_word_is_refused_with_the_nearest():
    """A slip is met with the word that was meant."""
    with pytest.raises(RequestError, match="Did you mean 'on path'"):
        OUTCOME_PATH.rate("on pth")


def test_records_are_values():
    """Scales are hashed, compared, pickled, and changed by making another."""
    tailored = attrs.evolve(UNDP_OUTPUT, bands=("red", Band("amber", 50), Band("green", 75)))

    assert tailored.rate(75).band == "green"
    assert UNDP_OUTPUT == pickle.loads(pickle.dumps(UNDP_OUTPUT)) != tailored
    assert len({UNDP_OUTPUT, attrs.evolve(UNDP_OUTPUT), tailored}) == 2
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        tailored.id = "x"


def test_rating_prints_its_word():
    """A rating is read as its word."""
    assert str(UNDP_OUTPUT.rate(77.5)) == "amber"
    assert Rating("amber", 77.5, "undp-output", UNDP_OUTPUT.colour("amber"), 2.5, 17.5) == UNDP_OUTPUT.rate(77.5)


def test_presets_are_found_by_id():
    """A methodology in a file names a scale by its id."""
    assert all(key == scale.id for key, scale in PRESETS.items())
    assert PRESETS["undp-output"] is UNDP_OUTPUT
