"""A lesson as a learner meets it: opened in JupyterLab, all cells run, every picture moved.

`look(tab)` says what went wrong on the page after all cells ran: errors of the page, a widget that
is not drawn, a picture that does not follow the keyboard, what axe-core finds, another host asked.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, field
from pathlib import Path

from browser_lab import Tab

WIDGET = "application/vnd.jupyter.widget-view+json"
BROKEN = "text=/Error displaying widget|Click to show javascript error/"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
# s until a picture follows: a hundred times what it takes, and what it may take on a busy machine.
# A key at the end of a slider moves nothing: the second is only for where nothing moves at all.
SOON, LATE = 5.0, 60.0
# A reload of the page puts JupyterLab's own marks around our outputs; only these are looked at.
OUTPUTS = {"include": [[".jp-Cell-outputArea"]]}


@dataclass
class Looks:
    """What was seen: how many widgets there were, how many moved, and the troubles in words."""

    widgets: int = 0
    moved: int = 0
    troubles: list[str] = field(default_factory=list)


def look(tab: Tab, pictures: Path | None = None) -> Looks:
    """Moves everything on the page that can be moved; `pictures` is where screenshots go."""
    looks = Looks(len(_views(tab.notebook())))
    if broken := tab.page.locator(BROKEN).count():
        looks.troubles.append(f"{broken} widgets are not drawn")
    for number, canvas in enumerate(tab.page.locator(".mlp-canvas").all(), 1):
        canvas.scroll_into_view_if_needed()
        moved = _move(canvas)
        if moved is False:
            looks.troubles.append(f"picture {number} does not follow: {_name(canvas)}")
        looks.moved += bool(moved)
        for said in filter(None, canvas.locator(".mlp-error").all_inner_texts()):
            looks.troubles.append(f"picture {number} says: {said}")
        if pictures:
            pictures.mkdir(parents=True, exist_ok=True)
            canvas.screenshot(path=pictures / f"{number:02}.png")
    looks.troubles += _barriers(tab)
    looks.troubles += [f"the page says: {error.splitlines()[0]}" for error in tab.errors]
    if foreign := tab.hosts - {"127.0.0.1"}:
        looks.troubles.append(f"another host was asked: {', '.join(sorted(foreign))}")
    return looks


def _views(notebook: dict) -> list[str]:
    """The widgets that the cells show."""
    outputs = [o for cell in notebook["cells"] for o in cell.get("outputs", ())]
    return [o["data"][WIDGET]["model_id"] for o in outputs if WIDGET in o.get("data", {})]


def _move(canvas) -> bool | None:
    """Does the picture change by keyboard alone? None where there is nothing to move."""
    ways = [way for way in SELECTORS if canvas.locator(SELECTORS[way]).count()]
    if not ways:
        return None
    tried = [way(canvas, SOON) for way in ways]  # each, and not only until one moves it
    return any(tried) or any(way(canvas, LATE) for way in ways)


def _handle(canvas, patience: float) -> bool:
    handle = canvas.locator(".mlp-handle").first
    return any(_key(canvas, handle, key, patience) for key in ARROWS)


def _slider(canvas, patience: float) -> bool:
    slider = canvas.locator("input[type=range]").first
    return any(_key(canvas, slider, key, patience) for key in ARROWS)


def _choice(canvas, patience: float) -> bool:
    choice = canvas.locator("select").first
    return any(_key(canvas, choice, key, patience) for key in ("ArrowDown", "ArrowUp"))


def _button(canvas, patience: float) -> bool:
    return any(_key(canvas, one, "Enter", patience) for one in canvas.locator("button").all())


ARROWS = ("ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown")
SELECTORS = {
    _handle: ".mlp-handle",
    _slider: "input[type=range]",
    _choice: "select",
    _button: "button",
}


def _key(canvas, target, key: str, patience: float) -> bool:
    """Presses a key on something and waits until the picture or the words below are others."""
    before = _shown(canvas)
    target.focus()
    target.press(key)
    for _ in range(int(patience / 0.05)):
        if _shown(canvas) != before:
            return True
        canvas.page.wait_for_timeout(50)
    return False


def _shown(canvas) -> str:
    return canvas.inner_html()


def _name(canvas) -> str:
    return canvas.inner_text()[:60]


def _barriers(tab: Tab) -> list[str]:
    """What axe-core finds in the outputs; nothing where it is not installed."""
    if importlib.util.find_spec("axe_playwright_python") is None:
        return []
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(tab.page, OUTPUTS, {"runOnly": RULES}).response["violations"]
    return [f"axe: {one['help']}: {one['nodes'][0]['html'][:120]}" for one in found]
