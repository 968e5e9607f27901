"""What each style feature is called, and what is said of it: one sentence for each kind of evidence.

Whole sentences, because other languages bend every word of them. `{often}` is such as "11 points more often", `{interval}`
such as "7 to 15", `{who}` a pseudonym. Only of experiments may a sentence say what style does.
"""

from django.utils.translation import gettext_lazy as lazy

from taxonomies.models import StyleFeature as Feature

TITLES = {
    Feature.BULLETS: lazy("Bullets and numbers"),
    Feature.FIRST_PERSON: lazy("First person"),
    Feature.HEDGE: lazy("Hedging"),
    Feature.BOOSTER: lazy("Boosters"),
    Feature.LATEX: lazy("LaTeX"),
    Feature.EMPHASIS: lazy("Bold or italics"),
    Feature.HEADING: lazy("Headings"),
    Feature.CODE: lazy("Code"),
    Feature.TABLE: lazy("Tables"),
    Feature.EMOJI: lazy("Emoji"),
    Feature.POLITENESS: lazy("Politeness"),
    Feature.QUESTION: lazy("Questions"),
    Feature.EXCLAMATION: lazy("Exclamation marks"),
    Feature.WORDS: lazy("Number of words"),
    Feature.SENTENCES: lazy("Number of sentences"),
    Feature.WORDS_PER_SENTENCE: lazy("Words per sentence"),
    Feature.LATEX_SHARE: lazy("Share of LaTeX"),
    Feature.DIGIT_SHARE: lazy("Share of digits"),
    Feature.TYPE_TOKEN_RATIO: lazy("Variety of words"),
}

# The two arms of a pair: with the feature or more of it, and without it or less of it.
ARMS = {
    Feature.BULLETS: (lazy("As a list"), lazy("The same words as prose")),
    Feature.FIRST_PERSON: (lazy("In the first person"), lazy("In impersonal words")),
    Feature.HEDGE: (lazy("Hedged"), lazy("Stated flatly")),
    Feature.BOOSTER: (lazy("With boosters"), lazy("Without boosters")),
    Feature.LATEX: (lazy("Formulas in LaTeX"), lazy("Formulas as plain characters")),
    Feature.EMPHASIS: (lazy("With bold or italics"), lazy("The same words in plain type")),
    Feature.HEADING: (lazy("With headings"), lazy("The same words without headings")),
    Feature.CODE: (lazy("With code"), lazy("Told in words")),
    Feature.TABLE: (lazy("As a table"), lazy("In sentences")),
    Feature.EMOJI: (lazy("With emoji"), lazy("Without emoji")),
    Feature.POLITENESS: (lazy("Polite"), lazy("Without courtesies")),
    Feature.QUESTION: (lazy("With questions"), lazy("As statements")),
    Feature.EXCLAMATION: (lazy("With exclamation marks"), lazy("With full stops")),
    Feature.WORDS: (lazy("In more words"), lazy("In fewer words")),
    Feature.SENTENCES: (lazy("In more sentences"), lazy("In fewer sentences")),
    Feature.WORDS_PER_SENTENCE: (lazy("In longer sentences"), lazy("In shorter sentences")),
    Feature.LATEX_SHARE: (lazy("With more LaTeX"), lazy("With less LaTeX")),
    Feature.DIGIT_SHARE: (lazy("With more digits"), lazy("With fewer digits")),
    Feature.TYPE_TOKEN_RATIO: (lazy("In more varied words"), lazy("In fewer different words")),
}

# Bias: the same content in two styles.
TWINS = {
    Feature.BULLETS: lazy(
        "Graders gave bullet-point steps {often} a “sound” ({interval}) than the same words as prose."
    ),
    Feature.FIRST_PERSON: lazy(
        "Graders gave steps in the first person {often} a “sound” ({interval}) than the same steps in impersonal words."
    ),
    Feature.HEDGE: lazy(
        "Graders gave hedged steps {often} a “sound” ({interval}) than the same steps stated flatly."
    ),
    Feature.BOOSTER: lazy(
        "Graders gave steps with words such as “clearly” {often} a “sound” ({interval}) than the same steps without them."
    ),
    Feature.LATEX: lazy(
        "Graders gave steps set in LaTeX {often} a “sound” ({interval}) than the same formulas as plain characters."
    ),
    Feature.EMPHASIS: lazy(
        "Graders gave steps with bold or italic words {often} a “sound” ({interval}) than the same words in plain type."
    ),
    Feature.HEADING: lazy(
        "Graders gave steps with headings {often} a “sound” ({interval}) than the same words without headings."
    ),
    Feature.CODE: lazy(
        "Graders gave steps with code {often} a “sound” ({interval}) than the same steps told in words."
    ),
    Feature.TABLE: lazy(
        "Graders gave steps with a table {often} a “sound” ({interval}) than the same figures in sentences."
    ),
    Feature.EMOJI: lazy(
        "Graders gave steps with emoji {often} a “sound” ({interval}) than the same words without them."
    ),
    Feature.POLITENESS: lazy(
        "Graders gave polite steps {often} a “sound” ({interval}) than the same steps without courtesies."
    ),
    Feature.QUESTION: lazy(
        "Graders gave steps that ask questions {often} a “sound” ({interval}) than the same steps as statements."
    ),
    Feature.EXCLAMATION: lazy(
        "Graders gave steps with exclamation marks {often} a “sound” ({interval}) than the same words with full stops."
    ),
    Feature.WORDS: lazy(
        "Graders gave longer wordings of a step {often} a “sound” ({interval}) than shorter ones of the same content."
    ),
    Feature.SENTENCES: lazy(
        "Graders gave steps in more sentences {often} a “sound” ({interval}) than the same content in fewer."
    ),
    Feature.WORDS_PER_SENTENCE: lazy(
        "Graders gave steps in long sentences {often} a “sound” ({interval}) than the same content in short ones."
    ),
    Feature.LATEX_SHARE: lazy(
        "Graders gave steps with more LaTeX {often} a “sound” ({interval}) than the same content with less of it."
    ),
    Feature.DIGIT_SHARE: lazy(
        "Graders gave steps with more digits {often} a “sound” ({interval}) than the same numbers spelled out."
    ),
    Feature.TYPE_TOKEN_RATIO: lazy(
        "Graders gave steps in varied words {often} a “sound” ({interval}) than the same content in fewer different words."
    ),
}

# Bias: the same step as it is and without its markup.
PLAIN = {
    Feature.BULLETS: lazy(
        "Graders gave bullet-point steps {often} a “sound” ({interval}) than the same steps shown without their bullets."
    ),
    Feature.EMPHASIS: lazy(
        "Graders gave steps with bold or italic words {often} a “sound” ({interval}) than the same steps shown in plain type."
    ),
    Feature.HEADING: lazy(
        "Graders gave steps with headings {often} a “sound” ({interval}) than the same steps shown without them."
    ),
}

# Deviation: one annotator against the others, on the same steps.
PEERS = {
    Feature.BULLETS: lazy(
        "{who} gave bullet-point steps {often} a “sound” ({interval}) than the others gave them."
    ),
    Feature.FIRST_PERSON: lazy(
        "{who} gave steps in the first person {often} a “sound” ({interval}) than the others gave them."
    ),
    Feature.HEDGE: lazy("{who} gave hedged steps {often} a “sound” ({interval}) than the others gave them."),
    Feature.BOOSTER: lazy(
        "{who} gave steps with words such as “clearly” {often} a “sound” ({interval}) than the others gave them."
    ),
    Feature.LATEX: lazy(
        "{who} gave steps with LaTeX {often} a “sound” ({interval}) than the others gave them."
    ),
    Feature.EMPHASIS: lazy(
        "{who} gave steps with bold or italic words {often} a “sound” ({interval}) than the others gave them."
    ),
    Feature.HEADING: lazy(
        "{who} gave steps with headings {often} a “sound” ({interval}) than the others gave them."
    ),
    Feature.CODE: lazy(
        "{who} gave steps with code {often} a “sound” ({interval}) than the others gave them."
    ),
    Feature.TABLE: lazy(
        "{who} gave steps with a table {often} a “sound” ({interval}) than the others gave them."
    ),
    Feature.EMOJI: lazy(
        "{who} gave steps with emoji {often} a “sound” ({interval}) than the others gave them."
    ),
    Feature.POLITENESS: lazy(
        "{who} gave polite steps {often} a “sound” ({interval}) than the others gave them."
    ),
    Feature.QUESTION: lazy(
        "{who} gave steps that ask questions {often} a “sound” ({interval}) than the others gave them."
    ),
    Feature.EXCLAMATION: lazy(
        "{who} gave steps with exclamation marks {often} a “sound” ({interval}) than the others gave them."
    ),
    Feature.WORDS: lazy(
        "{who} gave longer steps {often} a “sound” ({interval}) than the others gave them, for one standard deviation more words."
    ),
    Feature.SENTENCES: lazy(
        "{who} gave steps of more sentences {often} a “sound” ({interval}) than the others gave them, for one standard deviation."
    ),
    Feature.WORDS_PER_SENTENCE: lazy(
        "{who} gave steps in longer sentences {often} a “sound” ({interval}) than the others gave them, for one standard deviation."
    ),
    Feature.LATEX_SHARE: lazy(
        "{who} gave steps with more LaTeX {often} a “sound” ({interval}) than the others gave them, for one standard deviation."
    ),
    Feature.DIGIT_SHARE: lazy(
        "{who} gave steps with more digits {often} a “sound” ({interval}) than the others gave them, for one standard deviation."
    ),
    Feature.TYPE_TOKEN_RATIO: lazy(
        "{who} gave steps in more varied words {often} a “sound” ({interval}) than the others gave them, for one standard deviation."
    ),
}

# Association: other steps, so perhaps better or worse ones.
ASSOCIATION = {
    Feature.BULLETS: lazy("Bullet-point steps got a “sound” {often} ({interval}) than other steps."),
    Feature.FIRST_PERSON: lazy(
        "Steps in the first person got a “sound” {often} ({interval}) than other steps."
    ),
    Feature.HEDGE: lazy("Hedged steps got a “sound” {often} ({interval}) than other steps."),
    Feature.BOOSTER: lazy(
        "Steps with words such as “clearly” got a “sound” {often} ({interval}) than other steps."
    ),
    Feature.LATEX: lazy("Steps with LaTeX got a “sound” {often} ({interval}) than other steps."),
    Feature.EMPHASIS: lazy(
        "Steps with bold or italic words got a “sound” {often} ({interval}) than other steps."
    ),
    Feature.HEADING: lazy("Steps with headings got a “sound” {often} ({interval}) than other steps."),
    Feature.CODE: lazy("Steps with code got a “sound” {often} ({interval}) than other steps."),
    Feature.TABLE: lazy("Steps with a table got a “sound” {often} ({interval}) than other steps."),
    Feature.EMOJI: lazy("Steps with emoji got a “sound” {often} ({interval}) than other steps."),
    Feature.POLITENESS: lazy("Polite steps got a “sound” {often} ({interval}) than other steps."),
    Feature.QUESTION: lazy("Steps that ask questions got a “sound” {often} ({interval}) than other steps."),
    Feature.EXCLAMATION: lazy(
        "Steps with exclamation marks got a “sound” {often} ({interval}) than other steps."
    ),
    Feature.WORDS: lazy(
        "Longer steps got a “sound” {often} ({interval}) than shorter ones, one standard deviation apart."
    ),
    Feature.SENTENCES: lazy(
        "Steps of more sentences got a “sound” {often} ({interval}) than those of fewer, one standard deviation apart."
    ),
    Feature.WORDS_PER_SENTENCE: lazy(
        "Steps in longer sentences got a “sound” {often} ({interval}) than those in shorter ones, one standard deviation apart."
    ),
    Feature.LATEX_SHARE: lazy(
        "Steps with more LaTeX got a “sound” {often} ({interval}) than those with less, one standard deviation apart."
    ),
    Feature.DIGIT_SHARE: lazy(
        "Steps with more digits got a “sound” {often} ({interval}) than those with fewer, one standard deviation apart."
    ),
    Feature.TYPE_TOKEN_RATIO: lazy(
        "Steps in more varied words got a “sound” {often} ({interval}) than others, one standard deviation apart."
    ),
}

SENTENCES = {"twins": TWINS, "plain": PLAIN, "peers": PEERS, "association": ASSOCIATION}
