"""Who is behind a request to the admin."""

from django.http import HttpRequest

from annotator.accounts.models import User


def person(request: HttpRequest) -> User:
    """Who is signed in; the admin has nobody else."""
    assert isinstance(request.user, User)
    return request.user
