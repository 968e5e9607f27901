"""The arms that somebody asks for: made by machine, or written and uploaded."""

import secrets
from dataclasses import dataclass
from typing import BinaryIO, cast

from django.contrib import messages
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotator.analysis.twin_candidates import pick_arms
from annotator.analysis.written_arms import read_arms
from annotator.assignments.claiming import SEED_BITS
from annotator.assignments.models import Campaign
from annotator.assignments.studies import Arm, StudyRefused
from annotator.web.campaigns.twins.words import made_in_words, reasons_in_words
from annotator.web.pages import SignedIn

MOST_UPLOADED_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Gathered:
    """`said`: what to tell of how they came about. `is_short`: they are fewer than was asked for."""

    arms: tuple[Arm, ...]
    said: str
    is_short: bool = False


def tell(request: SignedIn, made: Gathered) -> None:
    """On the next page."""
    (messages.warning if made.is_short else messages.success)(request, made.said)


def draw_seed() -> int:
    return secrets.randbits(SEED_BITS)


def gather(request: SignedIn, *, campaign: Campaign, feature: str, pairs: int, seed: int) -> Gathered:
    """By the form's `source`. Raises StudyRefused or ArmsRefused where there are none."""
    if request.POST.get("source") == "written":
        return uploaded(request, campaign=campaign, feature=feature)
    candidates = pick_arms(campaign=campaign, feature=feature, pairs=pairs, seed=seed)
    if not candidates.arms:
        words = _("No step of this campaign can be used. {reasons}")
        raise StudyRefused(words.format(reasons=reasons_in_words(candidates.left_out)).strip())
    return Gathered(candidates.arms, made_in_words(candidates, wanted=pairs), len(candidates.arms) < pairs)


def uploaded(request: SignedIn, *, campaign: Campaign, feature: str) -> Gathered:
    upload = request.FILES.get("file")
    if upload is None or upload.file is None:
        raise StudyRefused(_("Choose a file with the twins first."))
    if (upload.size or 0) > MOST_UPLOADED_BYTES:
        raise StudyRefused(
            _("The file is larger than {most} MB.").format(most=MOST_UPLOADED_BYTES // 1_000_000)
        )
    arms = read_arms(campaign=campaign, feature=feature, stream=cast("BinaryIO", upload.file))
    words = ngettext("{count} written pair was taken in.", "{count} written pairs were taken in.", len(arms))
    return Gathered(tuple(arms), words.format(count=number_format(len(arms))))
