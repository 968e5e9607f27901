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
ONLY_ANNOTATORS: Final = frozenset({ANNOTATOR})
TOKENS: Final = frozenset({TOKEN})

# A campaign's routes are for those who have that role in it, an assignment's for the one who holds it.
ACCESS: Final[dict[str, frozenset[str]]] = {
    "": MEMBERS,
    "campaigns/<slug:key>/": OVERSEERS,
    # Who does not grade there is told so, with 422 and no chain.
    "campaigns/<slug:key>/claim/": MEMBERS,
    "campaigns/<slug:key>/agreement/": OVERSEERS,
    "assignments/<uuid:public_id>/": ONLY_ANNOTATORS,
    "assignments/<uuid:public_id>/steps/<int:index>/": ONLY_ANNOTATORS,
    "assignments/<uuid:public_id>/reference/": ONLY_ANNOTATORS,
    "assignments/<uuid:public_id>/submit/": ONLY_ANNOTATORS,
    "healthz": EVERYBODY,
    "readyz": EVERYBODY,
    "accounts/login/": EVERYBODY,
    "accounts/logout/": MEMBERS,
    "accounts/password/change/": MEMBERS,
    "api/v1/datasets/<slug:key>/imports/": TOKENS,
    "api/v1/imports/<int:pk>/": TOKENS,
    "api/v1/campaigns/<slug:key>/export/": TOKENS,
    "api/v1/campaigns/<slug:key>/agreement/": TOKENS,
    # Whatever else is asked of the API: a 404 in its own form.
    "api/v1/^(?P<rest>.*)$": EVERYBODY,
}

# Packages that bring many routes of their own, all under one rule.
PREFIXES: Final[dict[str, frozenset[str]]] = {
    "admin/": frozenset({RESEARCHER}),
}
