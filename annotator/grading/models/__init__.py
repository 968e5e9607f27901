"""What annotators say of steps and chains, what reviewers decide, and what a move asks again."""

from annotator.grading.models.adjudications import Adjudication, AdjudicationRevision
from annotator.grading.models.grades import Answer, Grade, GradeRevision, GradeState
from annotator.grading.models.moves import AskedAgain, Move, Regrade

__all__ = [
    "Adjudication",
    "AdjudicationRevision",
    "Answer",
    "AskedAgain",
    "Grade",
    "GradeRevision",
    "GradeState",
    "Move",
    "Regrade",
]
