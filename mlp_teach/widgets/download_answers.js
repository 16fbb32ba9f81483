// A button: saves what is open, asks Python for the learner's work and hands it to the browser.

const PATIENCE = 5000; // ms that saving may take before we ask without it
const DIRTY = ".lm-TabBar-tab.jp-mod-dirty"; // the tab of a document that is not saved

const STEP = 200; // ms

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

// JupyterLab has been told to save all by the same click; done when nothing is marked any more.
async function saved() {
  for (let waited = 0; waited < PATIENCE; waited += STEP) {
    await wait(STEP);
    if (!document.querySelector(DIRTY)) return true;
  }
  return false;
}

function handOver(name, text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/zip" }));
  link.download = name;
  document.body.append(link); // Firefox follows no link that is not on the page
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function render({ model, el }) {
  const words = model.get("words");
  el.classList.add("mlp-canvas");
  // Else JupyterLab takes the keys as its shortcuts.
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", words.title);
  const controls = el.appendChild(document.createElement("div"));
  controls.className = "mlp-controls";
  const button = controls.appendChild(document.createElement("button"));
  Object.assign(button, { type: "button", name: "download", textContent: words.button });
  // JupyterLab runs this command at the click; elsewhere it is a plain button.
  button.dataset.commandlinkerCommand = "docmanager:save-all";
  button.dataset.commandlinkerArgs = "{}";
  const said = el.appendChild(document.createElement("p"));
  said.className = "mlp-summary";
  said.setAttribute("role", "status");

  let asked = 0, before = "";
  button.onclick = async () => {
    if (asked) return;
    said.textContent = words.busy;
    asked = setTimeout(() => (said.textContent = words.silent), 3 * PATIENCE);
    before = (await saved()) ? "" : words.unsaved;
    model.send({ ask: "pack" });
  };
  const receive = (answer) => {
    if (!asked) return; // another view of this button asked
    clearTimeout(asked);
    asked = 0;
    if (answer.content) handOver(answer.name, answer.content);
    said.textContent = before + answer.said;
  };
  model.on("msg:custom", receive);
  return () => model.off("msg:custom", receive);
}

export default { render };
