// Shows the page that Python wrote and reports which button was pressed. No words, no rules.

function element(parent, tag, attributes = {}) {
  const made = parent.appendChild(document.createElement(tag));
  Object.assign(made, attributes);
  return made;
}

function render({ model, el }) {
  el.classList.add("mlp-canvas", "mlp-cards");
  // Else JupyterLab takes the keys as its shortcuts.
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  el.setAttribute("role", "group");
  const kinds = element(el, "div", { className: "mlp-controls" });
  const note = element(el, "p", { className: "mlp-error" });
  note.setAttribute("role", "alert");
  const card = element(el, "div", { className: "mlp-card" });
  card.setAttribute("aria-live", "polite");
  card.setAttribute("aria-atomic", "true");
  const parts = {};
  for (const name of ["question", "prompt", "verdict", "meaning"])
    parts[name] = element(card, "p", { className: `mlp-card-${name}` });
  const answers = element(el, "div", { className: "mlp-controls mlp-answers" });
  const progress = element(el, "p", { className: "mlp-summary" });
  const details = element(el, "details");
  const more = element(details, "summary");
  const table = element(details, "table");

  const press = (name) => model.send({ name });

  function fill(parent, buttons, numbered) {
    const before = parent.contains(document.activeElement);
    parent.replaceChildren();
    buttons.forEach(({ name, label, chosen }, i) => {
      const button = element(parent, "button", { type: "button", name });
      button.textContent = numbered ? `${i + 1}  ${label}` : label;
      if (!numbered) button.setAttribute("aria-pressed", String(chosen));
      button.onclick = () => press(name);
    });
    return before;
  }

  function draw() {
    const page = model.get("page");
    el.setAttribute("aria-label", page.title);
    const keep = document.activeElement?.name;
    if (fill(kinds, page.kinds, false)) kinds.querySelector(`[name="${keep}"]`)?.focus();
    note.textContent = page.note;
    for (const name in parts) {
      if (parts[name].textContent !== page[name]) parts[name].textContent = page[name];
      parts[name].hidden = page[name] === "";
    }
    parts.verdict.dataset.tone = page.tone;
    // The button that was pressed is gone: the keyboard goes on from the first of the new ones.
    if (fill(answers, page.buttons, true)) answers.firstChild?.focus();
    progress.textContent = page.progress;
    more.textContent = page.details;
    table.replaceChildren();
    const head = element(element(table, "thead"), "tr");
    for (const word of page.header) element(head, "th", { scope: "col", textContent: word });
    const body = element(table, "tbody");
    for (const [first, ...rest] of page.boxes) {
      const row = element(body, "tr");
      element(row, "th", { scope: "row", textContent: first });
      for (const word of rest) element(row, "td", { textContent: word });
    }
  }

  el.onkeydown = (event) => {
    event.stopPropagation();
    const button = answers.children[Number(event.key) - 1];
    if (!button || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    button.focus(); // so that the next page's first button gets it
    press(button.name);
  };
  model.on("change:page", draw);
  draw();
  return () => model.off("change:page", draw);
}

export default { render };
