"""Which of the URLs that people enter may be called: only those on a host that a superuser allowed."""

from dataclasses import dataclass

from annotator.webhooks.addresses import BadUrl, Target, read_url
from annotator.webhooks.models import AllowedHost


class NotAllowed(Exception):
    """Words for why a URL is not called."""


@dataclass(frozen=True, slots=True)
class Allowed:
    target: Target
    allows_private: bool


def allowed(*, url: str) -> Allowed:
    """The URL, taken apart, with what its host is allowed. Raises NotAllowed."""
    try:
        target = read_url(url)
    except BadUrl as error:
        raise NotAllowed(str(error)) from error
    host = AllowedHost.objects.filter(name=target.host, port=target.port).first()
    if host is None:
        raise NotAllowed(f"{target.host}, port {target.port}, is not an allowed host.")
    if target.scheme == "http" and not host.allows_http:
        raise NotAllowed(f"{target.host}, port {target.port}, is allowed with https only.")
    return Allowed(target=target, allows_private=host.allows_private)
