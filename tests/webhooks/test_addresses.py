"""Which URLs and addresses may be called."""

import ipaddress
import re
import string
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from annotator.webhooks.addresses import BadUrl, exact_host, literal_address, read_url, why_not


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://ci.example.org", "https://ci.example.org/"),
        ("HTTPS://CI.Example.org:443/Hook?Run=1", "https://ci.example.org/Hook?Run=1"),
        ("http://ci.example.org:80/", "http://ci.example.org/"),
        ("https://ci.example.org:8443/a@b", "https://ci.example.org:8443/a@b"),
        ("https://ci.example.org?x=1", "https://ci.example.org/?x=1"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/"),
        ("https://[2001:4860:4860:0:0:0:0:8888]/", "https://[2001:4860:4860::8888]/"),
    ],
)
def test_a_url_is_kept_in_one_way_of_writing(text: str, kept: str) -> None:
    assert read_url(text).url == kept
    assert read_url(kept).url == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ci.example.org",
        "//ci.example.org/",
        "ftp://ci.example.org/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "https:///hook",
        "https://user@ci.example.org/",
        "https://ci.example.org:x@169.254.169.254/",
        "https://ci.example.org#@169.254.169.254/",
        "https://ci.example.org/#fragment",
        "https://ci.example.org\\@169.254.169.254/",
        "https://ci.example.org\\.evil.example/",
        "https://169.254.169.254%2f.example.org/",
        "https://[::1%25lo]/",
        "https://[::1",
        "https://[v1.a]/",
        "https://::1/",
        "https://ci.example.org./",
        "https://.example.org/",
        "https://ci..example.org/",
        "https://*.example.org/",
        "https://ci_host.example.org/",
        "https://-ci.example.org/",
        f"https://{'a' * 64}.example.org/",
        "https://ci.example.org:0/",
        "https://ci.example.org:65536/",
        "https://ci.example.org:-1/",
        "https://ci.example.org:８０/",
        "https://ci.example.org:443:443/",
        "https://ci.example.org/a b",
        "https://ci.example.org/\r\nHost: evil.example",
        "https://ci.example.org/\0",
        "https://ci.example.org\n/",
        "https://ci.example.org/\n",
        " https://ci.example.org/",
        "https://ci.example.org/ä",
        # One number, or fewer than four, or octal: addresses to `inet_aton` and to browsers.
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://127.1/",
        "http://0177.0.0.1/",
        "http://127.0.0.01/",
        "http://1.2.3.4.5/",
        "http://256.0.0.1/",
        # What IDNA of 2003 makes another host of.
        "http://①②⑦.⓪.⓪.①/",
        "http://127。0。0。1/",
        "https://straße.example/",
        "https://ＣＩ.example.org/",
        "https://\u212ai.example.org/",
        "https://ci\u200b.example.org/",
        "https://" + "a" * 2000,
    ],
)
def test_a_url_that_anything_could_read_otherwise_is_refused(text: str) -> None:
    with pytest.raises(BadUrl):
        read_url(text)


NASTY = st.text(
    alphabet=st.one_of(
        st.sampled_from("@:/?#[]\\%.。．｡\r\n\t \0-_*0x17ab" + "ßſK①Ａ\u200b\u202e"),
        st.sampled_from(string.ascii_letters + string.digits),
        st.characters(),
    ),
    max_size=40,
)


@given(scheme=st.sampled_from(["https", "http", "HtTp", "ftp", ""]), separator=st.just("://"), rest=NASTY)
@example(scheme="https", separator="://", rest="a:80@b/")
def test_what_is_accepted_is_plain_and_read_alike_by_others(scheme: str, separator: str, rest: str) -> None:
    try:
        target = read_url(scheme + separator + rest)
    except BadUrl:
        return
    assert target.scheme in {"http", "https"}
    assert re.fullmatch(r"[!-~]+", target.url)
    assert read_url(target.url) == target
    others = urlsplit(target.url)
    assert (others.scheme, others.username, others.password, others.fragment) == (
        target.scheme,
        None,
        None,
        "",
    )
    assert others.hostname == target.host.strip("[]")
    assert (others.port or {"https": 443, "http": 80}[target.scheme]) == target.port
    assert exact_host(target.host) == target.host


@given(st.text(alphabet="0123456789abcdefx.", min_size=1, max_size=20))
def test_a_host_that_inet_aton_reads_is_an_address_in_full(text: str) -> None:
    try:
        host = exact_host(text)
    except BadUrl:
        return
    last = host.rpartition(".")[2]
    if last.isdigit() or last.startswith("0x"):
        assert str(ipaddress.IPv4Address(text)) == host
        assert literal_address(host) == ipaddress.IPv4Address(host)
    else:
        assert literal_address(host) is None


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0",
        "::",
        "169.254.169.254",
        "169.254.170.2",
        "fe80::1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "224.0.0.1",
        "ff02::1",
        "239.255.255.255",
        "255.255.255.255",
        "240.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "203.0.113.9",
        "192.88.99.1",
        "::127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:0.0.0.0",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::7f00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "2001:db8::1",
        "3fff::1",
        "fec0::1",
        "5f00::1",
        "100::1",
    ],
)
def test_an_address_that_is_nobodys_own_is_never_called(text: str) -> None:
    assert why_not(ipaddress.ip_address(text), allows_private=False)
    assert why_not(ipaddress.ip_address(text), allows_private=True)


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "127.255.255.254",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "::1",
        "fd12::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::10.0.0.1",
    ],
)
def test_a_private_address_is_called_only_where_that_was_allowed(text: str) -> None:
    assert why_not(ipaddress.ip_address(text), allows_private=False) == "a loopback or private address"
    assert why_not(ipaddress.ip_address(text), allows_private=True) == ""


@pytest.mark.parametrize(
    "text", ["8.8.8.8", "172.32.0.1", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]
)
def test_a_public_address_is_called(text: str) -> None:
    assert why_not(ipaddress.ip_address(text), allows_private=False) == ""


@given(st.ip_addresses())
def test_what_is_not_global_is_never_called_unless_it_carries_another_address(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if not why_not(address, allows_private=False):
        assert address.is_global or getattr(address, "ipv4_mapped", None) is not None
    if not why_not(address, allows_private=True):
        assert not address.is_multicast
        assert not address.is_unspecified
        assert not address.is_link_local
