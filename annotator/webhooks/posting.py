"""One POST to an address that was checked, and nothing else: no redirects, no proxies, no second look at the name.

The time limits hold for everything together, however slowly the other side speaks.
"""

import http.client
import io
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from threading import Thread
from typing import TypeAlias

from annotator.webhooks.addresses import Address, Target, literal_address, why_not

# The addresses of a name and port, in the order in which to try them. Raises OSError.
Resolve: TypeAlias = Callable[[str, int], Sequence[Address]]

# Of the answer: its status and headers, and as much of a body as a polite receiver sends.
MOST_ANSWER_BYTES = 16 * 1024
# Seconds for that body: the status has said everything.
MOST_LISTENING = 1.0
MOST_ADDRESSES = 4


class NotPosted(Exception):
    """Words for why no answer came. They hold nothing of the URL's path or of the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """In seconds: for the name, for each connection, and for all of it together."""

    resolve: float = 5.0
    connect: float = 4.0
    total: float = 10.0


def post(
    *,
    target: Target,
    headers: Mapping[str, str],
    body: bytes,
    allows_private: bool,
    resolve: Resolve,
    tls: ssl.SSLContext,
    limits: Limits,
) -> int:
    """The status of the answer. Raises NotPosted.

    The name is looked up once; every address it has must be one that may be called, and only those are connected to.
    """
    deadline = time.monotonic() + limits.total
    addresses = checked_addresses(target, allows_private=allows_private, resolve=resolve, limits=limits)
    try:
        with closing(connected(addresses, target=target, tls=tls, limits=limits, deadline=deadline)) as link:
            link.settimeout(left(deadline))
            link.sendall(request_bytes(target, headers=headers, body=body))
            return status_of_answer(link, deadline=deadline)
    except TimeoutError as error:
        raise NotPosted(f"No answer within {limits.total:g} seconds.") from error
    except ssl.SSLCertVerificationError as error:
        raise NotPosted(f"Its certificate was not accepted: {error.verify_message}.") from error
    except ssl.SSLError as error:
        raise NotPosted("The TLS connection failed.") from error
    except http.client.RemoteDisconnected as error:
        raise NotPosted("The connection was closed without an answer.") from error
    except http.client.HTTPException as error:
        raise NotPosted("The answer was not HTTP.") from error
    except OSError as error:
        raise NotPosted(f"The connection failed: {error.strerror or type(error).__name__}.") from error


def checked_addresses(
    target: Target, *, allows_private: bool, resolve: Resolve, limits: Limits
) -> list[Address]:
    literal = literal_address(target.host)
    found = [literal] if literal else in_time(resolve, target.host, target.port, seconds=limits.resolve)
    if not found:
        raise NotPosted("The host name has no address.")
    for address in found:
        kind = why_not(address, allows_private=allows_private)
        if kind:
            raise NotPosted(f"Not sent: the host is {kind}.")
    return list(dict.fromkeys(found))[:MOST_ADDRESSES]


def in_time(resolve: Resolve, host: str, port: int, *, seconds: float) -> list[Address]:
    """What the resolver says, if it says so in time: a name server that is slow must not hold a worker."""
    found: list[Address] = []
    failed: list[OSError] = []

    def look_up() -> None:
        try:
            found.extend(resolve(host, port))
        except OSError as error:
            failed.append(error)

    thread = Thread(target=look_up, name="webhook name", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise NotPosted(f"The host name was not found within {seconds:g} seconds.")
    if failed:
        raise NotPosted("The host name was not found.") from failed[0]
    return found


def system_resolver(host: str, port: int) -> list[Address]:
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    # A scope (fe80::1%eth0) only ever follows a link-local address, which is refused with or without it.
    return [ipaddress.ip_address(str(answer[4][0]).partition("%")[0]) for answer in answers]


def connected(
    addresses: Sequence[Address], *, target: Target, tls: ssl.SSLContext, limits: Limits, deadline: float
) -> socket.socket:
    """A connection to the first of the addresses that takes one; with TLS, to whoever can show the name's certificate."""
    plain = first_open(addresses, port=target.port, limits=limits, deadline=deadline)
    if target.scheme == "http":
        return plain
    try:
        plain.settimeout(left(deadline))
        return tls.wrap_socket(plain, server_hostname=target.host.strip("[]"))
    except BaseException:
        plain.close()
        raise


def first_open(addresses: Sequence[Address], *, port: int, limits: Limits, deadline: float) -> socket.socket:
    failure: OSError = OSError("no address")
    for address in addresses:
        link = socket.socket(socket.AF_INET6 if address.version == 6 else socket.AF_INET, socket.SOCK_STREAM)
        try:
            link.settimeout(min(limits.connect, left(deadline)))
            link.connect((str(address), port))
        except OSError as error:
            link.close()
            failure = error
        else:
            return link
    if isinstance(failure, TimeoutError):
        raise NotPosted(f"No connection within {limits.connect:g} seconds.") from failure
    raise failure


def request_bytes(target: Target, *, headers: Mapping[str, str], body: bytes) -> bytes:
    everything = {
        "Host": target.authority,
        "User-Agent": "Stepmark-Webhooks/1",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Accept": "*/*",
        "Connection": "close",
        **headers,
    }
    lines = [f"POST {target.target} HTTP/1.1", *(f"{name}: {value}" for name, value in everything.items())]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def status_of_answer(link: socket.socket, *, deadline: float) -> int:
    """The status; a little of the body is read and forgotten, so that a receiver can finish its sentence."""
    bounded = Bounded(link, deadline=deadline)
    answer = http.client.HTTPResponse(bounded, method="POST")  # type: ignore[arg-type]  # asks it for makefile() alone
    answer.begin()
    if bounded.has_ended:
        # http.client takes a status without an end of the headers for an answer.
        raise http.client.IncompleteRead(b"")
    bounded.deadline = min(deadline, time.monotonic() + MOST_LISTENING)
    with suppress(OSError, http.client.HTTPException), answer:
        answer.read(MOST_ANSWER_BYTES)
    return answer.status


class Bounded(io.RawIOBase):
    """A socket to read from until a deadline, and no more than MOST_ANSWER_BYTES; after that it is at its end."""

    def __init__(self, link: socket.socket, *, deadline: float) -> None:
        self.link = link
        self.deadline = deadline
        self.bytes_left = MOST_ANSWER_BYTES
        self.has_ended = False

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # it is given nothing else
        self.link.settimeout(left(self.deadline))
        number = self.link.recv_into(buffer[: self.bytes_left]) if self.bytes_left else 0
        self.bytes_left -= number
        self.has_ended = number == 0
        return number


def left(deadline: float) -> float:
    """Seconds until the deadline. Raises TimeoutError when there are none."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds
