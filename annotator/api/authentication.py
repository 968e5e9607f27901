from dataclasses import dataclass

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from annotator.api.models import Token
from annotator.api.tokens import BadToken, verify_token


@dataclass(frozen=True, slots=True)
class Machine:
    """The caller behind a token, in the place where Django REST framework expects a user."""

    token: Token
    is_authenticated: bool = True
    is_active: bool = True


class TokenAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Machine, Token] | None:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            token = verify_token(text=text.strip(), now=timezone.now())
        except BadToken as bad:
            raise AuthenticationFailed(str(bad)) from bad
        return Machine(token), token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="stepmark"'


def token_of(request: Request) -> Token:
    """The token that a permission of `token_with` has let in."""
    assert isinstance(request.auth, Token)
    return request.auth


def token_with(*scopes: str) -> type[BasePermission]:
    """A permission: the caller's token has one of these scopes. Which campaigns it reaches is in each view's query."""

    class HasScope(BasePermission):
        message = f"This token lacks the scope {' or '.join(scopes)}."

        def has_permission(self, request: Request, view: object) -> bool:
            return isinstance(request.auth, Token) and not set(scopes).isdisjoint(request.auth.scopes)

    return HasScope
