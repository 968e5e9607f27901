"""A receiver of webhooks on this machine: a real server, which keeps what it was sent and answers as it is told."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TypeAlias

NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"


@dataclass(frozen=True)
class Received:
    line: str
    headers: dict[str, str]
    body: bytes


# Writes the answer to what was received; the connection is closed after it.
Answer: TypeAlias = Callable[[socket.socket, Received], None]


def saying(answer: bytes) -> Answer:
    return lambda link, received: link.sendall(answer)


def status(number: int, *headers: str) -> Answer:
    return saying("\r\n".join([f"HTTP/1.1 {number} So", *headers, "Content-Length: 0", "", ""]).encode())


@dataclass
class Receiver:
    port: int
    # Used up one after the other; the last one stays.
    answers: list[Answer] = field(default_factory=lambda: [saying(NO_CONTENT)])
    received: list[Received] = field(default_factory=list)
    is_over: Event = field(default_factory=Event)

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def next_answer(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def receiving(*answers: Answer, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        receiver = Receiver(port=server.getsockname()[1])
        if answers:
            receiver.answers = list(answers)
        threads: list[Thread] = []

        def accept() -> None:
            while True:
                link, _ = server.accept()
                if receiver.is_over.is_set():
                    link.close()
                    return
                threads.append(Thread(target=serve, args=(receiver, link, tls)))
                threads[-1].start()

        accepting = Thread(target=accept)
        accepting.start()
        try:
            yield receiver
        finally:
            receiver.is_over.set()
            socket.create_connection(("127.0.0.1", receiver.port)).close()
            for thread in [accepting, *threads]:
                thread.join()


def serve(receiver: Receiver, link: socket.socket, tls: ssl.SSLContext | None) -> None:
    # Whoever called may hang up at any moment.
    with suppress(OSError), link:
        if tls is None:
            take(receiver, link)
        else:
            with tls.wrap_socket(link, server_side=True) as secured:
                take(receiver, secured)


def take(receiver: Receiver, link: socket.socket) -> None:
    received = read_request(link)
    receiver.received.append(received)
    receiver.next_answer()(link, received)


def read_request(link: socket.socket) -> Received:
    with link.makefile("rb") as stream:
        line = stream.readline().decode("latin-1").strip()
        headers = dict[str, str]()
        while header := stream.readline().decode("latin-1").strip():
            name, _, value = header.partition(": ")
            headers[name.lower()] = value
        return Received(line, headers, stream.read(int(headers.get("content-length", 0))))
