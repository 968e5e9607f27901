"""What a problem is called where there is little room: imported ids can be as long as a hash."""

from django.utils.text import Truncator

from annotator.chains.models import Problem

MOST_LETTERS = 20


def short_name(problem: Problem) -> str:
    return Truncator(problem.external_id).chars(MOST_LETTERS)
