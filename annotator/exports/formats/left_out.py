"""Why a format has no line for a chain; exports count the chains by these words."""

from enum import StrEnum


class LeftOut(StrEnum):
    # A step before the cut has no votes, or they are tied, or nobody whose word counts has said anything of it.
    UNDECIDED = "undecided"
    OUTCOME_UNKNOWN = "outcome_unknown"
    # Asked for with neutral=drop_chain.
    NEUTRAL_STEP = "neutral_step"
    # Problem or steps hold what the format sets between steps, so that it could not be read back.
    HAS_MARKER = "has_marker"
    HAS_STEP_HEADING = "has_step_heading"
    # A reviewer's decision on a step without a vote has no share of votes.
    NO_VOTES = "no_votes"
    # No two steps after the same prefix have different verdicts.
    NO_PAIRS = "no_pairs"
    # By min_votes and min_agreement.
    TOO_FEW_VOTES = "too_few_votes"
    TOO_LITTLE_AGREEMENT = "too_little_agreement"
