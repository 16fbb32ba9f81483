// Puts the picture that Python drew in place and reports what the learner moved. No physics, no layout.

// Makes `old` equal to `wanted` by the fewest changes, so that focus and pointer stay where they are.
function patch(old, wanted) {
  if (old.nodeName !== wanted.nodeName) return old.replaceWith(wanted);
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== wanted.data) old.data = wanted.data;
    return;
  }
  for (const { name } of [...old.attributes]) if (!wanted.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of wanted.attributes)
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  const children = [...wanted.childNodes];
  while (old.childNodes.length > children.length) old.lastChild.remove();
  children.forEach((child, i) => (old.childNodes[i] ? patch(old.childNodes[i], child) : old.append(child)));
}

function fill(element, html) {
  const wanted = element.cloneNode(false);
  wanted.innerHTML = html;
  patch(element, wanted);
}

function element(parent, tag, attributes = {}) {
  const made = parent.appendChild(document.createElement(tag));
  Object.assign(made, attributes);
  return made;
}

// The pointer in the units of the panel in which a handle lies.
function place({ dataset }, svg, event) {
  const [left, top, width, height] = dataset.box.split(" ").map(Number);
  const [x0, x1, y0, y1] = dataset.bounds.split(" ").map(Number);
  const page = svg.getBoundingClientRect();
  const zoom = svg.viewBox.baseVal.width / page.width;
  const across = ((event.clientX - page.left) * zoom - left) / width;
  const down = ((event.clientY - page.top) * zoom - top) / height;
  return { x: x0 + across * (x1 - x0), y: y1 - down * (y1 - y0) };
}

const MAKE = {
  Slider(parent, { name, label, low, high, step }, report) {
    const box = element(parent, "label");
    const text = element(box, "span");
    const input = element(box, "input", { type: "range", min: low, max: high, step, name });
    input.setAttribute("aria-label", label);
    input.oninput = () => report({ kind: "Changed", name, value: Number(input.value) });
    return (control) => {
      text.textContent = control.text;
      input.setAttribute("aria-valuetext", control.text);
      input.value = control.value;
    };
  },
  Choice(parent, { name, label, options }, report) {
    const box = element(parent, "label");
    element(box, "span", { textContent: label });
    const select = element(box, "select", { name });
    for (const [value, text] of options) element(select, "option", { value, textContent: text });
    select.onchange = () => report({ kind: "Changed", name, value: select.value });
    return (control) => (select.value = control.value);
  },
  Button(parent, { name, label }, report) {
    const button = element(parent, "button", { type: "button", textContent: label, name });
    button.onclick = () => report({ kind: "Changed", name, value: true });
    return () => {};
  },
};

function render({ model, el }) {
  el.classList.add("mlp-canvas");
  // Else JupyterLab takes the arrow keys: as its shortcuts, and from sliders by a listener further up.
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  el.onkeydown = (event) => event.stopPropagation();
  const words = model.get("words");
  const controls = element(el, "div", { className: "mlp-controls" });
  const picture = element(el, "div", { className: "mlp-picture" });
  const summary = element(el, "p", { className: "mlp-summary" });
  summary.setAttribute("role", "status");
  const error = element(el, "p", { className: "mlp-error" });
  error.setAttribute("role", "alert");
  const help = element(el, "p", { className: "mlp-help" });
  const details = element(el, "details");
  element(details, "summary", { textContent: words.numbers });
  const table = element(details, "div");

  // One event at a time: the next goes when the picture of the last has come. Of one handle or
  // control only the newest event waits.
  const queue = new Map();
  let waiting = false;
  function report(event) {
    queue.set(event.name, event);
    if (!waiting) send();
  }
  function send() {
    const [event] = queue.values();
    waiting = event !== undefined;
    if (!waiting) return;
    queue.delete(event.name);
    model.send(event);
  }

  // A handle counts as being where it was last sent to: the next key press starts from there.
  function put({ name, x, y }) {
    const handle = picture.querySelector(`[data-name="${CSS.escape(name)}"]`);
    if (handle) Object.assign(handle.dataset, { x, y });
  }

  let set = [];
  let made = "";
  function draw() {
    const now = model.get("picture");
    const wanted = now.controls.map((control) => control.kind + control.name).join();
    if (wanted !== made) {
      // other controls than before: a button may come or go
      controls.replaceChildren();
      set = now.controls.map((control) => MAKE[control.kind](controls, control, report));
      made = wanted;
    }
    now.controls.forEach((control, i) => queue.has(control.name) || set[i](control));
    fill(picture, now.svg);
    for (const event of queue.values()) if (event.kind === "Moved") put(event);
    fill(table, now.table);
    summary.textContent = now.summary;
    error.textContent = now.error;
    help.textContent = picture.querySelector(".mlp-handle") ? words.help : "";
    send();
  }

  let held = null; // the handle under the pointer and how far from its middle it was caught
  picture.onpointerdown = (event) => {
    const handle = event.target.closest(".mlp-handle");
    if (!handle) return;
    const { x, y } = place(handle, picture.firstChild, event);
    held = { handle, dx: handle.dataset.x - x, dy: handle.dataset.y - y };
    handle.focus({ focusVisible: false });
    picture.setPointerCapture(event.pointerId);
    event.preventDefault();
  };
  picture.onpointermove = (event) => {
    if (!held) return;
    const { x, y } = place(held.handle, picture.firstChild, event);
    report({ kind: "Moved", name: held.handle.dataset.name, x: x + held.dx, y: y + held.dy });
  };
  picture.onpointerup = picture.onpointercancel = () => (held = null);

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
  picture.onkeydown = (event) => {
    const handle = event.target.closest(".mlp-handle");
    if (!handle || !ARROWS[event.key]) return;
    event.preventDefault();
    const { name, step } = handle.dataset;
    const [right, up] = ARROWS[event.key].map((way) => way * step * (event.shiftKey ? 5 : 1));
    const moved = { kind: "Moved", name, x: Number(handle.dataset.x) + right, y: Number(handle.dataset.y) + up };
    put(moved);
    report(moved);
  };

  const watch = new ResizeObserver(([entry]) => {
    const width = Math.floor(entry.contentRect.width);
    if (width < 50 || Math.abs(width - model.get("width")) < 4) return;
    model.set("width", width);
    model.save_changes();
  });
  watch.observe(picture);
  model.on("change:picture", draw);
  draw();
  return () => {
    watch.disconnect();
    model.off("change:picture", draw);
  };
}

export default { render };
