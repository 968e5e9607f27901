"""Every label of every grade is carried, dropped, or asked again; nothing is invented."""

from hypothesis import given
from hypothesis import strategies as st

from taxonomies.translating import Asked, Said, Translation, Why, translate
from taxonomies.vocabulary import Choice, Question, Vocabulary


def question(
    key: str,
    *labels: str,
    kind: str = "one",
    required: bool = False,
    shown_for: tuple[str, ...] = (),
    scope: str = "step",
) -> Question:
    return Question(
        id=0,
        key=key,
        text=key,
        kind=kind,
        scope=scope,
        required=required,
        shown_for=frozenset(shown_for),
        choices=tuple(
            Choice(
                id=0,
                key=label,
                title=label,
                definition=label,
                value=None,
                hotkey="",
                tone="",
                good_example="",
                bad_example="",
            )
            for label in labels
        ),
    )


def vocabulary(*questions: Question, verdicts: tuple[str, ...] = ("good", "bad")) -> Vocabulary:
    return Vocabulary(
        version_id=0,
        taxonomy_key="t",
        number=1,
        digest="",
        guidelines="",
        verdict=question("verdict", *verdicts, required=True),
        questions=tuple(each for each in questions if each.scope == "step"),
        chain_questions=tuple(each for each in questions if each.scope == "chain"),
    )


def said(*labels: str, texts: tuple[str, ...] = (), decided: bool = True, scope: str = "step") -> Said:
    return Said(scope=scope, decided=decided, labels=frozenset(labels), texts=frozenset(texts))


ERROR = question("error", "sign", "logic", shown_for=("verdict.bad",))
TRAITS = question("traits", "terse", "clear", kind="many")
REMARK = question("remark", kind="text")
FORMER = vocabulary(ERROR, TRAITS, REMARK)
KEPT = {
    key: (key,)
    for key in (
        "verdict.good",
        "verdict.bad",
        "error.sign",
        "error.logic",
        "traits.terse",
        "traits.clear",
    )
}


def translation(
    given: Said,
    *,
    later: Vocabulary = FORMER,
    former: Vocabulary = FORMER,
    **targets: tuple[str, ...],
) -> Translation:
    """With labels kept but for `targets`, whose names have `__` for the dot."""
    more = {key.replace("__", "."): found for key, found in targets.items()}
    return translate(given, former=former, later=later, mapping={**KEPT, **more})


def test_a_grade_goes_over_as_it_is_where_its_labels_are_kept() -> None:
    all_kinds = said("verdict.bad", "error.sign", "traits.terse", texts=("remark",))
    assert translation(all_kinds) == Translation(says=all_kinds, asked=())


def test_a_renamed_and_a_merged_label_go_over_under_their_new_key() -> None:
    later = vocabulary(question("error", "slip", shown_for=("verdict.bad",)))
    for label in ("error.sign", "error.logic"):
        found = translation(
            said("verdict.bad", label), later=later, error__sign=("error.slip",), error__logic=("error.slip",)
        )
        assert found == Translation(says=said("verdict.bad", "error.slip"), asked=())


def test_two_labels_of_one_grade_that_were_merged_are_one() -> None:
    later = vocabulary(question("traits", "brief", kind="many"))
    found = translation(
        said("verdict.good", "traits.terse", "traits.clear"),
        later=later,
        traits__terse=("traits.brief",),
        traits__clear=("traits.brief",),
    )
    assert found == Translation(says=said("verdict.good", "traits.brief"), asked=())


def test_a_verdict_that_was_split_or_dropped_leaves_no_grade() -> None:
    later = vocabulary(ERROR, TRAITS, REMARK, verdicts=("great", "fine", "bad"))
    split = translation(
        said("verdict.good", "traits.terse"), later=later, verdict__good=("verdict.great", "verdict.fine")
    )
    assert split == Translation(says=None, asked=(Asked(why=Why.SPLIT, keys=("verdict.good",)),))
    dropped = translation(said("verdict.good"), later=later, verdict__good=())
    assert dropped == Translation(says=None, asked=(Asked(why=Why.DROPPED, keys=("verdict.good",)),))


def test_another_label_that_was_split_is_asked_for_and_the_rest_goes_over() -> None:
    later = vocabulary(
        question("error", "flip", "lost", "logic", shown_for=("verdict.bad",), required=True), TRAITS
    )
    found = translation(
        said("verdict.bad", "error.sign", "traits.terse"),
        later=later,
        error__sign=("error.flip", "error.lost"),
    )
    assert found.says == said("verdict.bad", "traits.terse")
    assert found.asked == (Asked(why=Why.SPLIT, keys=("error.sign",)),)
    assert found.unanswered == {"error"}


def test_another_label_that_was_dropped_is_gone_and_missed_only_where_an_answer_is_required() -> None:
    found = translation(said("verdict.bad", "error.sign"), error__sign=())
    assert found == Translation(says=said("verdict.bad"), asked=(), gone=frozenset({"error.sign"}))
    later = vocabulary(question("error", "logic", shown_for=("verdict.bad",), required=True))
    found = translation(said("verdict.bad", "error.sign"), later=later, error__sign=())
    assert found.asked == (Asked(why=Why.QUESTION, keys=("error",)),)


def test_a_label_whose_question_is_not_asked_any_more_has_no_place() -> None:
    later = vocabulary(question("error", "sign", "logic", shown_for=("verdict.good",)), REMARK)
    found = translation(said("verdict.bad", "error.sign", texts=("remark",)), later=later)
    assert found.says == said("verdict.bad", texts=("remark",))
    assert found.asked == (Asked(why=Why.NO_PLACE, keys=("error.sign",)),)


def test_what_hangs_on_a_label_without_a_place_has_none_either() -> None:
    depth = question("depth", "deep", shown_for=("error.sign",))
    former = vocabulary(ERROR, depth)
    later = vocabulary(question("error", "flip", "lost", shown_for=("verdict.bad",)), depth)
    found = translation(
        said("verdict.bad", "error.sign", "depth.deep"),
        former=former,
        later=later,
        error__sign=("error.flip", "error.lost"),
        depth__deep=("depth.deep",),
    )
    assert found.says == said("verdict.bad")
    assert found.asked == (
        Asked(why=Why.SPLIT, keys=("error.sign",)),
        Asked(why=Why.NO_PLACE, keys=("depth.deep",)),
    )


def test_two_labels_for_a_criterion_that_takes_one_have_no_place() -> None:
    later = vocabulary(question("traits", "terse", "clear", kind="one"))
    found = translation(said("verdict.good", "traits.terse", "traits.clear"), later=later)
    assert found.says == said("verdict.good")
    assert found.asked == (Asked(why=Why.NO_PLACE, keys=("traits.clear", "traits.terse")),)


def test_a_text_goes_over_where_a_text_of_its_key_is_still_asked_for() -> None:
    for later in (vocabulary(TRAITS), vocabulary(question("remark", "yes", kind="many"))):
        found = translation(said("verdict.good", texts=("remark",)), later=later)
        assert found == Translation(says=said("verdict.good"), asked=(), gone=frozenset({"remark"}))


def test_a_new_required_question_is_asked_of_what_was_decided_alone() -> None:
    later = vocabulary(ERROR, TRAITS, REMARK, question("depth", "deep", required=True))
    assert translation(said("verdict.good"), later=later).asked == (Asked(why=Why.QUESTION, keys=("depth",)),)
    unsure = said("traits.terse", decided=False)
    assert translation(unsure, later=later) == Translation(says=unsure, asked=())


def test_an_answer_that_was_missing_before_is_not_asked_again() -> None:
    required = vocabulary(question("traits", "terse", "clear", kind="many", required=True))
    found = translation(said("verdict.good"), former=required, later=required)
    assert not found.asked
    assert found.unanswered == {"traits"}


def test_a_chain_is_asked_the_questions_of_chains() -> None:
    whole = question("whole", "neat", "clumsy", scope="chain", required=True)
    former, later = (
        vocabulary(whole, ERROR),
        vocabulary(question("whole", "neat", scope="chain", required=True)),
    )
    neat = said("whole.neat", scope="chain")
    kept = translation(neat, former=former, later=later, whole__neat=("whole.neat",))
    assert kept == Translation(says=neat, asked=())
    dropped = translation(said("whole.clumsy", scope="chain"), former=former, later=later, whole__clumsy=())
    assert dropped.asked == (Asked(why=Why.QUESTION, keys=("whole",)),)
    moved_off = vocabulary(question("whole", "neat", scope="step"))
    lost = translation(neat, former=former, later=moved_off, whole__neat=("whole.neat",))
    assert lost.asked == (Asked(why=Why.NO_PLACE, keys=("whole.neat",)),)


NAMES = ["one", "two", "three"]


@st.composite
def vocabularies(draw: st.DrawFn) -> Vocabulary:
    """Up to four further questions, each perhaps shown only for labels of earlier ones."""
    verdicts = tuple(draw(st.lists(st.sampled_from(NAMES), min_size=2, unique=True)))
    earlier = {"step": [f"verdict.{label}" for label in verdicts], "chain": []}
    questions = []
    for key in draw(st.lists(st.sampled_from(["a", "b", "c", "d"]), unique=True)):
        kind = draw(st.sampled_from(["one", "many", "text"]))
        scope = draw(st.sampled_from(["step", "step", "chain"]))
        labels = (
            () if kind == "text" else tuple(draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True)))
        )
        shown_for = draw(st.lists(st.sampled_from(earlier[scope]), max_size=2)) if earlier[scope] else []
        required = draw(st.booleans())
        questions.append(
            question(key, *labels, kind=kind, scope=scope, required=required, shown_for=tuple(shown_for))
        )
        earlier[scope] += [f"{key}.{label}" for label in labels]
    return vocabulary(*draw(st.permutations(questions)), verdicts=verdicts)


@st.composite
def grades(draw: st.DrawFn, asked: Vocabulary) -> Said:
    """What somebody could have saved under the version."""
    scope = draw(st.sampled_from(["step", "step", "chain"]))
    decided = draw(st.booleans()) if scope == "step" else True
    labels: set[str] = set()
    if scope == "step" and decided:
        labels.add(f"verdict.{draw(st.sampled_from(asked.verdict.choices)).key}")
    texts: set[str] = set()
    for _ in asked.further:
        pool = (
            asked.asked_after(frozenset(labels))
            if scope == "step"
            else asked.asked_of_chain(frozenset(labels))
        )
        done = texts | {key.partition(".")[0] for key in labels}
        for each in pool:
            if each.key in done or draw(st.booleans()):
                continue
            if each.kind == "text":
                texts.add(each.key)
            else:
                most = len(each.choices) if each.many else 1
                chosen = draw(st.lists(st.sampled_from(each.choices), min_size=1, max_size=most, unique=True))
                labels |= {f"{each.key}.{choice.key}" for choice in chosen}
    return said(*labels, texts=tuple(texts), decided=decided, scope=scope)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Said, Vocabulary, Vocabulary, dict[str, tuple[str, ...]]]:
    former, later = draw(vocabularies()), draw(vocabularies())
    verdicts = keys(later.verdict)
    others = [key for each in later.further for key in keys(each)]
    mapping = {
        key: tuple(draw(st.lists(st.sampled_from(pool), max_size=2, unique=True))) if pool else ()
        for each in (former.verdict, *former.further)
        for pool in [verdicts if each is former.verdict else others]
        for key in keys(each)
    }
    return draw(grades(former)), former, later, mapping


def keys(each: Question) -> list[str]:
    return [f"{each.key}.{choice.key}" for choice in each.choices]


@given(case=cases())
def test_every_label_is_carried_dropped_or_asked_again_and_nothing_is_invented(
    case: tuple[Said, Vocabulary, Vocabulary, dict[str, tuple[str, ...]]],
) -> None:
    given, former, later, mapping = case
    found = translate(given, former=former, later=later, mapping=mapping)
    asked = {key for each in found.asked for key in each.keys}
    if found.says is None:
        assert asked & {key for key in given.labels if key.startswith("verdict.")}
        return
    for key in given.labels:
        is_carried = len(mapping[key]) == 1 and mapping[key][0] in found.says.labels
        assert [is_carried, key in found.gone, key in asked].count(True) == 1, key
    assert found.says.labels <= {target for key in given.labels for target in mapping[key]}
    assert given.texts == found.says.texts | (found.gone & given.texts)
    assert (found.says.scope, found.says.decided) == (given.scope, given.decided)
    questions_asked = asked - given.labels
    assert questions_asked <= found.unanswered


@given(case=cases())
def test_what_comes_out_could_have_been_saved_under_the_later_version(
    case: tuple[Said, Vocabulary, Vocabulary, dict[str, tuple[str, ...]]],
) -> None:
    given, former, later, mapping = case
    says = translate(given, former=former, later=later, mapping=mapping).says
    if says is None:
        return
    pool = later.asked_after(says.labels) if says.scope == "step" else later.asked_of_chain(says.labels)
    asked = {each.key: each for each in pool}
    verdicts = [key for key in says.labels if key in keys(later.verdict)]
    assert len(verdicts) == (says.scope == "step" and says.decided)
    for key in says.labels - set(verdicts):
        assert key in keys(asked[key.partition(".")[0]])
    for each in asked.values():
        assert each.many or len(says.labels & set(keys(each))) <= 1
    assert all(asked[key].kind == "text" for key in says.texts)


def test_a_verdict_mapped_to_no_verdict_is_asked_again() -> None:
    found = translation(said("verdict.good"), verdict__good=("traits.terse",))
    assert found == Translation(says=None, asked=(Asked(why=Why.NO_PLACE, keys=("verdict.good",)),))
