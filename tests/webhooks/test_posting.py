"""What goes over the wire, and how little a hostile receiver can do with it."""

import ipaddress
import socket
import ssl
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Event

import pytest

from annotator.webhooks.addresses import Address, read_url
from annotator.webhooks.posting import Limits, NotPosted, Resolve, post, system_resolver
from tests.webhooks.certificates import certified
from tests.webhooks.receiving import Answer, Received, receiving, saying, status

QUICK = Limits(resolve=0.5, connect=0.5, total=1.0)
HERE = ipaddress.ip_address("127.0.0.1")


def leading_to(*addresses: Address | str) -> Resolve:
    return lambda host, port: [ipaddress.ip_address(str(address)) for address in addresses]


def call(
    url: str,
    *,
    resolve: Resolve = system_resolver,
    private: bool = True,
    body: bytes = b"{}",
    tls: ssl.SSLContext | None = None,
    limits: Limits = QUICK,
) -> int:
    return post(
        target=read_url(url),
        headers={"webhook-id": "one"},
        body=body,
        allows_private=private,
        resolve=resolve,
        tls=tls or ssl.create_default_context(),
        limits=limits,
    )


def test_the_body_arrives_byte_for_byte_under_the_hosts_name() -> None:
    body = b'{"x":"\xc3\xa4\\u0000"}' * 500
    with receiving() as receiver:
        url = f"http://ci.example.org:{receiver.port}/hook?run=1"
        assert call(url, resolve=leading_to(HERE), body=body) == 204
    (received,) = receiver.received
    assert received.line == "POST /hook?run=1 HTTP/1.1"
    assert received.body == body
    assert received.headers["host"] == f"ci.example.org:{receiver.port}"
    assert received.headers["content-type"] == "application/json"
    assert received.headers["webhook-id"] == "one"
    assert received.headers["connection"] == "close"
    assert not {"cookie", "authorization"} & received.headers.keys()


@pytest.mark.parametrize("number", [200, 201, 202, 400, 404, 410, 429, 500, 503])
def test_the_status_is_told_as_it_is(number: int) -> None:
    with receiving(status(number)) as receiver:
        assert call(receiver.url()) == number


def test_a_redirect_is_not_followed() -> None:
    with receiving() as other, receiving(status(302, f"Location: {other.url()}")) as receiver:
        assert call(receiver.url()) == 302
    assert other.received == []


def test_an_interim_answer_is_not_the_answer() -> None:
    answers = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"
    with receiving(saying(answers)) as receiver:
        assert call(receiver.url()) == 503


@pytest.mark.parametrize(
    "answer",
    [
        b"220 mail.example.org ESMTP\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"\xff\xfe\x00" * 50,
        b"HTTP/1.1 200 " + b"a" * 100_000,
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000,
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1_000,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000,
        b"HTTP/1.1 200 OK",
        b"HTTP/1.1 200 OK\r\nX: y\r\n",
    ],
)
def test_what_is_no_answer_in_http_is_none(answer: bytes) -> None:
    with receiving(saying(answer)) as receiver, pytest.raises(NotPosted) as error:
        call(receiver.url())
    assert str(error.value) in {
        "The answer was not HTTP.",
        "The connection was closed without an answer.",
        "The connection failed: Connection reset by peer.",
    }


def test_a_connection_closed_without_a_word_is_no_answer() -> None:
    with receiving(saying(b"")) as receiver, pytest.raises(NotPosted, match="closed without an answer"):
        call(receiver.url())


def test_a_closed_port_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(NotPosted, match="Connection refused"):
        call(f"http://127.0.0.1:{port}/")


def endless(head: bytes, over: Event) -> Answer:
    def answer(link: socket.socket, received: Received) -> None:
        link.sendall(head)
        while not over.is_set():
            link.sendall(b"a" * 10_000)

    return answer


def dripping(text: bytes, over: Event) -> Answer:
    def answer(link: socket.socket, received: Received) -> None:
        for byte in text:
            link.sendall(bytes([byte]))
            if over.wait(0.05):
                return

    return answer


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFFFF\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -7\r\n\r\n",
    ],
)
def test_an_endless_body_is_left_after_some_kilobytes(head: bytes) -> None:
    over = Event()
    began = time.monotonic()
    with receiving(endless(head, over)) as receiver:
        assert call(receiver.url(), limits=Limits(total=30)) == 200
        over.set()
    assert time.monotonic() - began < 10


def test_an_answer_that_drips_ends_with_the_time() -> None:
    over = Event()
    began = time.monotonic()
    with receiving(dripping(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 1_000, over)) as receiver:
        with pytest.raises(NotPosted, match="No answer within 1 seconds"):
            call(receiver.url())
        over.set()
    assert time.monotonic() - began < 5


def test_a_body_that_drips_after_the_status_does_not_matter() -> None:
    over = Event()
    with receiving(dripping(b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 1_000, over)) as receiver:
        assert call(receiver.url(), limits=Limits(total=30)) == 200
        over.set()


def test_silence_ends_with_the_time() -> None:
    over = Event()

    def silent(link: socket.socket, received: Received) -> None:
        over.wait()

    with receiving(silent) as receiver:
        with pytest.raises(NotPosted, match="No answer within 1 seconds"):
            call(receiver.url())
        over.set()


def test_a_name_server_that_says_nothing_ends_with_the_time() -> None:
    over = Event()

    def slow(host: str, port: int) -> Sequence[Address]:
        over.wait()
        return []

    with pytest.raises(NotPosted, match="not found within 0"):
        call("http://ci.example.org/", resolve=slow)
    over.set()


def test_an_unknown_name_is_said() -> None:
    def unknown(host: str, port: int) -> Sequence[Address]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(NotPosted, match="The host name was not found"):
        call("http://ci.example.org/", resolve=unknown)
    with pytest.raises(NotPosted, match="no address"):
        call("http://ci.example.org/", resolve=leading_to())


# --- Where a name leads


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "169.254.169.254"]
)
def test_a_name_that_leads_inside_is_not_called(address: str) -> None:
    with receiving() as receiver, pytest.raises(NotPosted, match="Not sent: the host is"):
        call(f"http://ci.example.org:{receiver.port}/", resolve=leading_to(address), private=False)
    assert receiver.received == []


def test_one_bad_address_among_good_ones_is_enough_to_refuse() -> None:
    with receiving() as receiver, pytest.raises(NotPosted, match="link-local"):
        call(f"http://ci.example.org:{receiver.port}/", resolve=leading_to(HERE, "169.254.169.254"))
    assert receiver.received == []


def test_the_name_is_looked_up_once_and_that_address_is_called() -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[Address]:
        """Harmless when it is checked, and the metadata service for whoever asks again."""
        asked.append(host)
        return [HERE if len(asked) == 1 else ipaddress.ip_address("169.254.169.254")]

    with receiving() as receiver:
        url = f"http://rebinding.example.org:{receiver.port}/"
        assert call(url, resolve=rebinding) == 204
        assert asked == ["rebinding.example.org"]
        with pytest.raises(NotPosted, match="link-local"):
            call(url, resolve=rebinding)
    assert len(receiver.received) == 1


def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    with receiving() as receiver:
        url = f"http://ci.example.org:{receiver.port}/"
        assert call(url, resolve=leading_to("127.0.0.9", HERE)) == 204


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as proxy, receiving() as receiver:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url("/"))
        assert call(receiver.url()) == 204
    assert proxy.received == []
    assert len(receiver.received) == 1


# --- TLS


def test_tls_is_of_the_name_though_the_address_is_called(tmp_path: Path) -> None:
    with receiving(tls=certified("ci.example.org", tmp_path)) as receiver:
        trusting = ssl.create_default_context(cafile=tmp_path / "ca.pem")
        url = f"https://ci.example.org:{receiver.port}/hook"
        assert call(url, resolve=leading_to(HERE), tls=trusting) == 204
    assert receiver.received[0].headers["host"] == f"ci.example.org:{receiver.port}"


def test_a_certificate_of_another_name_is_not_accepted(tmp_path: Path) -> None:
    with receiving(tls=certified("other.example.org", tmp_path)) as receiver:
        trusting = ssl.create_default_context(cafile=tmp_path / "ca.pem")
        url = f"https://ci.example.org:{receiver.port}/hook"
        with pytest.raises(NotPosted, match="certificate was not accepted: Hostname mismatch"):
            call(url, resolve=leading_to(HERE), tls=trusting)
    assert receiver.received == []


def test_a_certificate_of_an_unknown_authority_is_not_accepted(tmp_path: Path) -> None:
    with receiving(tls=certified("ci.example.org", tmp_path)) as receiver:
        url = f"https://ci.example.org:{receiver.port}/hook"
        with pytest.raises(NotPosted, match="certificate was not accepted"):
            call(url, resolve=leading_to(HERE))
    assert receiver.received == []


def test_plain_http_on_a_tls_port_fails_with_words() -> None:
    with receiving(saying(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as receiver, pytest.raises(NotPosted):
        call(f"https://ci.example.org:{receiver.port}/", resolve=leading_to(HERE))
