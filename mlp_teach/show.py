"""The source of a library object in a notebook cell: `show(symmetry_functions)`.

What a lesson explains and what the library runs are the same lines. Their colours are JupyterLab's
own (they follow its light and dark themes), the line numbers those of the file, so that a student
can open it there and read on.
"""

from __future__ import annotations

import functools
import inspect
import sys
import textwrap
from dataclasses import dataclass
from html import escape
from pathlib import Path
from types import ModuleType

HTML = """\
<figure style="margin: 0" aria-label="{name}: {where}">
<figcaption><code>{where}</code></figcaption>
<div style="display: flex; overflow-x: auto; line-height: 1.35">
<pre style="text-align: right; padding-right: 1em; color: var(--jp-ui-font-color2, #666);
 user-select: none" aria-hidden="true">{numbers}</pre>
<pre style="flex: 1" tabindex="0">{code}</pre>
</div></figure>"""


@dataclass(frozen=True)
class Source:
    """Some lines of a file; a notebook shows them coloured, a terminal as plain text."""

    name: str
    path: str
    first: int
    lines: tuple[str, ...]

    @property
    def where(self) -> str:
        return f"{self.path}, lines {self.first} to {self.first + len(self.lines) - 1}"

    @property
    def numbers(self) -> range:
        return range(self.first, self.first + len(self.lines))

    def __str__(self) -> str:
        width = len(str(self.numbers.stop))
        code = [f"{n:{width}}  {line}" for n, line in zip(self.numbers, self.lines, strict=True)]
        return "\n".join([f"# {self.where}", *map(str.rstrip, code)])

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self._html()}

    def _html(self) -> str:
        from jupyterlab_pygments import JupyterStyle
        from pygments import highlight
        from pygments.formatters import HtmlFormatter
        from pygments.lexers import PythonLexer

        formatter = HtmlFormatter(style=JupyterStyle, noclasses=True, nowrap=True)
        return HTML.format(
            name=escape(self.name),
            where=escape(self.where),
            numbers="\n".join(map(str, self.numbers)),
            code=highlight("\n".join(self.lines), PythonLexer(stripnl=False), formatter),
        )


def show(obj) -> None:
    """Shows the source of a function, method, property, class or module, with file and lines.

    Raises TypeError for what has no source of its own, and says what to show instead.
    """
    found = source(obj)
    if in_notebook():
        from IPython.display import display

        display(found)
    else:
        print(found)


def in_notebook() -> bool:
    """Whether a Jupyter kernel runs this, not a terminal or a script."""
    ipython = sys.modules.get("IPython")  # a kernel has imported it
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


def source(obj) -> Source:
    """The same as a value: where `obj` is written, and how. Raises TypeError as `show` does."""
    target = _definition(obj)
    name = getattr(target, "__qualname__", getattr(target, "__name__", ""))
    try:
        path = Path(inspect.getsourcefile(target) or "")
        lines, first = inspect.getsourcelines(target)
    except (TypeError, OSError) as error:
        raise TypeError(
            f"{name} has no Python source to show: it is compiled code, as the inner functions of "
            "torch and numpy are. Show a function or class of mlp_teach, such as "
            "show(mlp_teach.graph.displacements)."
        ) from error
    text = textwrap.dedent("".join(lines)).rstrip()
    return Source(name, _readable(path, target), max(first, 1), tuple(text.splitlines()))


def _definition(obj):
    """What stands in the file: under decorators, partial applications and properties."""
    obj = obj.fget if isinstance(obj, property) else obj
    obj = obj.func if isinstance(obj, functools.cached_property | functools.partial) else obj
    obj = inspect.unwrap(obj) if callable(obj) else obj
    if inspect.isroutine(obj) or inspect.isclass(obj) or isinstance(obj, ModuleType):
        return obj
    kind = type(obj).__name__
    raise TypeError(
        f"show was given a value of type {kind}; it shows what can be read in a file: a function, "
        "a method, a class or a module. Leave out the brackets, show(predict) and not "
        f"show(predict(...)), or show the class of a value: show(type(value)), here {kind}."
    )


def _readable(path: Path, target) -> str:
    """The path from the package on, mlp_teach/graph.py, wherever the package is installed."""
    module = inspect.getmodule(target)
    depth = 0 if module is None else module.__name__.count(".") + (path.name == "__init__.py")
    if module is None or module.__name__ == "__main__":
        return path.name
    return Path(*path.parts[-depth - 1 :]).as_posix()
