"""The package's shape: imports go one way, libraries stay where they belong, names say something.

The sources are parsed, so that an import inside a function counts like one at the top.
"""

import ast
import subprocess
import sys
import tomllib
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "mlp_teach"
FILES = sorted(PACKAGE.rglob("*.py"))

# A module imports from the layers above its own line and from its own package, never from below.
LAYERS = (
    {"units", "elements", "colors"},
    {"graph"},
    {"neighbors"},
    {"basis"},
    {"descriptors"},
    {"models"},
    {"potential"},
    {"show", "trace"},
    {"checks"},
    {"datasets", "sampling", "labelling"},
    {"training"},
    {"pretrained"},
    {"simulation"},
    {"analysis"},
    {"active_learning"},
    {"plotting"},
    {"workflow"},
    {"widgets", "grading"},
    {"doctor"},
    {"kernels"},
    {"cli"},
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
READABLE_CORE = {"units", "elements", "graph", "basis", "descriptors", "models", "potential"}
CORE_NEEDS = {"torch", "numpy", "jaxtyping"}
HOME = {  # the only packages that may import it
    "matplotlib": {"plotting"},
    "matplotlib_fontja": {"plotting"},
    "ipywidgets": {"widgets"},
    "anywidget": {"widgets"},
    "nglview": {"widgets"},
    "traitlets": {"widgets"},
    "IPython": {"widgets", "show", "training"},
    "vesin": {"neighbors"},
    "tblite": {"labelling"},
    "pyscf": {"labelling"},
    "dask": {"labelling"},
    "dask_jobqueue": {"labelling"},
    "distributed": {"labelling"},
    "chgnet": {"pretrained"},
    "sevenn": {"pretrained"},
}
DISTRIBUTIONS = {"sklearn": "scikit-learn", "IPython": "ipython"}  # where the names differ


@cache
def imports(file: Path) -> frozenset[str]:
    """Full names of all modules that a file imports; for `from a import b` both a and a.b."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: write the import's full name"
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(names)


def part(file: Path) -> str:
    """The module or package directly below mlp_teach that a file belongs to."""
    return file.relative_to(PACKAGE).with_suffix("").parts[0]


def third_party(file: Path) -> set[str]:
    roots = {name.partition(".")[0] for name in imports(file)}
    return roots - sys.stdlib_module_names - {"mlp_teach"}


def own_parts(file: Path) -> set[str]:
    names = {name.split(".")[1] for name in imports(file) if name.startswith("mlp_teach.")}
    return names - {"__version__"}


def inner_files() -> list[Path]:
    return [file for file in FILES if file != PACKAGE / "__init__.py"]


def label(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def test_every_part_of_the_package_has_its_layer():
    assert {part(file) for file in inner_files()} <= LEVEL.keys()


@pytest.mark.parametrize("file", inner_files(), ids=label)
def test_imports_go_one_way(file):
    me = part(file)
    wrong = {name for name in own_parts(file) if name != me and LEVEL[name] >= LEVEL[me]}
    assert not wrong, f"{label(file)} is in a layer above {wrong} or beside it"


def defines_a_module(file: Path) -> bool:
    classes = [n for n in ast.walk(ast.parse(file.read_text("utf-8"))) if type(n) is ast.ClassDef]
    bases = {ast.unparse(base) for node in classes for base in node.bases}
    return bool(bases & {"nn.Module", "torch.nn.Module", "Module"})


def test_models_never_import_each_other():
    models = {file for file in (PACKAGE / "models").glob("*.py") if defines_a_module(file)}
    names = {f"mlp_teach.models.{file.stem}" for file in models}
    assert models, "no model found: does this test still know one when it sees it?"
    assert {label(file): imports(file) & names for file in models if imports(file) & names} == {}


@pytest.mark.parametrize("file", inner_files(), ids=label)
def test_third_party_libraries_stay_where_they_belong(file):
    used, me = third_party(file), part(file)
    if me in READABLE_CORE:
        assert used <= CORE_NEEDS, "the readable core needs torch, numpy and jaxtyping alone"
    strays = {name for name in used if me not in HOME.get(name, {me})}
    assert not strays, f"{strays} may be imported in {[HOME[name] for name in strays]} only"


def extras() -> set[str]:
    """Libraries that the package can do without; those for testing are not among them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = project["optional-dependencies"].items()
    return {Requirement(line).name for name, lines in groups if name != "test" for line in lines}


def test_libraries_of_extras_are_imported_where_they_are_used():
    assert extras()
    for file in FILES:
        at_once = ast.parse(file.read_text(encoding="utf-8")).body
        names = {alias.name for node in at_once if type(node) is ast.Import for alias in node.names}
        names |= {node.module for node in at_once if type(node) is ast.ImportFrom}
        assert not {name.partition(".")[0] for name in names} & extras(), label(file)


def test_every_imported_library_is_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = list(chain(project["dependencies"], *project["optional-dependencies"].values()))
    declared = {Requirement(line).name for line in lines}
    used = {name for file in FILES for name in third_party(file)}
    assert {DISTRIBUTIONS.get(name, name.replace("_", "-")) for name in used} <= declared


def test_the_package_imports_at_once_and_without_torch():
    code = (
        "import sys, time; start = time.process_time(); import mlp_teach;"
        "print(time.process_time() - start, *sys.modules)"
    )
    command = [sys.executable, "-c", code]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, *modules = answer.stdout.split()
    assert float(seconds) < 0.3
    assert not {"torch", "numpy", "ase", "matplotlib", "ipywidgets"} & set(modules)


def test_file_names_say_what_is_inside():
    empty_words = {"utils", "util", "helpers", "helper", "misc", "base", "common"}
    folders = [ROOT / name for name in ("mlp_teach", "tools", "tests", "course", "benchmarks")]
    names = {path.stem: path for folder in folders for path in folder.rglob("*.py")}
    assert names.keys().isdisjoint(empty_words)
