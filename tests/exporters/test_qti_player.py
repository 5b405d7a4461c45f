"""Items in a player of others: what is answered there earns what the author says.

The player is qti-components (npm `@citolab/qti-components`), which is not ours to ship. It is looked for in
MARKSCHEME_QTI_COMPONENTS, the folder of the package, else in `node_modules` of the project; the tests say so where it
or Chromium is not there. Nothing leaves the machine: a server on the loopback address has the player and the items.
"""

import html
import http.server
import io
import json
import os
import re
import shutil
import subprocess
import threading
import zipfile
from pathlib import Path

import pytest

from markscheme.bank.banks import read_bank
from markscheme.bank.sampling import Sampler
from markscheme.exporters import FORMATS
from markscheme.exporters.qti.grade import _handed_in
from markscheme.exporters.roundtrip import _places, exported
from markscheme.exporters.submissions import submissions

ROOT = Path(__file__).parent.parent.parent
PLAYER = Path(os.environ.get("MARKSCHEME_QTI_COMPONENTS", ROOT / "node_modules" / "@citolab" / "qti-components"))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FORM = FORMATS.get("qti30")
BANK = read_bank(Path(__file__).parent.parent / "types")

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
    pytest.mark.skipif(not (PLAYER / "cdn" / "index.js").is_file(), reason="qti-components is not here"),
]

# Elements of QTI are the player's custom elements; those of other namespaces, such as MathML, stay what they are.
PAGE = """<!DOCTYPE html><title>player</title><script type="module">
import "/player/cdn/index.js";
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
function built(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return document.createTextNode(node.nodeValue ?? "");
  const space = node.namespaceURI.includes("imsglobal") ? document.documentElement.namespaceURI : node.namespaceURI;
  const made = document.createElementNS(space, node.localName);
  for (const one of node.attributes) if (!one.name.startsWith("xmlns")) made.setAttribute(one.localName, one.value);
  made.append(...[...node.childNodes].map(built));
  return made;
}
async function played(task) {
  const root = new DOMParser().parseFromString(task.item, "application/xml").documentElement;
  const holder = document.createElement("qti-item"), container = document.createElement("item-container");
  const ready = new Promise((done) => holder.addEventListener("qti-assessment-item-connected", (e) => done(e.detail)));
  const fragment = document.createDocumentFragment();
  fragment.append(built(root));
  container.itemDoc = fragment;
  holder.append(container);
  document.body.replaceChildren(holder);
  const item = await ready;
  await wait(100);
  const scores = [];
  for (const values of task.answers) {
    item.variables = Object.entries(values).map(([identifier, value]) => ({ identifier, value, type: "response" }));
    await wait(20);
    item.processResponse(true, false);
    await wait(20);
    scores.push(item._context.variables.find((one) => one.identifier === "SCORE").value);
  }
  const seen = [...item.querySelectorAll("math")].filter((one) => one.getBoundingClientRect().width);
  return { scores, maths: seen.length };
}
const tasks = await (await fetch("/tasks.json")).json(), told = [];
for (const task of tasks) told.push(await played(task).catch((error) => ({ error: String(error) })));
document.body.textContent = "RESULT" + JSON.stringify(told) + "END";
</script>"""


def tasks() -> list[dict]:
    """Return items with answers, as a player takes them, and the marks that each must earn."""
    made = []
    for question in BANK.questions:
        variant = next(Sampler(question, 3).variants(1, FORM.target))
        data = exported([variant], FORM)
        read = next(FORM.read(data, "q.zip"))
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            text = archive.read(f"items/{variant.id}.xml").decode()
        # The player takes a part of a text for the whole; so it is asked for the whole without spaces around it.
        every = [one for one in submissions(variant) if one.fraction is not None and "between spaces" not in one.label]
        made.append({
            "id": variant.id,
            "item": text,
            "answers": [values(read, submission) for submission in every],
            "due": [float(submission.fraction) * float(variant.marks) for submission in every],
        })  # fmt: skip
    return made


def values(read, submission) -> dict:
    """Return the value of each response that a submission makes."""
    places = _places(read, submission)
    rest = [answer for _, answer in sorted(zip(places, submission.answers, strict=True), key=lambda one: one[0])]
    made = {}
    for interaction in read.item.interactions:
        own, rest = rest[: interaction.fields], rest[interaction.fields :]
        value = _handed_in(read.item, interaction, own)
        made[interaction.response] = list(value) if isinstance(value, tuple) else value
        if isinstance(value, float):
            made[interaction.response] = f"{value:.12g}"
    return made


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Return the tasks, each with what the player made of it."""
    every = tasks()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            path = self.path.partition("?")[0]
            if path == "/":
                body, kind = PAGE.encode(), "text/html"
            elif path == "/tasks.json":
                body, kind = json.dumps(every).encode(), "application/json"
            else:
                file = (PLAYER / path.removeprefix("/player/")).resolve()
                known = file.is_relative_to(PLAYER.resolve()) and file.is_file()
                body, kind = (file.read_bytes() if known else b""), "text/javascript"
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        command = [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--dump-dom",
            f"--user-data-dir={tmp_path_factory.mktemp('profile')}", "--virtual-time-budget=120000",
            f"http://127.0.0.1:{server.server_address[1]}/",
        ]  # fmt: skip
        ended = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
        server.shutdown()
    found = re.search(r"RESULT(\[.*\])END", ended.stdout, re.DOTALL)
    assert found, ended.stdout[-1000:] + ended.stderr[-1000:]
    return {task["id"]: (task, told) for task, told in zip(every, json.loads(html.unescape(found[1])), strict=True)}


def test_every_answer_to_every_type_earns_what_its_author_said(played):
    assert len(played) == len(BANK.questions)
    differing = {}
    for name, (task, told) in played.items():
        assert "error" not in told, (name, told)
        scores = [float(score or 0) for score in told["scores"]]
        wrong = [
            (answers, due, score)
            for answers, due, score in zip(task["answers"], task["due"], scores, strict=True)
            if abs(score - due) > 0.002  # the player rounds to three decimals
        ]
        if wrong:
            differing[name] = wrong[:3]
    assert differing == {}


def test_formulas_are_seen(played):
    assert sum(told["maths"] for _, told in played.values()) > 10
