"""The page in a browser: what is typed earns there what the author says, and shows what he tells."""

import base64
import hashlib
import html
import json
import re
import shutil
import subprocess
from fractions import Fraction

import pytest

from markscheme.bank.sampling import Sampler
from markscheme.bank.text.mathml import MATHML
from markscheme.exporters.submissions import submissions

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")

# A script of the test's own, which the test allows in the page's policy. It hands in answers and notes what it reads.
HARNESS = """
addEventListener("load", () => setTimeout(async () => {
  const out = [], problems = [];
  document.addEventListener("securitypolicyviolation", (event) => problems.push(event.violatedDirective));
  addEventListener("error", (event) => problems.push(event.message));
  const all = (where, what) => [...where.querySelectorAll(what)];
  // Browsers stop a page that goes to many fragments quickly; the same one is only drawn anew.
  const go = (hash) => new Promise((done) => {
    addEventListener("hashchange", done, { once: true });
    if (location.hash === hash) dispatchEvent(new Event("hashchange"));
    else location.hash = hash;
  });
  function hand(answer, field) {
    if (answer === null || answer === undefined) return;
    if (field.localName === "input" || field.localName === "textarea") field.value = answer;
    else if (field.localName === "select") {
      const named = [...field.options].findIndex((option) => option.text === answer);
      field.selectedIndex = typeof answer === "number" ? answer + 1 : named;
    } else for (const index of [answer].flat()) all(field, "input")[index].click();
  }
  function arrange(list, wanted) {
    wanted.forEach((text, place) => {
      const row = [...list.children].find((each) => each.querySelector(".text").innerHTML === text);
      for (let at = [...list.children].indexOf(row); at > place; at -= 1) row.querySelector("button").click();
    });
  }
  for (const task of TASKS) {
    await go("#" + task.variant);
    const main = document.querySelector("main");
    const fields = all(main, ".draw > .text input[type=text], .draw select, .draw textarea, .options, ol.order");
    fields.filter((field) => field.localName !== "ol").forEach((field, i) => hand(task.answers[i], field));
    if (task.order) arrange(main.querySelector("ol.order"), task.order);
    all(main, ".buttons button").forEach((button) => button.click());
    out.push({
      count: fields.length,
      result: main.querySelector(".result").textContent,
      total: main.querySelector(".total").textContent,
      feedback: all(main, ".verdict .text").map((each) => each.textContent),
      key: main.querySelector(".keypanel").textContent,
      name: document.querySelector(".draws select").value, wide: document.documentElement.scrollWidth > innerWidth,
      width: innerWidth,
      unnamed: all(document, "main input, main select, main textarea, main button").filter((each) =>
        !each.labels?.length && !each.ariaLabel && !each.textContent && !each.getAttribute("aria-labelledby")).length,
    });
  }
  parent.postMessage("RESULT" + JSON.stringify({ out, problems }) + "END", "*");
}, 0));
"""

# The page stands in a frame, since a window of Chromium's is no narrower than 500 px.
FRAME = """<!DOCTYPE html><title>frame</title><iframe src="page.html" width="{width}" height="800"></iframe>
<script>addEventListener("message", (event) => {{ document.body.textContent = event.data; }});</script>"""


def run(text, tasks, tmp_path, width=1000):
    script = HARNESS.replace("TASKS", json.dumps(tasks).replace("<", "\\u003c"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    text = text.replace("script-src '", f"script-src 'sha256-{digest}' '", 1)
    path = tmp_path / "page.html"
    path.write_text(text.replace("</body>", f"<script>{script}</script></body>"), encoding="utf-8")
    frame = tmp_path / "frame.html"
    frame.write_text(FRAME.format(width=width), encoding="utf-8")
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}",
               "--window-size=1100,900", "--virtual-time-budget=20000", "--dump-dom", frame.as_uri()]  # fmt: skip
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    found = re.search("RESULT({.*})END", ended.stdout, re.DOTALL)
    assert found, ended.stdout[-2000:] + ended.stderr[-2000:]
    told = json.loads(html.unescape(found[1]))
    assert told["problems"] == []
    return told["out"]


def tasks_of(bank):
    """Return what is handed in, with the share of the marks that it must earn."""
    for question in bank.questions:
        for solved, _ in Sampler(question, 7).solved(2):
            variant = solved.word(MATHML)
            yield from ((variant, submission) for submission in submissions(variant))


def as_task(variant, submission):
    from markscheme.bank.variants import OrderResponse

    ordered = [response for response in variant.responses if isinstance(response, OrderResponse)]
    count = len(ordered[0].items) if ordered else 0
    answers = list(submission.answers)
    order = None
    if count:  # the last answers say at which place each item, in the right order, is put
        places, answers = answers[-count:], answers[:-count]
        texts = [re.sub(r' xmlns="[^"]*"', "", item.markup) for item in ordered[0].items]
        assert sorted(places) == [str(place + 1) for place in range(count)]
        order = [text for _, text in sorted(zip(map(int, places), texts, strict=True))]
    return {"variant": variant.id, "answers": answers, "order": order}


def test_every_submission_earns_in_the_browser_what_the_author_says(bank, built, tmp_path):
    pairs = [pair for pair in tasks_of(bank) if pair[1].fraction is not None]
    results = run(built, [as_task(*pair) for pair in pairs], tmp_path)
    assert len(pairs) > 80
    for (variant, submission), result in zip(pairs, results, strict=True):
        assert result["name"] == variant.id
        earned = float(submission.fraction * Fraction(variant.marks))
        total = re.match(r"Total: ([\d.]+) of", result["total"])[1]
        assert float(total) == pytest.approx(earned, abs=0.006), f"{variant.id} {submission} {result}"
        assert result["unnamed"] == 0


def test_key_feedback_and_rubric_are_shown_and_a_person_marks_essays(built, tmp_path):
    comma, _, essay = run(built, [
        {"variant": "a-number.7.1", "answers": ["3,5", "x"], "order": None},
        {"variant": "a-matrix.7.1", "answers": [" \u2212 12 "] * 25, "order": None},
        {"variant": "an-essay.7.1", "answers": ["words"], "order": None},
    ], tmp_path)  # fmt: skip
    assert "not a comma" in comma["result"]
    assert "not a number" in comma["result"]
    assert "0.855 to 0.865" in comma["key"]
    assert "minus-mistake" in comma["key"]
    assert "worked solution" in comma["key"]
    assert "For the marker" in essay["key"]
    assert "Rubric line one" in essay["key"]
    assert essay["key"].count("The model answer") == 1
    assert "A person marks this" in essay["result"]


@pytest.mark.parametrize("width", [320, 360, 500])
def test_nothing_widens_the_page_in_a_narrow_window(width, bank, built, tmp_path):
    variants = [f"{question.id}.7.1" for question in bank.questions]
    results = run(built, [{"variant": each, "answers": [], "order": None} for each in variants], tmp_path, width)
    assert [result["name"] for result in results if result["wide"]] == []
    assert {result["width"] for result in results} == {width}
    assert max(result["count"] for result in results) == 25
