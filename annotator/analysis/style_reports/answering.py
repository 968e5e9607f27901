"""What a reviewer or researcher says of a flag: that they know of it, or why it is no matter any more."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from annotator.accounts.models import User
from annotator.analysis.models import FlagEventKind, FlagState, StyleFlag, StyleFlagEvent
from annotator.assignments.models import Membership, MembershipState, Role
from annotator.grading.checking import COMMENT_LENGTH, storable

OVERSEERS = [Role.RESEARCHER, Role.REVIEWER]


class NotAnswerable(Exception):
    """The flag stands otherwise, or the answer makes no sense; in words for the page. Nothing was stored."""


@transaction.atomic
def acknowledge(*, flag: StyleFlag, person: User, note: str, now: datetime) -> StyleFlag:
    """Somebody has seen an open flag; a note may say what they will do. Raises NotAnswerable."""
    standing = locked(flag, person=person, note=note)
    if standing.state != FlagState.OPEN:
        raise NotAnswerable(
            _("Only an open flag can be acknowledged: this one was answered or closed meanwhile.")
        )
    return answered(
        standing,
        state=FlagState.ACKNOWLEDGED,
        kind=FlagEventKind.ACKNOWLEDGED,
        person=person,
        note=note,
        now=now,
    )


@transaction.atomic
def resolve(*, flag: StyleFlag, person: User, note: str, now: datetime) -> StyleFlag:
    """The flag needs nobody's attention any more, although its evidence stands. Raises NotAnswerable without a reason."""
    standing = locked(flag, person=person, note=note)
    if standing.state not in (FlagState.OPEN, FlagState.ACKNOWLEDGED):
        raise NotAnswerable(
            _("Only a flag that stands can be resolved: this one was resolved or closed meanwhile.")
        )
    if not note.strip():
        raise NotAnswerable(_("Say in a note why it is resolved: those who read it later were not there."))
    return answered(
        standing, state=FlagState.RESOLVED, kind=FlagEventKind.RESOLVED, person=person, note=note, now=now
    )


def locked(flag: StyleFlag, *, person: User, note: str) -> StyleFlag:
    """The flag as it stands, until the transaction is over. Raises NotAnswerable for a stranger and an odd note."""
    standing = StyleFlag.objects.select_for_update(no_key=True).get(pk=flag.pk)
    if not may_answer(person, campaign_id=standing.campaign_id):
        raise NotAnswerable(_("Only reviewers and researchers of the campaign answer its flags."))
    if len(note) > COMMENT_LENGTH:
        raise NotAnswerable(_("A note has at most {most} characters.").format(most=COMMENT_LENGTH))
    if not storable(note):
        raise NotAnswerable(_("A text cannot hold NUL or half a character."))
    return standing


def may_answer(person: User, *, campaign_id: int) -> bool:
    members = Membership.objects.filter(campaign=campaign_id, user=person, role__in=OVERSEERS)
    return person.is_superuser or members.filter(state=MembershipState.ACTIVE).exists()


def answered(
    flag: StyleFlag, *, state: FlagState, kind: FlagEventKind, person: User, note: str, now: datetime
) -> StyleFlag:
    flag.state, flag.note = state, note.strip()
    flag.save(update_fields=["state", "note"])
    StyleFlagEvent.objects.create(
        flag=flag,
        kind=kind,
        happened_at=now,
        person=person,
        note=flag.note,
        effect=flag.effect,
        low=flag.low,
        high=flag.high,
        severity=flag.severity,
    )
    return flag
