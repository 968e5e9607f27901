"""Which URLs may be called at all, and which addresses a name may lead to. Knows no network."""

import ipaddress
import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address

MOST_URL = 2000
MOST_NAME = 253
DEFAULT_PORTS = {"https": 443, "http": 80}
# Stricter than any library that may read the URL later, so that no two of them can take it for different hosts.
URL = re.compile(
    r"(?P<scheme>[hH][tT][tT][pP][sS]?)://"
    r"(?P<host>\[[0-9a-fA-F:.]+\]|[^\s/?#@:\\\[\]%]+)(:(?P<port>[0-9]{1,5}))?"
    r"(?P<target>(/[^?#]*)?(\?[^#]*)?)"
)
TARGET = re.compile(r"[!-~]*")
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")

# What "allow private addresses" opens.
PRIVATE = [
    ip_network(text)
    for text in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "::1/128",
        "fc00::/7",
    )
]
# Services that tell a machine's own credentials to whoever asks from it. Link-local ones (169.254.0.0/16) are refused below.
METADATA = [
    ip_network(text)
    for text in (
        "100.100.100.200/32",
        "168.63.129.16/32",
        "192.0.0.192/32",
        "fd00:ec2::254/128",
        "fd20:ce::254/128",
    )
]
# Never a host of its own, though `is_global` of some Python says so (IANA's special-purpose address registries).
NEVER = [
    ip_network(text)
    for text in (
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "240.0.0.0/4",
        "::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
    )
]
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class BadUrl(Exception):
    """Words for why nothing is ever sent to a URL."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a URL asks to be called. `host` is a lower-case name in ASCII or an address, IPv6 in brackets."""

    scheme: str
    host: str
    port: int
    # Path and query.
    target: str

    @property
    def authority(self) -> str:
        return self.host if self.port == DEFAULT_PORTS[self.scheme] else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


def read_url(text: str) -> Target:
    """The parts of an absolute http(s) URL, its host as `exact_host` writes it. Raises BadUrl."""
    if len(text) > MOST_URL:
        raise BadUrl(f"A URL has at most {MOST_URL} characters.")
    if "@" in re.split(r"[/?#]", text.partition("://")[2], maxsplit=1)[0]:
        raise BadUrl("A URL must not hold a user name or password.")
    if "#" in text:
        raise BadUrl("A URL must not have a fragment (#).")
    found = URL.fullmatch(text)
    if found is None:
        raise BadUrl("This is no URL such as https://ci.example.org/hooks/stepmark.")
    if not TARGET.fullmatch(found["target"]):
        raise BadUrl("Path and query are written in ASCII, without spaces: percent-encode the rest.")
    scheme = found["scheme"].lower()
    port = int(found["port"]) if found["port"] else DEFAULT_PORTS[scheme]
    if not 1 <= port <= 65535:
        raise BadUrl("A port lies between 1 and 65535.")
    target = found["target"]
    target = target if target.startswith("/") else f"/{target}"
    return Target(scheme=scheme, host=exact_host(found["host"]), port=port, target=target)


def exact_host(text: str) -> str:
    """The one way to write a host: a name in lower-case ASCII (IDNA), an IPv4 address, or an IPv6 one in brackets.

    Raises BadUrl for anything else, such as wildcards, a final dot, or an address written as one number.
    """
    if text.startswith("["):
        return exact_ipv6(text)
    name = text.lower() if text.isascii() else ascii_name(text)
    labels = name.split(".")
    if len(name) > MOST_NAME or not all(LABEL.fullmatch(label) for label in labels):
        raise BadUrl(
            "This is no host name: letters, digits, hyphens and dots, no wildcards and no final dot."
        )
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1]):
        return exact_ipv4(name)
    return name


def ascii_name(text: str) -> str:
    """By IDNA as Python knows it, of 2003; what that would turn into another name (\u00df into ss) is refused."""
    try:
        name = text.encode("idna")
        same = name.decode("idna") == text
    except UnicodeError as error:
        raise BadUrl("This is no host name.") from error
    if not same:
        raise BadUrl("Write the host name in lower case, or in its ASCII form (xn--...).")
    return name.decode("ascii")


def exact_ipv4(name: str) -> str:
    # Whatever ends in a number is read as an address by browsers and by `inet_aton`: 0x7f.1, 2130706433, 010.0.0.1.
    try:
        return str(IPv4Address(name))
    except ValueError as error:
        raise BadUrl("Write an IPv4 address as four decimal numbers.") from error


def exact_ipv6(text: str) -> str:
    try:
        return f"[{IPv6Address(text.removeprefix('[').removesuffix(']'))}]"
    except ValueError as error:
        raise BadUrl("This is no IPv6 address.") from error


def literal_address(host: str) -> Address | None:
    """The address that a host as `exact_host` writes it is, where it is one."""
    try:
        return ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None


def why_not(address: Address, *, allows_private: bool) -> str:
    """What kind of address it is that may not be called; empty when it may.

    An IPv6 address that carries an IPv4 one (mapped, NAT64) is judged by that.
    """
    address = carried(address)
    if any(address in network for network in METADATA):
        return "a metadata service"
    if address.is_unspecified:
        return "the unspecified address"
    if address.is_multicast:
        return "a multicast address"
    if address.is_link_local:
        return "a link-local address"
    if any(address in network for network in PRIVATE):
        return "" if allows_private else "a loopback or private address"
    if any(address in network for network in NEVER) or address.is_reserved or not address.is_global:
        return "a reserved address"
    return ""


def carried(address: Address) -> Address:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address
