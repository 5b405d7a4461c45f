"""Work in processes of our own: tasks go out one by one, results come back in the order of the tasks.

Python's multiprocessing would import a file `multiprocessing.py` of the current folder, which may be somebody else's
bank: its processes begin with that folder in their path. Ours begin with the path of this process, and with nothing
before it.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from contextlib import suppress
from queue import Empty, Queue
from threading import Thread
from typing import IO, TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

R_co = TypeVar("R_co", covariant=True)

_BEGIN = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from markscheme.exporters.processes import serve; serve()"
)
_SIZE = 8
_MOMENT = 0.2


class Report(Protocol):
    """Takes a word on how far the work is."""

    def __call__(self, word: str, /) -> object:
        """Pass it on."""


class Job(Protocol[R_co]):
    """What a process does; it is pickled, and called for each task."""

    def __call__(self, task: Any, report: Report, /) -> R_co:
        """Return the result of a task."""


class BrokenWorkerError(Exception):
    """Raised when a process ends before its work."""


def in_processes(job: Job[R_co], tasks: Sequence[object], workers: int, report: Report) -> Iterator[R_co]:
    """Yield the result of each task, in the order of the tasks.

    Whatever ends the work, an interrupt too, ends the processes.

    Parameters
    ----------
    report
        Is told in this process what a task reports in its own.

    Raises
    ------
    BrokenWorkerError
        If a process ends before its work. What a task raises is raised here as well.
    """
    results: dict[int, R_co] = {}
    team = _Team(job, tasks)
    try:
        team.start(min(workers, len(tasks)))
        for number in range(len(tasks)):
            while number not in results:
                place, kind, value = team.next()
                if kind == "word":
                    report(value)
                elif kind == "result":
                    results[place] = value
                else:
                    raise value
            yield results.pop(number)
    finally:
        team.end()


class _Team:
    """Processes, each with a thread that hands it tasks and takes what it says."""

    def __init__(self, job: object, tasks: Sequence[object]) -> None:
        self.job = job
        self.tasks = tasks
        self.waiting: Queue[int] = Queue()
        self.said: Queue[tuple[int, str, Any]] = Queue()
        self.processes: list[subprocess.Popen[bytes]] = []
        for number in range(len(tasks)):
            self.waiting.put(number)

    def start(self, workers: int) -> None:
        for _ in range(workers):
            process = _process()
            self.processes.append(process)
            Thread(target=self._follow, args=(process,), daemon=True).start()

    def next(self) -> tuple[int, str, Any]:
        while True:
            try:
                return self.said.get(timeout=_MOMENT)  # without one, Windows hears no Ctrl-C
            except Empty:
                continue

    def _follow(self, process: subprocess.Popen[bytes]) -> None:
        number = -1
        try:
            send, receive = process.stdin, process.stdout
            _put(send, self.job)
            while True:
                number = self.waiting.get_nowait()
                _put(send, self.tasks[number])
                kind = "word"
                while kind == "word":
                    kind, value = _take(receive)
                    self.said.put((number, kind, value))
        except Empty:
            pass  # all is done
        except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for this process
            broken = BrokenWorkerError(f"a process ended within task {number + 1}: {error!r}; --workers 1 shows more")
            self.said.put((number, "error", broken))

    def end(self) -> None:
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with suppress(OSError):
                        stream.close()


def _process() -> subprocess.Popen[bytes]:
    """Start a process that a Ctrl-C in the terminal does not meet: this one hears it, and ends the others."""
    alone: dict[str, Any] = {"process_group": 0}
    if sys.platform == "win32":
        alone = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    path = json.dumps([os.path.abspath(folder) for folder in sys.path])  # noqa: PTH100 - it may be a zip, or nothing
    command = [sys.executable, "-P", "-c", _BEGIN, path]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **alone)  # noqa: S603 - it is ourselves


def serve() -> None:
    """Do tasks until there are no more; standard output leads to standard error, and the input is empty."""
    receive, send = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - it is no path of ours
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    try:
        job = _take(receive)
        while True:
            task = _take(receive)
            _put(send, _answer(job, task, lambda word: _put(send, ("word", word))))
    except (EOFError, BrokenPipeError):
        pass  # all is done, or nobody waits any more


def _answer(job: Callable[[Any, Report], object], task: object, report: Report) -> tuple[str, object]:
    try:
        return "result", job(task, report)
    except Exception as error:  # noqa: BLE001 - it is raised again where the result is waited for
        try:
            pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
        except Exception:  # noqa: BLE001 - it cannot be carried over
            return "error", BrokenWorkerError(f"{type(error).__name__}: {error}")
        return "error", error


def _put(stream: IO[bytes] | None, value: object) -> None:
    if stream is None:
        raise EOFError
    data = pickle.dumps(value)
    stream.write(len(data).to_bytes(_SIZE) + data)
    stream.flush()


def _take(stream: IO[bytes] | None) -> Any:
    if stream is None:
        raise EOFError
    head = stream.read(_SIZE)
    if len(head) < _SIZE:
        raise EOFError("it said nothing more")
    return pickle.loads(stream.read(int.from_bytes(head)))  # noqa: S301 - both ends are ours
