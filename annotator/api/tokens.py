"""Tokens for machines: drawn here, shown once, kept only as a digest."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from annotator.accounts.models import User
from annotator.api.models import Scope, Token
from annotator.assignments.members import researched_by
from annotator.assignments.models import Campaign

MARK = "stm"
# How stale `last_used_at` may be: a pull of many pages writes it once.
USE_IS_NOTED_EVERY = timedelta(minutes=1)
MOST_DAYS = 3650
SCOPE_HELP = {
    Scope.EXPORT_READ: "what the votes come to: exports, snapshots, progress",
    Scope.VOTES_READ: "beside export:read, what single annotators said, under pseudonyms",
    Scope.GOLD_READ: "beside export:read, which verdicts are known to be right",
    Scope.REPORT_READ: "agreement, style, lucky chains, and the gate",
    Scope.IMPORT_WRITE: "bring chains into the datasets of its campaigns",
}


class BadToken(Exception):
    """Words for a caller whose token is unknown, revoked or expired."""


@dataclass(frozen=True, slots=True)
class NewToken:
    token: Token
    secret: str


@transaction.atomic
def create_token(
    *,
    name: str,
    campaigns: list[Campaign],
    scopes: list[str],
    owner: User | None,
    prefix: str,
    secret: str,
    expires_at: datetime | None,
    now: datetime,
) -> NewToken:
    """Keep the digest of a drawn secret (256 random bits); the text to hand out is in `secret`, this once."""
    token = Token.objects.create(
        name=name,
        owner=owner,
        prefix=prefix,
        secret_digest=hashlib.sha256(secret.encode()).digest(),
        scopes=[Scope(scope) for scope in scopes],
        created_at=now,
        expires_at=expires_at,
    )
    token.campaigns.set(campaigns)
    return NewToken(token=token, secret=f"{MARK}_{prefix}_{secret}")


def verify_token(*, text: str, now: datetime) -> Token:
    """The token that the text stands for. Raises BadToken."""
    parts = text.split("_", 2)
    if len(parts) != 3 or parts[0] != MARK or not (text.isascii() and text.isprintable()):
        raise BadToken("This is not a Stepmark token.")
    token = Token.objects.filter(prefix=parts[1]).first()
    digest = hashlib.sha256(parts[2].encode(errors="replace")).digest()
    if token is None or not hmac.compare_digest(digest, bytes(token.secret_digest)):
        raise BadToken("Unknown token.")
    if token.revoked_at is not None:
        raise BadToken("This token was revoked.")
    if token.expires_at is not None and token.expires_at <= now:
        raise BadToken("This token has expired.")
    if token.last_used_at is None or token.last_used_at < now - USE_IS_NOTED_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def revoke_token(*, token: Token, now: datetime) -> None:
    """Refuse the token from the next request on; revoking twice keeps the first time."""
    Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now)


def tokens_visible_to(user: User) -> QuerySet[Token]:
    """Those that reach no campaign but such in which this person is a researcher; all of them for a superuser."""
    if user.is_superuser:
        return Token.objects.all()
    own = researched_by(user)
    others = Campaign.objects.exclude(pk__in=own.values("pk"))
    reaches_others = Token.objects.filter(campaigns__in=others)
    return Token.objects.filter(campaigns__in=own).exclude(pk__in=reaches_others.values("pk")).distinct()
