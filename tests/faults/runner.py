"""Run the command line in one forked process after another, as ordered: `runner.py DESCRIPTOR BANK`.

Everything is imported once, so that hundreds of real processes take seconds. How the interpreter is started, with what
environment, streams and limits, is the business of the one who starts this.
"""

import gc
import importlib
import json
import os
import resource
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

from markscheme.bank.banks import read_bank
from markscheme.cli import main
from markscheme.exporters.preview.serve import Source
from markscheme.exporters.validation import Plan, verdicts

LATE = ("bank.manual", "bank.show", "exporters.export", "exporters.verification")


def warm_up(bank: str) -> None:
    """Import and compile what is imported and compiled at first use."""
    for module in (*(f"markscheme.{name}" for name in LATE), "rich.progress", "rich.table"):
        importlib.import_module(module)
    Source(folder=Path(bank)).build()
    for _ in verdicts(read_bank(Path(bank)), Plan(seed=1, count=1), lambda _question: None):
        pass


MOMENTS = ("open", "os.", "shutil.", "tempfile.", "fcntl.")


def run(order: dict) -> None:
    """Be the command line, with what is to go wrong."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, path in order.get("streams", {}).items():
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        os.dup2(opened, int(number))
        if opened != int(number):
            os.close(opened)
    if "largest" in order:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["largest"], order["largest"]))
    if "current" in order:
        leave(order["current"])
    if "die_at" in order:
        sys.addaudithook(killer(order["die_at"], order["within"]))
    sys.argv = ["markscheme", *order["words"]]
    main()


def leave(name: str) -> None:
    """Go to a folder that is no more."""
    Path(name).mkdir()
    os.chdir(name)
    Path.cwd().rmdir()


def killer(moment: int, within: str):
    """Return a hook that kills this process before its n-th operation on files in a folder."""
    left = [moment]

    def see(event: str, values: tuple) -> None:
        if event.startswith(MOMENTS) and any(within in str(value) for value in values):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return see


def send_signals(child: int, order: dict) -> None:
    """Send signals after so many seconds each."""
    for name, seconds in order.get("signals", ()):
        time.sleep(seconds)
        with suppress(ProcessLookupError):
            os.kill(child, getattr(signal, name))


def serve(orders: socket.socket) -> None:
    """Run what is ordered until the other side closes."""
    gc.freeze()
    with orders.makefile("rw", encoding="utf-8", errors="surrogateescape") as lines:
        lines.write("ready\n")
        lines.flush()
        for line in iter(lines.readline, ""):
            order = json.loads(line)
            started = time.perf_counter()
            if (child := os.fork()) == 0:
                orders.detach()
                run(order)
                return
            send_signals(child, order)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            lines.write(json.dumps([code, time.perf_counter() - started]) + "\n")
            lines.flush()


warm_up(sys.argv[2])
with socket.socket(fileno=int(sys.argv[1])) as ordered:
    serve(ordered)
