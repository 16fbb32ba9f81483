"""One Japanese word for one thing, and one way to write it, in lessons, widgets, plots and tables.

    訓練データ  training data, never 学習データ      （）  around and in Japanese words, never ()
    働く        of a force, never はたらく           〜    from ... to, never ～

配置 is a configuration, whatever it came from; フレーム is one of a trajectory. Which of the two is
meant no test can tell.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
JAPANESE = r"[\u3040-\u30ff\u3400-\u9fff、。]"
WRONG = {
    "学習データ": "訓練データ",
    "訓練用データ": "訓練データ",
    "はたらく": "働く",
    "\uff5e": "〜",
}
# Japanese inside of brackets, or brackets right after it, but for numbers and arguments: E(2 個).
HALF = re.compile(rf"(?<!E)\([^()]*{JAPANESE}[^()]*\)|{JAPANESE}\s?\((?![\dx., ]+\))")
NOT_WORDS = re.compile(
    r"`[^`]*`|\$[^$]*\$|\]\([^)]*\)|\{[^{}]*\}|\(\[.*\]\)"
)  # code, formulas, links


def strings(path):
    """Line and text of every string of a module; x stands for what an f-string fills in."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    filled = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    for node in filled:
        parts = (one.value if isinstance(one, ast.Constant) else "x" for one in node.values)
        yield node.lineno, "".join(parts)
    inside = {id(part) for node in filled for part in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) not in inside and isinstance(node, ast.Constant) and type(node.value) is str:
            yield node.lineno, node.value


def markdown(path):
    """Line and text of every line of a page, or of a lesson's cells of Markdown."""
    for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if path.suffix == ".md" or text.startswith("#"):
            yield line, text


LESSONS = [path for path in sorted((ROOT / "course" / "source").glob("*.py"))]
PAGES = [ROOT / "course" / "notation.md", ROOT / "course" / "claims.ja.md"]
MODULES = [
    path
    for folder in ("widgets", "plotting")
    for path in sorted((ROOT / "mlp_teach" / folder).glob("*.py"))
]


def problems(path, texts):
    found = []
    for line, text in texts:
        if not re.search(JAPANESE, text):
            continue
        words = NOT_WORDS.sub("x", text)
        found += [
            f"{path.name}:{line}: {right}, not {wrong}"
            for wrong, right in WRONG.items()
            if wrong in words
        ]
        if HALF.search(words):
            found.append(f"{path.name}:{line}: full-width brackets, in {text.strip()[:60]!r}")
    return found


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.name)
def test_lessons_write_one_word_for_one_thing(path):
    found = problems(path, markdown(path)) + problems(path, strings(path))
    assert found == []


@pytest.mark.parametrize("path", [*PAGES, *MODULES], ids=lambda path: path.name)
def test_tables_widgets_and_plots_do_so_too(path):
    texts = markdown(path) if path.suffix == ".md" else strings(path)
    assert problems(path, texts) == []


def test_a_wrong_word_is_seen(tmp_path):
    (tmp_path / "a.md").write_text("学習データ、力がはたらく(図)、5 ～ 6、`f(x)` の値、$f(x)$ は\n")
    assert len(problems(tmp_path / "a.md", markdown(tmp_path / "a.md"))) == 4
