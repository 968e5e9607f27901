"""Signatures, checked against the published vector and computed again in another way."""

import base64
import subprocess
import uuid

from hypothesis import given
from hypothesis import strategies as st

from annotator.webhooks.signing import derived_secret, signature, signed_headers

ENDPOINT = uuid.UUID("7f6b1c0e-52ad-4f0e-9a51-5bb2a3a3f7c9")


def test_the_published_example_of_the_specification_comes_out() -> None:
    # The vector that the specification's reference libraries test with.
    assert (
        signature(
            secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            webhook_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp=1614265330,
            body=b'{"test": 2432232314}',
        )
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_openssl_computes_the_same() -> None:
    secret = derived_secret(server_key="a key", endpoint=ENDPOINT, number=1)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    ours = signature(secret=secret, webhook_id="one", timestamp=7, body=b'{"a":1}')
    command = ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key.hex()}", "-binary"]
    theirs = subprocess.run(command, input=b'one.7.{"a":1}', capture_output=True, check=True).stdout
    assert ours == f"v1,{base64.b64encode(theirs).decode()}"


@given(body=st.binary(max_size=200), other=st.binary(max_size=200))
def test_another_body_has_another_signature(body: bytes, other: bytes) -> None:
    secret = derived_secret(server_key="a key", endpoint=ENDPOINT, number=1)
    same = signature(secret=secret, webhook_id="one", timestamp=7, body=body) == signature(
        secret=secret, webhook_id="one", timestamp=7, body=other
    )
    assert same == (body == other)


def test_a_secret_belongs_to_one_server_one_endpoint_and_one_number() -> None:
    secrets = {
        derived_secret(server_key=key, endpoint=endpoint, number=number)
        for key in ("a key", "another")
        for endpoint in (ENDPOINT, uuid.UUID(int=7))
        for number in (1, 2)
    }
    assert len(secrets) == 8
    assert all(len(base64.b64decode(secret.removeprefix("whsec_"))) == 32 for secret in secrets)
    assert derived_secret(server_key="a key", endpoint=ENDPOINT, number=1) in secrets


def test_two_secrets_sign_side_by_side() -> None:
    secrets = [derived_secret(server_key="a key", endpoint=ENDPOINT, number=number) for number in (2, 1)]
    headers = signed_headers(secrets=secrets, webhook_id="one", timestamp=7, body=b"{}")
    assert headers["webhook-signature"].split(" ") == [
        signature(secret=secret, webhook_id="one", timestamp=7, body=b"{}") for secret in secrets
    ]
