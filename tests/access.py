"""Who may use which address. Every route of the project stands here; `tests/test_house.py` walks them all."""

from typing import Final

ANONYMOUS: Final = "anonymous"
ANNOTATOR: Final = "annotator"
REVIEWER: Final = "reviewer"
RESEARCHER: Final = "researcher"
TOKEN: Final = "token"

EVERYBODY: Final = frozenset({ANONYMOUS, ANNOTATOR, REVIEWER, RESEARCHER, TOKEN})
MEMBERS: Final = frozenset({ANNOTATOR, REVIEWER, RESEARCHER})
OVERSEERS: Final = frozenset({REVIEWER, RESEARCHER})
ONLY_RESEARCHERS: Final = frozenset({RESEARCHER})
ONLY_ANNOTATORS: Final = frozenset({ANNOTATOR})
TOKENS: Final = frozenset({TOKEN})

# A campaign's routes are for those who have that role in it, an assignment's for the one who holds it.
ACCESS: Final[dict[str, frozenset[str]]] = {
    "": MEMBERS,
    # One's own figures only.
    "own-work/": MEMBERS,
    "campaigns/<slug:key>/": OVERSEERS,
    # Who does not grade there is told so, with 422 and no chain.
    "campaigns/<slug:key>/claim/": MEMBERS,
    "campaigns/<slug:key>/agreement/": OVERSEERS,
    "campaigns/<slug:key>/agreement/steps/": OVERSEERS,
    "campaigns/<slug:key>/agreement/tables/<slug:name>.csv": OVERSEERS,
    "campaigns/<slug:key>/luck/": OVERSEERS,
    "campaigns/<slug:key>/style/": OVERSEERS,
    # Of one annotator only to researchers.
    "campaigns/<slug:key>/style/steps/": OVERSEERS,
    "campaigns/<slug:key>/style/flags/<int:flag_id>/": OVERSEERS,
    "campaigns/<slug:key>/style/tables/<slug:name>.csv": OVERSEERS,
    "campaigns/<slug:key>/style/annotators/<path:pseudonym>/": ONLY_RESEARCHERS,
    # Reviewers decide between people: they are not told how each of them grades.
    "campaigns/<slug:key>/annotators/": ONLY_RESEARCHERS,
    "campaigns/<slug:key>/annotators/<path:pseudonym>/": ONLY_RESEARCHERS,
    # All that anybody said, in one file.
    "campaigns/<slug:key>/exports/": ONLY_RESEARCHERS,
    "campaigns/<slug:key>/exports/download/": ONLY_RESEARCHERS,
    "campaigns/<slug:key>/exports/seal/": ONLY_RESEARCHERS,
    "campaigns/<slug:key>/exports/snapshots/": ONLY_RESEARCHERS,
    "campaigns/<slug:key>/exports/snapshots/<int:snapshot_id>/": ONLY_RESEARCHERS,
    "campaigns/<slug:key>/exports/snapshots/<int:snapshot_id>/files/<str:name>": ONLY_RESEARCHERS,
    "campaigns/<slug:key>/steps/<int:step_id>/": OVERSEERS,
    "campaigns/<slug:key>/adjudicate/": OVERSEERS,
    "campaigns/<slug:key>/adjudicate/<int:step_id>/": OVERSEERS,
    "campaigns/<slug:key>/style/twins/": OVERSEERS,
    "campaigns/<slug:key>/style/twins/plan/": ONLY_RESEARCHERS,
    "campaigns/<slug:key>/style/twins/<int:study_id>/": OVERSEERS,
    "campaigns/<slug:key>/style/twins/<int:study_id>/arms/": ONLY_RESEARCHERS,
    # Confirmed by whoever did not make it, be it a reviewer.
    "campaigns/<slug:key>/style/twins/<int:study_id>/pairs/<int:pair_id>/": OVERSEERS,
    "campaigns/<slug:key>/move/": ONLY_RESEARCHERS,
    "campaigns/<slug:key>/worklist/": ONLY_RESEARCHERS,
    # Nothing of the campaign's data is there, and nothing is stored.
    "campaigns/<slug:key>/practice/": MEMBERS,
    "campaigns/<slug:key>/practice/steps/<int:index>/": MEMBERS,
    "campaigns/<slug:key>/practice/whole/": MEMBERS,
    "campaigns/<slug:key>/practice/end/": MEMBERS,
    "campaigns/<slug:key>/practice/labels/<slug:criterion>/<slug:label>/": MEMBERS,
    "taxonomies/<slug:key>/<int:number>/compare/<int:other>/": ONLY_RESEARCHERS,
    "taxonomies/<slug:key>/<int:number>/mapping/<int:other>/": ONLY_RESEARCHERS,
    "taxonomies/<slug:key>/<int:number>/": ONLY_RESEARCHERS,
    "taxonomies/<slug:key>/<int:number>/steps/<int:index>/": ONLY_RESEARCHERS,
    "taxonomies/<slug:key>/<int:number>/whole/": ONLY_RESEARCHERS,
    "taxonomies/<slug:key>/<int:number>/labels/<slug:criterion>/<slug:label>/": ONLY_RESEARCHERS,
    "taxonomies/<slug:key>/<int:number>/usage/": ONLY_RESEARCHERS,
    "taxonomies/<slug:key>/<int:number>/yaml/": ONLY_RESEARCHERS,
    # Those of a campaign that uses the version, and its taxonomy's researchers.
    "taxonomies/<slug:key>/<int:number>/guidelines/": MEMBERS,
    "assignments/<uuid:public_id>/": ONLY_ANNOTATORS,
    "assignments/<uuid:public_id>/steps/<int:index>/": ONLY_ANNOTATORS,
    "assignments/<uuid:public_id>/steps/<int:index>/alternatives/<int:number>/": ONLY_ANNOTATORS,
    "assignments/<uuid:public_id>/whole/": ONLY_ANNOTATORS,
    "assignments/<uuid:public_id>/labels/<slug:criterion>/<slug:label>/": ONLY_ANNOTATORS,
    "assignments/<uuid:public_id>/reference/": ONLY_ANNOTATORS,
    "assignments/<uuid:public_id>/submit/": ONLY_ANNOTATORS,
    "assignments/<uuid:public_id>/reopen/": ONLY_ANNOTATORS,
    # Only remembers a choice, and goes back to an address of ours.
    "language/": EVERYBODY,
    "healthz": EVERYBODY,
    "readyz": EVERYBODY,
    "accounts/login/": EVERYBODY,
    "accounts/logout/": MEMBERS,
    "accounts/password/change/": MEMBERS,
    "api/v1/datasets/<slug:key>/imports/": TOKENS,
    "api/v1/imports/<int:pk>/": TOKENS,
    "api/v1/campaigns/": TOKENS,
    "api/v1/campaigns/<slug:key>/": TOKENS,
    "api/v1/campaigns/<slug:key>/export/": TOKENS,
    "api/v1/campaigns/<slug:key>/agreement/": TOKENS,
    "api/v1/campaigns/<slug:key>/gate/": TOKENS,
    "api/v1/campaigns/<slug:key>/luck/": TOKENS,
    "api/v1/campaigns/<slug:key>/style/": TOKENS,
    "api/v1/campaigns/<slug:key>/snapshots/": TOKENS,
    "api/v1/snapshots/<int:snapshot_id>/": TOKENS,
    "api/v1/snapshots/<int:snapshot_id>/files/<str:name>": TOKENS,
    "api/v1/snapshots/<int:snapshot_id>/changes/": TOKENS,
    "api/v1/taxonomies/": TOKENS,
    "api/v1/taxonomies/<slug:key>/versions/<int:number>/": TOKENS,
    # Of every campaign: it says what can be asked, and nothing of what is there.
    "api/v1/schema/": OVERSEERS | TOKENS,
    "api/v1/docs/": OVERSEERS,
    # Whatever else is asked of the API: a 404 in its own form.
    "api/v1/^(?P<rest>.*)$": EVERYBODY,
}

# Packages that bring many routes of their own, all under one rule.
PREFIXES: Final[dict[str, frozenset[str]]] = {
    "admin/": frozenset({RESEARCHER}),
}
