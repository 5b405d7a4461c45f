"""The server: this machine alone, one page, built anew when a file changes."""

import http.client
import json
import re
import threading
import time

import pytest

from markscheme.bank.problems import BankError
from markscheme.exporters.preview.serve import Source, open_server, serve


def get(server, path, host=None, method="GET"):
    connection = http.client.HTTPConnection("127.0.0.1", server, timeout=5)
    try:
        connection.request(method, path, headers={"Host": host or f"127.0.0.1:{server}"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.headers
    finally:
        connection.close()


def data_of(text):
    return json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])


@pytest.fixture
def served(sum_bank):
    """Serve a bank; return its port and folder."""
    said, stop = [], threading.Event()
    source = Source(folder=sum_bank, draws=2)
    probe = open_server(0, source.build())
    port = probe.server_port
    probe.server_close()
    thread = threading.Thread(target=serve, args=(source, port, said.append, stop), daemon=True)
    thread.start()
    wait_for(lambda: said)
    yield port, sum_bank
    stop.set()
    thread.join(5)
    assert not thread.is_alive()


def wait_for(condition):
    end = time.monotonic() + 10
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in ten seconds")


def test_changed_file_makes_a_new_version_and_problems_are_shown_until_they_are_mended(served):
    port, folder = served
    status, text, headers = get(port, "/")
    first = get(port, "/version")[1]
    assert status == 200
    assert data_of(text)["version"] == first
    assert data_of(text)["questions"][0]["title"] == "Sum of two numbers"
    assert "connect-src 'self'" in text
    assert headers["Cache-Control"] == "no-store"

    path = folder / "topic" / "sum.yaml"
    sound = path.read_text(encoding="utf-8")
    path.write_text(sound.replace("title:", "tittle:"), encoding="utf-8")
    second = wait_for(lambda: (v := get(port, "/version")[1]) != first and v)
    (problem,) = [each for each in data_of(get(port, "/")[1])["problems"] if each["code"] == "E102"]
    assert re.search(r"sum\.yaml:2:1$", problem["place"])

    path.write_text(sound.replace("Sum of", "Total of"), encoding="utf-8")
    wait_for(lambda: get(port, "/version")[1] != second)
    told = data_of(get(port, "/")[1])
    assert told["problems"] == []
    assert told["questions"][0]["title"] == "Total of two numbers"


def test_only_the_page_and_its_version_are_served_and_only_to_this_host(served):
    port, _ = served
    assert get(port, "/", host="evil.example")[0] == 403
    assert get(port, "/version", host=f"evil.example:{port}")[0] == 403
    assert get(port, "/", host="127.0.0.1")[0] == 403
    assert get(port, "/", host=f"localhost:{port}")[0] == 200
    for path in ("/bank.yaml", "/topic/sum.yaml", "/../bank.yaml"):
        assert get(port, path)[0] == 404
    assert get(port, "/", method="POST")[0] == 501


def test_taken_port_is_a_problem_with_a_hint_but_the_next_one_is_tried_where_none_is_named(sum_bank):
    built = Source(folder=sum_bank).build()
    first = open_server(None, built)
    try:
        with pytest.raises(BankError, match="cannot be served on port"):
            open_server(first.server_port, built)
        second = open_server(None, built)
        second.server_close()
        assert second.server_port > first.server_port
        assert first.server_address[0] == "127.0.0.1"
    finally:
        first.server_close()
