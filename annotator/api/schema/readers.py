"""Who may read the description: any valid token, and people who oversee a campaign."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import Http404
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from annotator.accounts.models import User
from annotator.api.models import Token
from annotator.assignments.models import Membership, MembershipState, Role

OVERSEERS = [Role.RESEARCHER, Role.REVIEWER]


class SessionAuthentication(BaseAuthentication):
    """The person of the web door, for an address that only reads."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        user = request._request.user
        return (user, None) if isinstance(user, User) and user.is_active else None


class MayRead(BasePermission):
    def has_permission(self, request: Request, view: object) -> bool:
        """An annotator does not learn that there is anything."""
        if isinstance(request.auth, Token):
            return True
        if isinstance(request.user, User) and not oversees(request.user):
            raise Http404
        return isinstance(request.user, User)


def oversees(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether they are an active researcher or reviewer of any campaign."""
    if not isinstance(user, User):
        return False
    memberships = Membership.objects.filter(user=user, role__in=OVERSEERS, state=MembershipState.ACTIVE)
    return user.is_superuser or memberships.exists()
