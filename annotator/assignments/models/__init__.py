"""Who grades which chain: campaigns, their people, the chains given out, gold and twins."""

from annotator.assignments.models.assignments import (
    SEATED,
    Assignment,
    AssignmentStatus,
    FinishReason,
    Purpose,
    Rendering,
)
from annotator.assignments.models.campaigns import (
    AfterFirstError,
    Alternatives,
    Campaign,
    CampaignStatus,
    Membership,
    MembershipState,
    Reference,
    Reveal,
    Role,
)
from annotator.assignments.models.gold import GoldChain, GoldGrade
from annotator.assignments.models.twins import (
    Origin,
    PairState,
    StudyState,
    TwinDraw,
    TwinPair,
    TwinStudy,
)

__all__ = [
    "SEATED",
    "AfterFirstError",
    "Alternatives",
    "Assignment",
    "AssignmentStatus",
    "Campaign",
    "CampaignStatus",
    "FinishReason",
    "GoldChain",
    "GoldGrade",
    "Membership",
    "MembershipState",
    "Origin",
    "PairState",
    "Purpose",
    "Reference",
    "Rendering",
    "Reveal",
    "Role",
    "StudyState",
    "TwinDraw",
    "TwinPair",
    "TwinStudy",
]
