"""Figures on style in words. Effects are in percentage points of how often a “sound” is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from annotator.analysis.bias.testing import OPENS_BELOW, SMALLEST_EFFECT
from annotator.web.campaigns.style.sentences import ARMS, SENTENCES, TITLES
from taxonomies.models import StyleFeature

# An estimate as the report holds it: see annotator.analysis.bias.estimates.Estimate.
Found = Mapping[str, Any]
Finding = Literal["found", "small", "none", "unknown"]

# Narrower intervals than this would read "3 to 3" in whole points.
NARROW = 2.0

SHAPES = {"bias": "●", "deviation": "■", "association": "◆"}
STATUSES = {
    "bias": gettext_lazy("Bias"),
    "deviation": gettext_lazy("Deviation"),
    "association": gettext_lazy("Association"),
}
EVIDENCE = {
    "twins": gettext_lazy("Bias, by twins"),
    "plain": gettext_lazy("Bias, by plain rendering"),
    "peers": gettext_lazy("Deviation"),
    "association": gettext_lazy("Association"),
}
SEVERITIES = {
    "low": gettext_lazy("Low"),
    "medium": gettext_lazy("Medium"),
    "high": gettext_lazy("High"),
}
SEVERITY_TONES = {"low": "neutral", "medium": "unsure", "high": "bad"}
FINDINGS = {
    "found": gettext_lazy("effect found"),
    "small": gettext_lazy("effect under 3 points"),
    "none": gettext_lazy("no effect found"),
    "unknown": gettext_lazy("not known yet"),
}
CAVEATS = {
    "twins": gettext_lazy(
        "Measured on the pairs of this campaign. Steps of another kind may sway graders more, or less."
    ),
    "plain": gettext_lazy(
        "Plain rendering takes away bullets, bold, italics and headings together. Which of them it was is told by the steps that have only one."
    ),
    "peers": gettext_lazy(
        "Says that somebody differs from the others, not who is right. What all of them share shows nowhere here."
    ),
    "association": gettext_lazy("May be real quality: this cannot be told from style without an experiment."),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure that something rests on."""

    title: str
    words: str


def is_feature(key: str) -> bool:
    """A report of later code may know others."""
    return key in StyleFeature.values


def title_of(feature: str) -> str:
    return str(TITLES[StyleFeature(feature)]) if is_feature(feature) else feature


def arm_titles(feature: str) -> tuple[str, str]:
    """With it, or more of it; and without it, or less of it."""
    if not is_feature(feature):
        return _("With it"), _("Without it")
    high, low = ARMS[StyleFeature(feature)]
    return str(high), str(low)


def sentence_of(found: Found, *, who: str = "", label: str = "") -> str:
    """What an estimate says, for one that is known. `label` is the title of the error type that it is about."""
    often = how_often(found["effect"], is_narrow=is_narrow(found))
    interval = interval_in_words(found["low"], found["high"])
    if label:
        words = _(
            "{feature}: with it graders named “{label}” {often} ({interval}) than without it, the content being the same."
        )
        return words.format(feature=title_of(found["feature"]), label=label, often=often, interval=interval)
    sentences = SENTENCES[found["estimator"]]
    if is_feature(found["feature"]) and StyleFeature(found["feature"]) in sentences:
        template = str(sentences[StyleFeature(found["feature"])])
    else:
        template = _("{feature}: a “sound” {often} ({interval}).")
    return template.format(feature=title_of(found["feature"]), often=often, interval=interval, who=who)


def is_narrow(found: Found) -> bool:
    return bool(found["high"] - found["low"] < NARROW)


def how_often(effect: float, *, is_narrow: bool = False) -> str:
    size = points(effect, decimals=1 if is_narrow else 0)
    # A number of exactly one takes the singular, also where it was rounded to it.
    count = 1 if size == "1" else 2
    if effect < 0:
        words = ngettext("{count} point less often", "{count} points less often", count)
    else:
        words = ngettext("{count} point more often", "{count} points more often", count)
    return words.format(count=size)


def interval_in_words(low: float, high: float) -> str:
    """Without a sign where both ends say the same direction as the figure."""
    decimals = 1 if high - low < NARROW else 0
    first, last = points(low, decimals=decimals), points(high, decimals=decimals)
    if low < 0 < high:
        return _("{less} less to {more} more").format(less=first, more=last)
    return (
        _("{low} to {high}").format(low=last, high=first)
        if high <= 0
        else _("{low} to {high}").format(low=first, high=last)
    )


def points(effect: float, *, decimals: int = 0) -> str:
    """Its size alone."""
    return number_format(f"{abs(effect):.{decimals}f}")


def signed_points(effect: float) -> str:
    size = number_format(f"{abs(effect):.1f}")
    return size if float(f"{abs(effect):.1f}") == 0 else f"{'−' if effect < 0 else '+'}{size}"


def signed_interval(low: float, high: float) -> str:
    return pgettext("an interval", "{low} to {high}").format(low=signed_points(low), high=signed_points(high))


def evidence_in_words(estimator: str) -> str:
    return str(EVIDENCE.get(estimator, estimator))


def severity_in_words(severity: str | None) -> str:
    return str(SEVERITIES[severity]) if severity in SEVERITIES else ""


def finding_of(found: Found) -> Finding:
    """What an experiment, or a comparison with the others, comes to."""
    if not found["is_estimated"]:
        return "unknown"
    if found["q"] is None or found["q"] >= OPENS_BELOW:
        return "none"
    return "found" if abs(found["effect"]) >= SMALLEST_EFFECT else "small"


def nothing_found(found: Found) -> str:
    """A null result in a sentence: with what it could have found."""
    names = {"feature": title_of(found["feature"]), "evidence": evidence_in_short(found["estimator"])}
    if finding_of(found) == "small":
        often = how_often(found["effect"], is_narrow=is_narrow(found) or abs(found["effect"]) < 1)
        words = _("{feature}, {evidence}: a “sound” {often}, which is under 3 points and not flagged.")
        return words.format(**names, often=often)
    if found["low"] >= -SMALLEST_EFFECT and found["high"] <= SMALLEST_EFFECT:
        return _("{feature}, {evidence}: no effect of 3 points or more.").format(**names)
    if found["smallest_findable"] is None:
        return _("{feature}, {evidence}: no effect found.").format(**names)
    size = points(found["smallest_findable"])
    words = ngettext(
        "{feature}, {evidence}: no effect found; one of {count} point or more would have been.",
        "{feature}, {evidence}: no effect found; one of {count} points or more would have been.",
        1 if size == "1" else 2,
    )
    return words.format(**names, count=size)


def evidence_in_short(estimator: str) -> str:
    return _("by twins") if estimator == "twins" else _("by plain rendering")


def probability(value: float) -> str:
    return _("under 0.001") if value < 0.001 else number_format(f"{value:.3f}")


def facts_of(found: Found) -> list[Fact]:
    """What an estimate rests on, and its figures in other units; only what is known."""
    counts = found["counts"]
    numbers = [
        (_("Pairs of twins"), counts["pairs"]),
        (_("Votes"), counts["votes"]),
        (_("Plain votes"), counts["plain_votes"]),
        (_("Steps"), counts["steps"]),
        (_("Chains"), counts["chains"]),
        (_("Annotators"), counts["annotators"]),
    ]
    shown = [Fact(title, number_format(count, force_grouping=True)) for title, count in numbers if count]
    ratio, mean = found["odds_ratio"], found["mean_grade"]
    return shown + [
        Fact(title, words)
        for title, words in (
            (_("q, false alarms reckoned in"), "" if found["q"] is None else probability(found["q"])),
            (_("Odds ratio"), in_units(ratio, decimals=2)),
            (_("Mean grade, from −1 to 1"), in_units(mean, decimals=2, is_signed=True)),
            (_("Steps with it"), share(found["prevalence"])),
            (base_title(found), share(found["base_rate"]) if is_of_sound_without(found) else ""),
            (_("Smallest effect findable"), findable(found)),
        )
        if words
    ]


def is_of_sound_without(found: Found) -> bool:
    """Not that of an error type, which is how often it is named; nor one person's where they see the feature."""
    return found["label"] is None and (found["estimator"] != "peers" or found["unit"] == "per_sd")


def base_title(found: Found) -> str:
    """Twins of whatever feature are compared with the arm without it, or with less of it."""
    return _("“Sound” without it") if found["unit"] == "present" else _("“Sound” overall")


def findable(found: Found) -> str:
    smallest = found["smallest_findable"]
    return "" if smallest is None else _("{count} points").format(count=points(smallest, decimals=1))


def share(value: float | None) -> str:
    return "" if value is None else f"{number_format(f'{100 * value:.0f}')} %"


def in_units(found: Mapping[str, Any], *, decimals: int, is_signed: bool = False) -> str:
    """A figure of the report with its interval; empty where it is not known."""
    if found["value"] is None:
        return ""

    def shown(value: float) -> str:
        text = number_format(f"{abs(value):.{decimals}f}")
        return f"{'−' if value < 0 else '+'}{text}" if is_signed else text

    if found["low"] is None:
        return shown(found["value"])
    words = _("{value} ({low} to {high})")
    return words.format(value=shown(found["value"]), low=shown(found["low"]), high=shown(found["high"]))
