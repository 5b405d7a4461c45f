"use strict";
// The page of a bank. Markup comes from our own renderer, which escapes what authors write; titles, ids, plain choices
// and messages are texts, and only ever become text nodes.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const page = document.getElementById("page");

  // ---- elements -------------------------------------------------------------------------------------------------

  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (value === true) element.setAttribute(key, "");
      else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }

  function markup(source, name = "div") {
    // A template is inert: no picture is loaded before it has its address.
    const template = document.createElement("template");
    template.innerHTML = source;
    for (const image of template.content.querySelectorAll("img")) {
      const address = data.pictures[(image.getAttribute("src") || "").replace(/^picture:/, "")];
      if (address) image.src = address;
      else image.removeAttribute("src");
    }
    for (const link of template.content.querySelectorAll("a[href]")) link.rel = "noopener noreferrer";
    const element = make(name, { class: "text" });
    element.append(template.content);
    for (const wide of element.querySelectorAll("table, pre, math[display=block]")) {
      const box = make(wide.parentElement.closest("p") ? "span" : "div", { class: "wide" });
      wide.replaceWith(box);
      box.append(wide);
    }
    return element;
  }

  // ---- exact numbers --------------------------------------------------------------------------------------------

  const gcd = (a, b) => (b ? gcd(b, a % b) : a < 0n ? -a : a);
  function ratio(over, under = 1n) {
    const common = gcd(over, under) || 1n;
    return { over: over / common, under: under / common };
  }
  function fraction(text) {
    const [over, under] = text.split("/");
    return ratio(BigInt(over), BigInt(under || 1));
  }
  const zero = ratio(0n);
  const one = ratio(1n);
  const plus = (a, b) => ratio(a.over * b.under + b.over * a.under, a.under * b.under);
  const times = (a, b) => ratio(a.over * b.over, a.under * b.under);
  const below = (a, b) => a.over * b.under < b.over * a.under;
  const sum = (all) => all.reduce(plus, zero);
  const part = (count) => ratio(1n, BigInt(count));

  function decimal(text) {
    const found = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text);
    const scale = Number(found[4] || 0) - found[3].length;
    const digits = BigInt(found[1] + (found[2] + found[3] || "0"));
    return scale < 0 ? ratio(digits, 10n ** BigInt(-scale)) : ratio(digits * 10n ** BigInt(scale));
  }

  function shown(number) {
    if (number.under === 1n) return String(number.over);
    const hundredths = (number.over * 1000n) / number.under;
    const text = (Number(hundredths) / 1000).toFixed(2).replace(/\.?0+$/, "");
    return text;
  }

  function marks(number) {
    return `${shown(number)} mark${number.over === number.under ? "" : "s"}`;
  }

  // What is typed is a number in decimal notation, or a sentence about why it is not.
  function typed(value) {
    const text = value.trim().replace(/[\u2212\u2013]/g, "-").replace(/[\s\u00a0]+/g, "");
    if (!text) return { empty: true };
    if (text.includes(",")) return { hint: "Write a point, not a comma, and nothing between thousands." };
    if (text.includes("/")) return { hint: "Write the fraction as a decimal number." };
    if (text.length > 400 || !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/.test(text)) {
      return { hint: "This is not a number." };
    }
    return { number: decimal(text) };
  }

  const within = (number, interval) => !below(number, decimal(interval.low)) && !below(decimal(interval.high), number);

  // ---- fields: each has an element to show, and where keys are known a way to mark it and to show its key ---------

  const counter = { next: 0 };
  const unique = (stem) => `${stem}-${(counter.next += 1)}`;

  function verdict(share, worth, feedback) {
    const earned = times(share, worth);
    const full = !below(share, one);
    const kind = full ? "right" : below(zero, earned) ? "partly" : "wrong";
    const word = full ? "✓ Right" : kind === "partly" ? "◐ Partly right" : "✗ Not right";
    const line = `${word}: ${shown(earned)} of ${marks(worth)}`;
    return { earned, kind, line, feedback: feedback.filter(Boolean) };
  }

  function bracketed(rows, label) {
    const grid = make("span", { class: "grid" });
    const columns = Math.max(...rows.map((row) => row.length));
    grid.style.gridTemplateColumns = `repeat(${columns}, max-content)`;
    grid.append(...rows.flat());
    return make("span", { class: "scroll", role: "group", "aria-label": label, tabindex: rows.flat().length > 4 ? 0 : null },
      make("span", { class: "matrix" }, grid));
  }

  function inRows(items, shape) {
    const columns = shape.length === 2 ? shape[1] : shape.length === 1 ? 1 : items.length;
    const rows = [];
    for (let i = 0; i < items.length; i += columns) rows.push(items.slice(i, i + columns));
    return rows;
  }

  function numbers(texts, shape, label) {
    const cells = texts.map((text) => make("span", { class: "number" }, text.replace(/-/g, "−")));
    return shape.length ? bracketed(inRows(cells, shape), label) : cells[0];
  }

  function numeric(response, name) {
    const isMatrix = response.shape.length > 0;
    const columns = response.shape.length === 2 ? response.shape[1] : 1;
    const inputs = Array.from({ length: response.count }, (_, i) => {
      const where = response.shape.length === 2
        ? `, row ${Math.floor(i / columns) + 1}, column ${(i % columns) + 1}`
        : isMatrix ? `, entry ${i + 1}` : "";
      return make("input", {
        type: "text", inputmode: "text", autocomplete: "off", spellcheck: "false",
        size: isMatrix ? 6 : 10, "aria-label": `${name}${where}`,
      });
    });
    const element = isMatrix ? bracketed(inRows(inputs, response.shape), name) : inputs[0];
    const said = inputs.map(() => "");

    function judge(input, entry, i) {
      const answer = typed(input.value);
      said[i] = answer.hint || "";
      input.removeAttribute("aria-invalid");
      if (answer.hint) input.setAttribute("aria-invalid", "true");
      if (!answer.number) return { share: zero };
      if (within(answer.number, entry)) return { share: one };
      const wrong = entry.mistakes.find((mistake) => within(answer.number, mistake));
      const mistake = wrong && response.mistakes[wrong.index];
      return mistake ? { share: fraction(mistake.credit), mistake } : { share: zero };
    }

    function check(worth) {
      const judged = inputs.map((input, i) => judge(input, response.entries[i], i));
      judged.forEach(({ share }, i) => {
        inputs[i].className = !below(share, one) ? "right" : below(zero, share) ? "partly" : "wrong";
        inputs[i].setAttribute("title", said[i] || inputs[i].className);
      });
      const mistakes = [...new Set(judged.map(({ mistake }) => mistake).filter(Boolean))];
      const hints = [...new Set(said.filter(Boolean))].map((hint) => make("p", { class: "hint" }, hint));
      const share = times(sum(judged.map((each) => each.share)), part(inputs.length));
      return verdict(share, worth, [...hints, ...mistakes.map((mistake) => markup(mistake.feedback))]);
    }

    function key() {
      const shape = response.shape;
      const panel = make("div", {}, labelled("Key", numbers(response.entries.map((entry) => entry.key), shape, `key of ${name}`)));
      if (response.entries.some((entry) => entry.low !== entry.high)) {
        const intervals = response.entries.map((entry) => `${entry.low} to ${entry.high}`);
        panel.append(labelled("Accepted", numbers(intervals, shape, `accepted for ${name}`)));
      } else panel.append(make("p", {}, "Only the key is accepted."));
      for (const mistake of response.mistakes.filter(Boolean)) {
        panel.append(recognised(mistake, numbers(mistake.entries, shape, mistake.name)));
      }
      return panel;
    }
    return { element, check, key };
  }

  function labelled(label, ...content) {
    return make("div", { class: "labelled" }, make("span", { class: "label" }, label), ...content);
  }

  function percent(credit) {
    const number = fraction(credit);
    if (!number.over || number.over === number.under) return "";
    return `, ${number.over < 0n ? "costs" : "earns"} ${shown(times(number, ratio(number.over < 0n ? -100n : 100n)))} %`;
  }

  function recognised(mistake, content) {
    return make("div", { class: "mistake" },
      labelled(`Mistake “${mistake.name}”${percent(mistake.credit)}`, content),
      mistake.feedback ? markup(mistake.feedback) : null);
  }

  function options(response, name, type) {
    const group = unique("options");
    const inputs = response.options.map((_, i) => make("input", { type, name: group, value: i, id: `${group}-${i}` }));
    const rows = response.options.map((option, i) =>
      make("label", { class: "option", for: `${group}-${i}` }, inputs[i], markup(option.text)));
    const element = make("div", { class: response.layout === "truth" ? "options row" : "options", role: type === "radio" ? "radiogroup" : "group", "aria-label": name }, ...rows);

    function check(worth) {
      const ticked = response.options.filter((_, i) => inputs[i].checked);
      let share = sum(ticked.map((option) => fraction(option.credit)));
      if (type === "checkbox") share = below(share, zero) ? zero : below(one, share) ? one : share;
      rows.forEach((row, i) => {
        const mark = inputs[i].checked ? (response.options[i].right ? " right" : " wrong") : "";
        row.className = `option${mark}`;
      });
      return verdict(share, worth, ticked.map((option) => option.feedback && markup(option.feedback)));
    }

    function key() {
      const list = make("ul", { class: "keys" });
      for (const option of response.options) {
        const word = option.right ? "✓ right" : "✗ wrong";
        list.append(make("li", { class: option.right ? "right" : "wrong" },
          make("span", { class: "label" }, word + percent(option.credit)), markup(option.text),
          option.feedback ? markup(option.feedback) : null));
      }
      return list;
    }
    return { element, check, key };
  }

  function select(choices, label) {
    const element = make("select", { "aria-label": label }, make("option", { value: "" }, "Choose…"));
    choices.forEach((choice, i) => element.append(make("option", { value: i }, choice)));
    return element;
  }

  function dropdown(response, name) {
    const element = select(response.options.map((option) => option.text), name);
    function check(worth) {
      const option = response.options[element.value === "" ? -1 : Number(element.value)];
      element.className = option && option.right ? "right" : "wrong";
      const said = option && option.feedback && markup(option.feedback);
      return verdict(option ? fraction(option.credit) : zero, worth, [said]);
    }
    function key() {
      const list = make("ul", { class: "keys" });
      for (const option of response.options) {
        list.append(make("li", { class: option.right ? "right" : "wrong" },
          make("span", { class: "label" }, (option.right ? "✓ right" : "✗ wrong") + percent(option.credit)),
          make("span", {}, option.text), option.feedback ? markup(option.feedback) : null));
      }
      return list;
    }
    return { element, check, key };
  }

  function choice(response, name) {
    return response.layout === "dropdown" ? dropdown(response, name) : options(response, name, "radio");
  }

  function text(response, name) {
    const element = make("input", { type: "text", autocomplete: "off", spellcheck: "false", size: 20, "aria-label": name });
    const spaced = (word) => word.normalize("NFC").trim().replace(/\s+/g, " ");
    const fold = (word) => (response.case ? spaced(word) : spaced(word).toLowerCase());
    const among = (texts) => texts.some((word) => fold(word) === fold(element.value));
    function check(worth) {
      const isRight = among(response.accepted);
      const mistake = isRight ? null : response.mistakes.find((wrong) => among(wrong.texts));
      const share = isRight ? one : mistake ? fraction(mistake.credit) : zero;
      element.className = isRight ? "right" : below(zero, share) ? "partly" : "wrong";
      return verdict(share, worth, [mistake && mistake.feedback && markup(mistake.feedback)]);
    }
    function key() {
      const panel = make("div", {}, labelled("Key", make("span", {}, response.accepted[0])));
      if (response.accepted.length > 1) {
        panel.append(labelled("Also accepted", make("span", {}, response.accepted.slice(1).join(" · "))));
      }
      panel.append(make("p", {}, response.case ? "Capital and small letters differ." : "Capital letters do not matter."));
      for (const mistake of response.mistakes) {
        panel.append(recognised(mistake, make("span", {}, mistake.texts.join(" · "))));
      }
      return panel;
    }
    return { element, check, key };
  }

  function match(response, name) {
    const selects = response.prompts.map((_, i) => select(response.choices, `${name}, choice ${i + 1}`));
    const rows = response.prompts.map((prompt, i) => {
      const words = markup(prompt);
      words.id = unique("prompt");
      selects[i].setAttribute("aria-labelledby", words.id);
      return make("div", { class: "pair" }, words, selects[i]);
    });
    const element = make("div", { class: "pairs", role: "group", "aria-label": name }, ...rows);
    function check(worth) {
      const right = selects.map((each, i) => each.value !== "" && Number(each.value) === response.keys[i]);
      selects.forEach((each, i) => { each.className = right[i] ? "right" : "wrong"; });
      const share = times(ratio(BigInt(right.filter(Boolean).length)), part(right.length));
      return verdict(share, worth, []);
    }
    function key() {
      const rowsOfKey = response.prompts.map((prompt, i) =>
        make("div", { class: "pair" }, markup(prompt), make("span", {}, `→ ${response.choices[response.keys[i]]}`)));
      return make("div", { class: "pairs" }, ...rowsOfKey);
    }
    return { element, check, key };
  }

  function order(response, name) {
    const live = make("span", { class: "hidden", "aria-live": "polite" });
    const list = make("ol", { class: "order", "aria-label": name });
    let dragged = null;
    const rows = () => [...list.children];

    function move(row, step, button) {
      const at = rows().indexOf(row) + step;
      if (at < 0 || at >= list.children.length) return;
      list.insertBefore(row, step < 0 ? list.children[at] : list.children[at].nextSibling);
      button.focus();
      live.textContent = `Moved to place ${at + 1} of ${list.children.length}`;
    }

    response.items.forEach((item, i) => {
      const row = make("li", { class: "item", draggable: "true", "data-index": i });
      const up = make("button", { type: "button", "aria-label": "Move up", onclick: () => move(row, -1, up) }, "↑");
      const down = make("button", { type: "button", "aria-label": "Move down", onclick: () => move(row, 1, down) }, "↓");
      const words = markup(item);
      words.id = unique("item");
      for (const button of [up, down]) button.setAttribute("aria-describedby", words.id);
      row.append(make("span", { class: "movers" }, up, down), words);
      row.addEventListener("dragstart", (event) => {
        dragged = row;
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", "");
      });
      row.addEventListener("dragover", (event) => {
        if (!dragged || dragged === row) return;
        event.preventDefault();
        const box = row.getBoundingClientRect();
        list.insertBefore(dragged, event.clientY < box.top + box.height / 2 ? row : row.nextSibling);
      });
      row.addEventListener("drop", (event) => event.preventDefault());
      row.addEventListener("dragend", () => { dragged = null; });
      list.append(row);
    });
    const element = make("div", {}, list, live);

    function check(worth) {
      const right = rows().map((row, place) => response.places[Number(row.dataset.index)] === place);
      rows().forEach((row, i) => { row.className = `item ${right[i] ? "right" : "wrong"}`; });
      const share = times(ratio(BigInt(right.filter(Boolean).length)), part(right.length));
      return verdict(share, worth, []);
    }
    function key() {
      const sorted = response.items.map((item, i) => [response.places[i], item]).sort((a, b) => a[0] - b[0]);
      return make("ol", { class: "order" }, ...sorted.map(([, item]) => make("li", {}, markup(item))));
    }
    return { element, check, key };
  }

  function essay(response, name) {
    const element = make("textarea", { rows: response.lines, "aria-label": name });
    if (response.template) element.value = markup(response.template).innerText.trim();
    function check(worth) {
      return { earned: null, kind: "open", line: `A person marks this answer, out of ${marks(worth)}.`, feedback: [] };
    }
    function key() {
      const rubric = response.rubric.map((line) =>
        make("tr", {}, make("td", { class: "points" }, line.points), make("td", {}, markup(line.text))));
      return make("div", {},
        make("h4", {}, "For the marker"),
        rubric.length ? make("table", { class: "rubric" },
          make("thead", {}, make("tr", {}, make("th", {}, "Points"), make("th", {}, "For"))),
          make("tbody", {}, ...rubric)) : null,
        make("h4", {}, "Model answer"), markup(response.model));
    }
    return { element, check, key };
  }

  const FIELDS = { numeric, choice, text, match, order, essay, selection: (r, name) => options(r, name, "checkbox") };

  // ---- a draw -----------------------------------------------------------------------------------------------------

  function drawn(draw, question) {
    const single = draw.responses.length === 1;
    const fields = draw.responses.map((response, i) => {
      const name = single ? "Answer" : `Answer ${i + 1}`;
      const field = FIELDS[response.kind](response, name);
      const said = make("div", { class: "said" });
      return { ...field, response, name, said };
    });
    const stem = markup(draw.stem.map((piece, i) => piece + (i < fields.length ? `<span data-field="${i}"></span>` : "")).join(""));
    for (const place of stem.querySelectorAll("[data-field]")) {
      const field = fields[Number(place.dataset.field)];
      if (!single && !data.student) place.append(make("sup", { class: "order-of", "aria-hidden": "true" }, String(Number(place.dataset.field) + 1)));
      place.append(field.element);
      const isBlock = /^(DIV|TEXTAREA)$/.test(field.element.tagName) && !field.element.classList.contains("row");
      place.className = isBlock ? "field block" : "field";
    }
    const parts = [stem];
    if (!data.student) parts.push(marking(draw, question, fields));
    return make("div", { class: "draw" }, ...parts);
  }

  function marking(draw, question, fields) {
    const result = make("div", { class: "result", role: "status", "aria-live": "polite" });
    const keys = make("div", { class: "keypanel", id: unique("key"), hidden: true });
    const check = make("button", { type: "button", class: "main", onclick: () => {
      const verdicts = fields.map((field) => ({ field, ...field.check(fraction(field.response.marks)) }));
      const earned = sum(verdicts.map((each) => each.earned || zero));
      const open = verdicts.some((each) => each.earned === null);
      const lines = verdicts.map((each) => make("div", { class: `verdict ${each.kind}` },
        make("p", {}, `${fields.length > 1 ? `${each.field.name}. ` : ""}${each.line}`), ...each.feedback));
      const total = `Total: ${shown(earned)} of ${marks(decimal(question.marks))}${open ? ", and what a person adds" : ""}`;
      result.replaceChildren(...lines, make("p", { class: "total" }, total));
    } }, "Check");
    const show = make("button", { type: "button", "aria-expanded": "false", "aria-controls": keys.id, onclick: () => {
      if (!keys.firstChild) keys.append(...keyPanel(draw, fields));
      keys.hidden = !keys.hidden;
      show.setAttribute("aria-expanded", String(!keys.hidden));
      show.textContent = keys.hidden ? "Show key" : "Hide key";
    } }, "Show key");
    return make("div", { class: "marking" }, make("div", { class: "buttons" }, check, show), result, keys);
  }

  function keyPanel(draw, fields) {
    const panels = fields.map((field) => make("section", {},
      make("h3", {}, `${fields.length > 1 ? field.name : "Key"}, ${marks(fraction(field.response.marks))}`), field.key()));
    const isSaid = draw.responses.some((response) => response.model === draw.feedback);
    if (draw.feedback && !isSaid) panels.push(make("section", {}, make("h3", {}, "Worked solution"), markup(draw.feedback)));
    return panels;
  }

  // ---- the bank: a list of questions, of which one is open ---------------------------------------------------------

  const main = make("main", { id: "main", tabindex: "-1" });
  const links = new Map();

  // "#conv2d-output" is a question, "#conv2d-output.2021.3" one of its draws.
  function wanted() {
    let name = "";
    try { name = decodeURIComponent(location.hash.slice(1)); } catch { /* no name of ours */ }
    const question = data.questions.find((each) => each.id === name.split(".")[0]) || data.questions[0];
    const at = question ? question.draws.findIndex((draw) => draw.id === name) : -1;
    return { question, at: Math.max(at, 0) };
  }

  function label(draw) {
    return draw.id.split(".").slice(1).join(".") === "original" ? `${draw.id} (the original)` : draw.id;
  }

  function open(focus) {
    const { question, at } = wanted();
    if (!question) return;
    for (const [id, link] of links) {
      if (id === question.id) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    const heading = make("h2", { tabindex: "-1" }, question.title);
    const chosen = make("div");
    const go = (to) => { location.hash = encodeURIComponent(question.draws[to].id); };
    const picker = make("select", { "aria-label": "Draw", onchange: () => go(picker.selectedIndex) },
      ...question.draws.map((draw) => make("option", {}, label(draw))));
    picker.selectedIndex = at;
    const count = question.draws.length;
    const previous = make("button", { type: "button", disabled: at === 0, onclick: () => { sought = "previous"; go(at - 1); } }, "← Previous");
    const next = make("button", { type: "button", disabled: at === count - 1, onclick: () => { sought = "next"; go(at + 1); } }, "Next →");
    const about = make("p", { class: "about" }, make("code", {}, question.id), ` · ${marks(decimal(question.marks))}`,
      ...question.topics.map((topic) => make("span", { class: "topic" }, topic)));
    const draws = make("div", { class: "draws", role: "group", "aria-label": "Draws" }, previous, picker, next,
      make("span", {}, `${at + 1} of ${count}`));
    chosen.append(drawn(question.draws[at], question));
    main.replaceChildren(...[problems(), heading, about, draws, chosen].filter(Boolean));
    document.title = `${question.title} · ${data.title}`;
    const button = { previous, next }[sought];
    sought = "";
    if (button) (button.disabled ? picker : button).focus();
    else if (focus) heading.focus();
  }
  let sought = "";

  function problems() {
    if (!data.problems.length) return null;
    const rows = data.problems.map((problem) => make("li", {},
      make("p", {}, make("code", { class: "place" }, problem.place), " ", make("strong", {}, problem.code), ` ${problem.message}`),
      problem.variant ? make("p", { class: "hint" }, `in ${problem.variant}`) : null,
      problem.hint ? make("p", { class: "hint" }, problem.hint) : null));
    const count = rows.length;
    return make("section", { class: "problems", "aria-labelledby": "problems" },
      make("h2", { id: "problems" }, `${count} problem${count === 1 ? "" : "s"}`),
      make("ul", {}, ...rows), make("p", {}, "This page comes back by itself when the files are saved."));
  }

  function sidebar() {
    const list = make("ul", {});
    const none = make("p", { class: "hint", hidden: true }, "No question matches.");
    for (const question of data.questions) {
      const link = make("a", { href: `#${encodeURIComponent(question.id)}` }, make("span", { class: "title" }, question.title),
        make("span", { class: "small" }, `${question.id} · ${marks(decimal(question.marks))}`));
      links.set(question.id, link);
      list.append(make("li", {}, link));
    }
    const filter = make("input", { type: "search", "aria-label": "Filter questions", placeholder: "Filter…", oninput: () => {
      const words = filter.value.toLowerCase().split(/\s+/);
      let found = 0;
      for (const question of data.questions) {
        const about = [question.id, question.title, ...question.topics].join(" ").toLowerCase();
        const meets = words.every((word) => about.includes(word));
        links.get(question.id).parentElement.hidden = !meets;
        found += meets;
      }
      none.hidden = found > 0;
    } });
    const body = make("div", { class: "index", id: "index" }, filter, list, none);
    const toggle = make("button", { type: "button", class: "toggle", "aria-expanded": "false", "aria-controls": "index", onclick: () => {
      const isOpen = body.classList.toggle("open");
      toggle.setAttribute("aria-expanded", String(isOpen));
    } }, "Questions");
    list.addEventListener("click", () => {
      body.classList.remove("open");
      toggle.setAttribute("aria-expanded", "false");
    });
    const count = data.questions.length;
    return make("nav", { "aria-label": "Questions" }, make("h1", {}, data.title),
      make("p", { class: "small" }, `${count} question${count === 1 ? "" : "s"}${data.student ? ", as students see them" : ""}`),
      toggle, body);
  }

  function begin() {
    const skip = make("a", { class: "skip", href: "#main", onclick: (event) => { event.preventDefault(); main.focus(); } }, "Skip to the question");
    if (data.questions && data.questions.length) {
      page.append(skip, sidebar(), main);
      window.addEventListener("hashchange", () => open(true));
      open(false);
    } else {
      main.append(problems() || make("p", {}, "There are no questions."));
      page.append(main);
    }
  }

  // A page that has a server asks for news, and keeps its fragment when it is loaded again.
  async function watch() {
    const lost = make("p", { class: "lost", role: "status", hidden: true }, "The preview has ended; this page stays as it is.");
    document.body.append(lost);
    for (;;) {
      await new Promise((done) => setTimeout(done, 700));
      try {
        const answer = await fetch("version", { cache: "no-store" });
        lost.hidden = true;
        if (answer.ok && (await answer.text()) !== data.version) return location.reload();
      } catch { lost.hidden = false; }
    }
  }

  begin();
  if (data.version) watch();
})();
