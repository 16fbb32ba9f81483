// A text field; what is typed goes to Python, which keeps it and says so.

function element(parent, tag, attributes = {}) {
  const made = parent.appendChild(document.createElement(tag));
  Object.assign(made, attributes);
  return made;
}

function render({ model, el }) {
  el.classList.add("mlp-canvas");
  // Else JupyterLab takes the keys as its shortcuts.
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  el.onkeydown = (event) => event.stopPropagation();
  const label = element(el, "label");
  element(label, "span", { textContent: model.get("label") });
  const field = element(label, "textarea", { rows: 2, maxLength: 2000 });
  const note = element(el, "p", { className: "mlp-help" });
  note.setAttribute("role", "status");
  field.oninput = () => {
    model.set("text", field.value);
    model.save_changes();
  };
  const draw = () => {
    if (field.value !== model.get("text")) field.value = model.get("text");
    note.textContent = model.get("note");
  };
  model.on("change:note", draw);
  draw();
  return () => model.off("change:note", draw);
}

export default { render };
