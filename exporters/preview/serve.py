"""The page, served to this machine alone, and built anew when a file of the bank changes."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, ClassVar

from markscheme.bank.banks import read_bank
from markscheme.bank.problems import BankError, Place, fail
from markscheme.exporters.preview.page import Settings, describe_bank, page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from markscheme.bank.problems import Problem

HOST = "127.0.0.1"
FIRST_PORT = 8000
_PORTS_TRIED = 50
_PAUSE = 0.5
_LIFE = blake2b(str(time.time_ns()).encode(), digest_size=4).hexdigest()
"""Tells this process from an earlier one, whose page may still be open."""


@dataclass(frozen=True, slots=True)
class Built:
    """A page and its version."""

    page: bytes
    version: str
    problems: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the page comes from.

    Attributes
    ----------
    seed
        The seed of the draws; None for the bank's own, which may change while the page is served.
    """

    folder: Path
    only: Sequence[str] = ()
    allow_code: bool = False
    seed: int | None = None
    draws: int = 5
    student: bool = False

    def build(self) -> Built:
        """Build the page; what is wrong with the bank is shown in it."""
        described: dict[str, Any] = {"title": "", "student": self.student, "questions": [], "pictures": {}}
        problems: list[Problem] = []
        try:
            bank = read_bank(self.folder, self.only, allow_code=self.allow_code)
            seed = bank.spec.seed if self.seed is None else self.seed
            settings = Settings(seed=seed, draws=self.draws, student=self.student)
            described, problems = describe_bank(bank, settings, lambda _question: None)
        except BankError as error:
            problems = list(error.problems)
        except OSError as error:  # a picture has gone since the bank was read
            problems = [*fail(Place(str(error.filename or self.folder)), "E601", f"{error.strerror or error}").problems]
        plain = page(described, problems=problems)
        version = _LIFE + blake2b(plain, digest_size=8).hexdigest()
        return Built(page(described, problems=problems, version=version), version, len(problems))

    def signature(self) -> frozenset[tuple[str, int, int]]:
        """Return what changes when a file does: times and sizes of all files that are not hidden."""
        found = []
        for where, folders, names in os.walk(self.folder):
            folders[:] = [name for name in folders if not name.startswith((".", "__pycache__"))]
            for name in names:
                path = os.path.join(where, name)  # noqa: PTH118 - walked twice a second
                try:
                    state = os.stat(path)  # noqa: PTH116
                except OSError:
                    continue  # it has just gone
                if not name.startswith("."):
                    found.append((path, state.st_mtime_ns, state.st_size))
        return frozenset(found)


class Server(ThreadingHTTPServer):
    """Serves one page; the newest build."""

    daemon_threads = True
    allow_reuse_address = os.name != "nt"  # Windows would let two servers share a port

    def __init__(self, port: int, built: Built) -> None:
        super().__init__((HOST, port), _Handler)
        self.built = built

    @property
    def address(self) -> str:
        """The address of the page."""
        return f"http://{HOST}:{self.server_port}/"

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that a request may name; any other is a site that took our address for its own."""
        return frozenset(f"{host}:{self.server_port}" for host in (HOST, "localhost"))

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: browsers break connections off as they like."""


class _Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = 20
    server_version = "markscheme"
    sys_version = ""
    kinds: ClassVar[dict[str, str]] = {"/": "text/html", "/version": "text/plain"}

    def do_GET(self) -> None:
        """Send the page or its version."""
        path = self.path.partition("?")[0]
        if self.headers.get("Host", "").lower() not in self.server.hosts:
            self.send_error(403, "Foreign host")
            return
        if path not in self.kinds:
            self.send_error(404)
            return
        built = self.server.built
        content = built.page if path == "/" else built.version.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{self.kinds[path]}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("X-Frame-Options", "DENY")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the form of http.server
        """Say nothing."""


def open_server(port: int | None, built: Built) -> Server:
    """Return a server on a port; without one, on 8000 or the next that is free.

    Raises
    ------
    BankError
        If the port cannot be used.
    """
    ports = range(FIRST_PORT, FIRST_PORT + _PORTS_TRIED) if port is None else (port,)
    reason = ""
    for candidate in ports:
        try:
            return Server(candidate, built)
        except OSError as error:
            reason = error.strerror or str(error)
    where = f"port {port}" if port is not None else f"ports {ports[0]} to {ports[-1]}"
    raise fail(Place(HOST), "X801", f"cannot be served on {where}: {reason}", "name another with --port")


def serve(source: Source, port: int | None, say: Callable[[str], object], stop: Event | None = None) -> None:
    """Serve the page until the program is interrupted or `stop` is set.

    Raises
    ------
    BankError
        If the port cannot be used.
    """
    stop = stop or Event()
    signature = source.signature()
    server = open_server(port, source.build())
    Thread(target=server.serve_forever, args=(_PAUSE,), daemon=True).start()
    try:
        say(f"Preview at {server.address} (Ctrl-C ends it){_with(server.built.problems)}")
        while not stop.wait(_PAUSE):
            now = source.signature()
            if now != signature:
                signature = now
                server.built = source.build()
                say(f"{time.strftime('%H:%M:%S')} built anew{_with(server.built.problems)}")
    finally:
        server.shutdown()
        server.server_close()


def _with(problems: int) -> str:
    return f", with {problems} problem{'s' * (problems != 1)}" if problems else ""
