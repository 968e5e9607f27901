"""Tells Schemathesis how a body of lines is sent: as the bytes that it is."""

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def as_they_are(context: object, value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode(errors="surrogatepass")
