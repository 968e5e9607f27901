r"""Turns of phrase in English prose: first person, hedges, boosters, politeness, questions, exclamations, emoji.

What stands in quotation marks is somebody else's and counts for none of them. The words of hedges and boosters follow
Hyland (2005), "Metadiscourse", appendix, without those that in mathematics are mostly content ("about", "could",
"likely" of a probability). Each pattern is tried only where one of its words occurs, and none looks far.
"""

import re
from dataclasses import dataclass

from annotator.analysis.style_prose import PLACEHOLDER

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Each begins with its own mark, by which it is found fast, and ends at the next, so that none is sought twice.
_QUOTED = {
    '"': re.compile(r'"(?<!\w")[^"\n]*"(?!\w)'),
    "“": re.compile(r"“[^“”\n]*”"),
    "«": re.compile(r"«[^«»\n]*»"),
    "'": re.compile(r"'(?<![\w'’]')[^'\n]*'(?!\w)"),
    "‘": re.compile(r"‘[^‘’\n]*’(?!\w)"),
}


@dataclass(frozen=True, slots=True)
class Phrases:
    """Words that say it by themselves, and patterns for those that depend on their neighbours, with a word each holds."""

    words: frozenset[str]
    triggers: frozenset[str]
    pattern: re.Pattern[str]

    def are_in(self, prose: str, *, types: set[str]) -> bool:
        if not self.words.isdisjoint(types):
            return True
        return not self.triggers.isdisjoint(types) and self.pattern.search(prose) is not None


def _phrases(words: str, *, triggers: str, pattern: str) -> Phrases:
    return Phrases(
        words=frozenset(words.split()),
        triggers=frozenset(triggers.split()),
        pattern=re.compile(pattern, re.VERBOSE),
    )


FIRST_PERSON = _phrases(
    """my myself we our ours ourselves let's lemme i'm i've i'll i'd we're we've we'll we'd
    let’s i’m i’ve i’ll i’d we’re we’ve we’ll we’d""",
    triggers="i us me",
    # A matrix, an interval, a numeral or a current is called I too: a person is followed by a verb that is not in the
    # third person. And the US are a country.
    pattern=r"""
    (?<![\w$\\^_'’-])(?<!\b[Tt]ype\ )(?<!\b[Pp]art\ )(?<!\b[Cc]lass\ )(?<!\b[Ww]ar\ )(?<!\b[Ll]et\ )(?<!\bmatrix\ )
    I\ +(?!(?:is|are|be|has|does|denotes?|equals?|represents?|stands?|of|in|on|at|to|by|as|for|from|with|where|when|if
    |and|or|nor|then|so|but|times|plus|minus|into|over|via|per|which|that|the|through|such)\b)
    [a-z]{2,}(?<![^s]s)\b(?!-)
    | \b(?:[Mm]e|[Uu]s|LET\ US)\b
    | (?<![\w$\\^_'’-])I\ +(?:was|always|also|guess|discuss|miss|pass|express|process|perhaps|has\ten)\b
    """,
)

HEDGE = _phrases(
    "perhaps maybe probably possibly presumably apparently arguably seemingly conceivably supposedly unsure",
    triggers="""might seem seems seemed appears appear may likely unlikely think believe guess suppose suspect
    assume sure certain could far""",
    pattern=r"""
    \b(?:might|seem|seems|seemed)\b
    | \b(?:it|[Ii]t|there|There|this|This|that|That)\ appears?\b | \bappears?\ to\b
    | \bmay\b(?!\ +\d)
    | (?<!equally\ )(?<!\bmost\ )(?<!\bmore\ )(?<!\bless\ )(?<!\bhow\ )(?<!\bHow\ )(?<!\bas\ )(?<!\bleast\ )
      \b(?:un)?[Ll]ikely\b(?!\ +(?:as|outcomes?|than|events?)\b)
    | \bUnlikely\b
    | \bI\ +(?:\w+ly\ +)?(?:think|believe|guess|suppose|suspect|assume)\b
    | (?:\bnot|n't|n’t)\ +(?:\w+ly\ +|so\ +|too\ +|quite\ +)?(?:sure|certain)\b
    | \bcould\ +(?:also\ +)?be\b
    | \b[Aa]s\ +far\ +as\ +I\ +(?:can|know)\b
    """,
)

BOOSTER = _phrases(
    """obviously certainly definitely undoubtedly undeniably unquestionably indisputably evidently plainly indeed
    doubtless trivially""",
    triggers="clearly surely absolutely course doubt clear obvious evident trivial easy say fact",
    pattern=r"""
    (?<!\bnot\ )(?<!n't\ )(?<!n’t\ )(?<!\bless\ )(?<!\bmore\ )\b[Cc]learly\b(?!-)
    | (?<!\balmost\ )\b[Ss]urely\b
    | \b[Aa]bsolutely\b(?!\ +(?:conver|continu|summable|integrable|value|irreducible|simple))
    | \b[Oo]f\ +course\b
    | \b(?:[Ww]ithout\ +(?:a\ +|any\ +)?|[Nn]o\ +|beyond\ +(?:a\ +|any\ +)?)doubt\b
    | \b(?:[Ii]t|[Tt]his|[Tt]hat)(?:\ +is|'s|’s)\ +(?:\w+ly\ +)?(?:clear|obvious|evident|trivial|easy\ +to\ +see)\b
    | \b[Aa]s\ +is\ +(?:clear|obvious|evident)\b
    | \b[Nn]eedless\ +to\ +say\b
    | \b[Ii]n\ +fact\b
    """,
)

POLITENESS = _phrases(
    "thank sorry apologies apologize apologise pardon",
    triggers="please thanks welcome glad happy pleasure excuse kindly hope feel",
    pattern=r"""
    (?<!\bto\ )\b[Pp]lease\b
    | \b[Tt]hanks\b(?!\ +to\b)
    | \b[Yy]ou(?:'re|’re|\ +are)\ +(?:very\ +|most\ +)?welcome\b
    | \b(?:glad|happy)\ +to\ +(?:help|assist)\b
    | \b[Mm]y\ +pleasure\b
    | \b[Ee]xcuse\ +me\b
    | (?<!\ba\ )(?<!\bthe\ )\b[Kk]indly\ +(?!\w+ed\b)[a-z]+
    | \b[Hh]ope\ +(?:this|that|it)\ +helps\b
    | \b[Ff]eel\ +free\ +to\b
    """,
)

# "x = ?" is a gap to fill in, "a ? b" an operator: a question ends a word, and ends.
_QUESTION = re.compile(rf"[\w)\]}}%°\"'”’»{PLACEHOLDER}][?](?=[?!.]*[)\]\"'”’»]*(?:\s|$|[^\w\s=:.&/]))")
_GAP = re.compile(r"[=<>+*/^×÷-]\s*\w{0,1}[?]")
# "5!", "n!" and "(n-1)!" are factorials; behind a word of two letters it could be one as well.
_EXCLAMATION = re.compile(
    r"(?:[^\W\d_]{3}|\b(?:[Nn]o|[Ss]o|[Oo]h|[Oo]k|OK|[Hh]i|[Ii]t|[Gg]o|[Aa]h|us|me|up|do|is|[Ww]e)|%|[^\W\d_]{3}[)])"
    r"[!](?![=\w(])"
)
# What Unicode shows as a picture by itself (emoji presentation), or by the selector behind it.
_EMOJI = re.compile(
    "[\U0001f300-\U0001faff\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a\U0001f1e6-\U0001f1ff\U0001f201\U0001f21a"
    "\U0001f22f\U0001f232-\U0001f236\U0001f238-\U0001f23a\U0001f250\U0001f251"
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab"
    "\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e"
    "\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55]"
    "|[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u2300-\u27bf\u2900-\u2bff\u3030\u303d\u3297\u3299]\ufe0f"
    "|[0-9#*]\ufe0f?\u20e3"
)


def unquoted(prose: str) -> str:
    for mark, quoted in _QUOTED.items():
        if mark in prose:
            prose = quoted.sub('""', prose)
    return prose


def has_question(prose: str) -> bool:
    return "?" in prose and _QUESTION.search(_GAP.sub("", prose)) is not None


def has_exclamation(prose: str) -> bool:
    return "!" in prose and _EXCLAMATION.search(prose) is not None


def has_emoji(prose: str) -> bool:
    return not prose.isascii() and _EMOJI.search(prose) is not None
