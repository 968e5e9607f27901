"""What only the database knows of a query: whether there is such a version, person, domain or generator."""

from django.db import connection

from annotator.assignments.models import Campaign
from annotator.exports.options import Labels
from annotator.exports.queries import BadQuery, ExportQuery
from annotator.exports.rows.choosing import DOMAIN
from annotator.exports.rows.estimating import why_not_estimated
from annotator.grading.versions import NotItsVersion, version_numbered
from taxonomies.models import TaxonomyVersion
from taxonomies.vocabulary import vocabulary_of

MOST_NAMED = 20

HAS_GENERATOR = "SELECT EXISTS (SELECT 1 FROM chains_chain c WHERE c.dataset_id = %s AND c.generator = %s)"
HAS_DOMAIN = f"SELECT EXISTS (SELECT 1 FROM chains_chain c WHERE c.dataset_id = %s AND {DOMAIN} = %s)"  # noqa: S608
GENERATORS = "SELECT DISTINCT c.generator FROM chains_chain c WHERE c.dataset_id = %s ORDER BY 1 LIMIT %s"
DOMAINS = f"SELECT DISTINCT {DOMAIN} FROM chains_chain c WHERE c.dataset_id = %s ORDER BY 1 LIMIT %s"  # noqa: S608


def check_query(*, campaign: Campaign, query: ExportQuery) -> TaxonomyVersion:
    """The version that is asked for. Raises BadQuery, with words, for what this campaign does not have."""
    version = version_of(campaign=campaign, query=query)
    if query.annotator is not None and not campaign.memberships.filter(pseudonym=query.annotator).exists():
        raise BadQuery(f"Nobody in {campaign.key} is called {query.annotator}.")
    if query.generator is not None and not is_there(HAS_GENERATOR, campaign=campaign, name=query.generator):
        raise BadQuery(
            f"No chain of {campaign.key} is by {query.generator}. {named(GENERATORS, campaign=campaign)}"
        )
    if query.domain is not None and not is_there(HAS_DOMAIN, campaign=campaign, name=query.domain):
        raise BadQuery(
            f"No chain of {campaign.key} is of the domain {query.domain}. {named(DOMAINS, campaign=campaign)}"
        )
    if query.labels == Labels.DAWID_SKENE:
        check_estimate(campaign=campaign, version=version)
    return version


def version_of(*, campaign: Campaign, query: ExportQuery) -> TaxonomyVersion:
    """Raises BadQuery where the campaign never used it."""
    if query.version is None:
        return campaign.taxonomy_version
    try:
        return version_numbered(campaign=campaign, text=str(query.version))
    except NotItsVersion as refused:
        raise BadQuery(str(refused)) from refused


def is_there(statement: str, *, campaign: Campaign, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [campaign.dataset_id, name])
        return bool(cursor.fetchone()[0])


def named(statement: str, *, campaign: Campaign) -> str:
    """Which there are, if they are few enough to read."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [campaign.dataset_id, MOST_NAMED + 1])
        names = [row[0] for row in cursor.fetchall() if row[0]]
    if not names:
        return "None is named."
    more = " and others" if len(names) > MOST_NAMED else ""
    return f"There are: {', '.join(names[:MOST_NAMED])}{more}."


def check_estimate(*, campaign: Campaign, version: TaxonomyVersion) -> None:
    with connection.cursor() as cursor:
        reason = why_not_estimated(
            cursor,
            campaign_id=campaign.pk,
            version_id=version.pk,
            verdict=vocabulary_of(version.pk).verdict,
        )
    if reason is not None:
        raise BadQuery(f"There are no labels by Dawid and Skene's model. {reason}")
