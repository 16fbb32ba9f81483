// Shows the rows that Python chose, in its order, and reports what is asked for. No words, no rules.

function element(parent, tag, attributes = {}) {
  const made = parent.appendChild(document.createElement(tag));
  Object.assign(made, attributes);
  return made;
}

// A link to another notebook. JupyterLab opens it beside this one, as it does with links in text;
// where there is no JupyterLab it is a link like any other.
function openBeside(link) {
  const [file, heading] = link.getAttribute("href").split("#");
  const folder = /\/(?:tree|notebooks)\/(?:(.*)\/)?[^/]*$/.exec(location.pathname);
  if (!folder) return;
  const path = folder[1] ? `${decodeURIComponent(folder[1])}/${file}` : file;
  link.dataset.commandlinkerCommand = "rendermime:handle-local-link";
  link.dataset.commandlinkerArgs = JSON.stringify({ path, id: `#${heading}` });
  if (!link.asking) insist(link, heading);
}

// A notebook that has to be opened first forgets the place asked for: ask again until it is in view,
// or until the reader moves on.
function insist(link, heading) {
  const stop = () => {
    clearInterval(link.asking);
    link.asking = undefined;
    for (const kind of MOVES) removeEventListener(kind, stop, true);
  };
  let left = 60, away = false;
  link.asking = setInterval(() => {
    const found = document.querySelector(
      `.jp-NotebookPanel:not(.lm-mod-hidden) [data-jupyter-id="${CSS.escape(heading)}"]`);
    const box = found?.getBoundingClientRect();
    const seen = box && box.height > 0 && box.top >= 0 && box.bottom <= innerHeight;
    const here = Boolean(link.offsetParent); // else the other notebook is in front
    if (seen || (here && away) || --left === 0) stop();
    else if (!here) link.click();
    away ||= !here;
  }, 500);
  setTimeout(() => MOVES.forEach((kind) => addEventListener(kind, stop, true)), 300);
}

const MOVES = ["wheel", "pointerdown", "keydown"];

const KINDS = {
  strong: (piece) => ["strong", {}],
  code: (piece) => ["code", {}],
  lesson: (piece) => ["a", { href: piece.target, className: "mlp-lesson" }],
  paper: (piece) => ["a", { href: `https://doi.org/${piece.target}`, target: "_blank", rel: "noopener" }],
  row: (piece) => ["button", { type: "button", name: "row", value: piece.target }],
};

function write(parent, pieces) {
  for (const piece of pieces) {
    const [tag, attributes] = (KINDS[piece.kind] ?? (() => ["span", {}]))(piece);
    element(parent, tag, { ...attributes, textContent: piece.words });
  }
}

function render({ model, el }) {
  el.classList.add("mlp-canvas", "mlp-claims");
  // Else JupyterLab takes the keys as its shortcuts.
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  el.setAttribute("role", "group");
  const controls = element(el, "div", { className: "mlp-controls" });
  const summary = element(el, "p", { className: "mlp-summary" });
  summary.setAttribute("aria-live", "polite");
  const help = element(el, "p", { className: "mlp-help" });
  const region = element(el, "div", { className: "mlp-rows", tabIndex: 0 });
  region.setAttribute("role", "region");
  const table = element(region, "table");
  const head = element(element(table, "thead"), "tr");
  const body = element(table, "tbody");
  const lines = {};
  const ask = (name, value) => model.send({ name, value });

  for (const [number, row] of Object.entries(model.get("rows"))) {
    const line = (lines[number] = document.createElement("tr"));
    element(line, "th", { scope: "row", textContent: number });
    write(element(line, "td"), row.claim);
    const verdict = element(element(line, "td"), "span", { className: "mlp-verdict" });
    verdict.textContent = row.verdict;
    verdict.dataset.tone = row.tone;
    write(element(line, "td"), row.evidence);
  }

  function field(label, tag, attributes) {
    const around = element(controls, "label");
    element(around, "span", { textContent: label });
    return element(around, tag, attributes);
  }

  const fields = {};
  const first = model.get("page");
  for (const { name, label, options } of first.controls) {
    const select = (fields[name] = field(label, "select", { name }));
    for (const [value, words] of options) element(select, "option", { value, textContent: words });
    select.onchange = () => ask(name, select.value);
  }
  const words = field(first.words.label, "input", { type: "search", name: "words" });
  let waiting;
  words.oninput = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => ask("words", words.value), 150);
  };
  const everything = element(controls, "button", { type: "button", textContent: first.everything });
  everything.onclick = () => ask("row", "");
  const sorters = first.header.map(({ name, label }) => {
    const cell = element(head, "th", { scope: "col" });
    if (!name) cell.textContent = label;
    else element(cell, "button", { type: "button", textContent: label }).onclick = () => ask("order", name);
    return cell;
  });

  function draw() {
    const page = model.get("page");
    el.setAttribute("aria-label", page.title);
    region.setAttribute("aria-label", page.title);
    help.textContent = page.help;
    for (const { name, value } of page.controls) fields[name].value = value;
    if (document.activeElement !== words) words.value = page.words.value;
    page.header.forEach(({ name, sort }, i) => {
      if (name) sorters[i].setAttribute("aria-sort", sort);
    });
    body.replaceChildren(...page.order.map((number) => lines[number]));
    region.scrollTop = 0;
    summary.textContent = page.summary;
  }

  table.onclick = ({ target }) => {
    if (target.name === "row") {
      ask("row", target.value);
      region.focus(); // the button may be gone with its row
    } else if (target.className === "mlp-lesson") openBeside(target);
  };
  el.onkeydown = (event) => event.stopPropagation();
  model.on("change:page", draw);
  draw();
  return () => model.off("change:page", draw);
}

export default { render };
