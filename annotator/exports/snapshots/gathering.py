"""What manifest and card say of a snapshot, from the one view that its rows are read from."""

from django.conf import settings

from annotator.analysis.gathering import freshness, one_view
from annotator.assignments.models import Campaign
from annotator.exports.checking import check_query
from annotator.exports.gate import conditions, judging
from annotator.exports.gate.gathering import figures_in_view
from annotator.exports.lines import notes_of
from annotator.exports.models import Snapshot
from annotator.exports.rows.chain_rows import TaxonomyRow
from annotator.exports.rows.reading import reading
from annotator.exports.rows.styling import flags_of
from annotator.exports.snapshots.asking import Asked
from annotator.exports.snapshots.facts import Facts, LabelFacts, QuestionFacts, TaxonomyFacts
from taxonomies.models import TaxonomyVersion
from taxonomies.vocabulary import Question, vocabulary_of


def version_in_view(snapshot: Snapshot, *, asked: Asked, view: str) -> TaxonomyVersion:
    """Of all parts, even if the campaign moves to another one while they are built. Raises BadQuery."""
    with one_view(exported=view):
        campaign = Campaign.objects.select_related("taxonomy_version").get(pk=snapshot.campaign_id)
        return check_query(campaign=campaign, query=asked.query)


def facts_in_view(snapshot: Snapshot, *, asked: Asked, version: TaxonomyVersion, view: str) -> Facts:
    """Also what the gate says: `findings`, in the order of its conditions."""
    campaign = snapshot.campaign
    with reading(campaign=campaign, query=asked.query_of(version), view=view) as opened:
        figures = figures_in_view(campaign=campaign, version=version)
        seen = freshness(campaign_id=campaign.pk, version_id=version.pk)
        gate = conditions.read_gate(snapshot.gate)
        return Facts(
            application_version=settings.APPLICATION_VERSION,
            campaign_key=campaign.key,
            campaign_title=campaign.title,
            domain=campaign.dataset.domain,
            query=asked.query,
            texts=asked.texts,
            taxonomy=taxonomy_facts(version, row=opened.taxonomy),
            agreement=figures.agreement,
            has_style_report=figures.bases[conditions.Source.STYLE] is not None,
            flags=flags_of(opened.cursor, view=opened.view),
            notes=notes_of(opened),
            findings=judging.judge(gate, figures),
            newest_grade_at=seen.newest_grade_at,
            revision_count=seen.revision_count,
        )


def taxonomy_facts(version: TaxonomyVersion, *, row: TaxonomyRow) -> TaxonomyFacts:
    vocabulary = vocabulary_of(version.pk)
    return TaxonomyFacts(
        row=row,
        title=version.taxonomy.title,
        verdict=question_facts(vocabulary.verdict),
        questions=tuple(question_facts(question) for question in vocabulary.further),
    )


def question_facts(question: Question) -> QuestionFacts:
    return QuestionFacts(
        key=question.key,
        text=question.text,
        scope=str(question.scope),
        labels=tuple(
            LabelFacts(key=choice.key, title=choice.title, value=choice.value, definition=choice.definition)
            for choice in question.choices
        ),
    )
