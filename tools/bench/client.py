"""Load generator: keep-alive connections, each of which sends the next request when the response is complete.

It reads responses from the socket, because `http.client` takes as long as the fastest of the measured views.
"""

import socket
import statistics
import threading
import time
from dataclasses import dataclass

TIMEOUT = 60
PIECE = 65_536


class WrongAnswer(Exception):
    """Response with another status than 200, which makes the measurement meaningless."""


@dataclass(frozen=True)
class Round:
    """Result of one short round: the time of each response and the duration of the round, in seconds."""

    times: list[float]
    seconds: float

    @property
    def per_second(self) -> float:
        return len(self.times) / self.seconds

    @property
    def median(self) -> float:
        return statistics.median(self.times)


class Connection:
    """Connection to a server of this machine, reopened when the server closes it."""

    def __init__(self, port: int, path: str, cookie: str) -> None:
        lines = [f"GET {path} HTTP/1.1", f"Host: localhost:{port}", "Accept: */*"]
        lines += [f"Cookie: {cookie}"] if cookie else []
        self.port, self.path, self.question = port, path, "\r\n".join([*lines, "", ""]).encode()
        self.socket: socket.socket | None = None

    def ask(self) -> int:
        """Sends one request and reads the response. Returns the length of its body. Raises WrongAnswer."""
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT)
        self.socket.sendall(self.question)
        answer = b""
        while (end := answer.find(b"\r\n\r\n")) < 0:
            piece = self.socket.recv(PIECE)
            if not piece:
                raise WrongAnswer(f"{self.path}: the server closed the connection.")
            answer += piece
        status, *lines = answer[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}
        if status.split(" ")[1] != "200" or "content-length" not in headers:
            raise WrongAnswer(f"{self.path} answers {status!r}: there is nothing to measure.")
        length = int(headers["content-length"])
        left = length - (len(answer) - end - 4)
        while left > 0:
            left -= len(self.socket.recv(PIECE)) or left
        if headers.get("connection", "").lower() == "close":
            self.close()
        return length

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def measure(port: int, path: str, *, cookie: str = "", concurrency: int, seconds: float) -> Round:
    """Requests `path` over `concurrency` connections for `seconds`, at least once each. Raises WrongAnswer."""
    times: list[float] = []
    problems: list[Exception] = []
    started = time.perf_counter()

    def work() -> None:
        connection = Connection(port, path, cookie)
        own = []
        try:
            while not own or time.perf_counter() - started < seconds:
                requested_at = time.perf_counter()
                connection.ask()
                own.append(time.perf_counter() - requested_at)
        except (WrongAnswer, OSError) as problem:
            problems.append(problem)
        finally:
            connection.close()
        times.extend(own)

    threads = [threading.Thread(target=work) for _number in range(concurrency)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise WrongAnswer(str(problems[0]))
    return Round(times, time.perf_counter() - started)
