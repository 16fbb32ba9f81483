"""show: the lines that it shows are the lines of the file, and wrong input gets an answer."""

import functools
import inspect
import math
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

import mlp_teach
from mlp_teach import graph
from mlp_teach.graph import AtomGraph, displacements
from mlp_teach.show import Source, show, source

ROOT = Path(mlp_teach.__file__).parent.parent


def lines_of_file(shown: Source) -> list[str]:
    lines = (ROOT / shown.path).read_text(encoding="utf-8").splitlines()
    return lines[shown.first - 1 : shown.first - 1 + len(shown.lines)]


@pytest.mark.parametrize("obj", [displacements, AtomGraph, Source, Source.__str__, Source.where])
def test_the_lines_shown_are_those_of_the_file_at_their_numbers(obj):
    shown = source(obj)
    assert [line.strip() for line in shown.lines] == [s.strip() for s in lines_of_file(shown)]
    assert shown.lines[0] == shown.lines[0].lstrip()


def test_a_function_is_shown_with_its_path_inside_the_package():
    shown = source(displacements)
    assert shown.path == "mlp_teach/graph.py"
    assert shown.lines[0].startswith("def displacements(")
    assert str(shown).startswith(f"# mlp_teach/graph.py, lines {shown.first} to ")


def test_a_dataclass_is_shown_with_its_decorator():
    assert source(AtomGraph).lines[:2] == ("@dataclass(frozen=True)", "class AtomGraph:")


def test_a_module_is_shown_whole():
    shown = source(graph)
    assert shown.first == 1
    assert shown.lines == tuple((ROOT / shown.path).read_text("utf-8").splitlines())


def test_a_package_is_shown_by_its_own_file():
    assert source(mlp_teach).path == "mlp_teach/__init__.py"


def test_decorators_and_partial_applications_do_not_hide_the_function():
    @functools.wraps(displacements)
    def wrapped(*arguments):
        return displacements(*arguments)

    assert source(wrapped) == source(functools.partial(displacements)) == source(displacements)


def test_html_holds_every_line_and_number_and_no_markup_from_the_source():
    shown = Source("f", "a<b>.py", 9, ("if a < b:", "    return '</pre>'"))
    html = shown._repr_mimebundle_()["text/html"]
    assert "a&lt;b&gt;.py, lines 9 to 10" in html
    assert ">9\n10</pre>" in html
    assert html.count("</pre>") == 2
    assert "&lt;/pre&gt;" in html
    assert "return" in unescape(html)


def test_outside_a_notebook_the_source_is_printed():
    program = "from mlp_teach.show import show; from mlp_teach import show as s; show(s.show)"
    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    assert printed.startswith("# mlp_teach/show.py, lines ")
    assert all(line in printed for line in inspect.getsource(show).splitlines())


@pytest.mark.parametrize("value", [3.0, "predict", None, [displacements]])
def test_a_value_is_refused_with_the_way_to_show_its_class(value):
    with pytest.raises(TypeError, match=f"of type {type(value).__name__}.*Leave out the brackets"):
        show(value)


@pytest.mark.parametrize("compiled", [math.sqrt, len, int])
def test_compiled_code_is_refused_by_name(compiled):
    with pytest.raises(TypeError, match=f"{compiled.__name__} has no Python source"):
        show(compiled)
