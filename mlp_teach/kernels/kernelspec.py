"""The kernel "mlp_teach (GPU)": an entry in JupyterLab's menu of kernels, made by one command.

    mlp-teach kernel install                          for the Jupyter of this environment
    mlp-teach kernel install --python /opt/gpu --prefix /usr/local        on a hub's host

A kernelspec is a folder with a file kernel.json: the command that starts a kernel, and variables
for it. Ours sets

    MLP_TEACH_DEVICE        the device asked for; `offer.py` reads it
    OMP_NUM_THREADS         threads of one kernel
    CUDA_VISIBLE_DEVICES    which GPUs it may see; left as it is unless given

The interpreter may belong to another environment than Jupyter: one with a CUDA build of PyTorch.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import mlp_teach
from mlp_teach.training.device import NAMES

if TYPE_CHECKING:
    from jupyter_client.kernelspec import KernelSpecManager

OURS = "mlp_teach"  # the key in a kernelspec's metadata by which we know it again
DEFAULTS = ("python", "python2", "python3")  # what a Jupyter falls back on, wherever it is
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")  # of a folder, and not . or .. beside the others
A_GPU = re.compile(r"\s*(\d|GPU-|MIG-)")  # CUDA reads its list up to the first word that is none
PROBE = (  # that they are there; to import torch takes seconds
    "from importlib.util import find_spec;"
    "raise SystemExit(not all(map(find_spec, ('ipykernel', 'mlp_teach', 'torch'))))"
)


class KernelError(ValueError):
    """A kernel that cannot be installed or removed; the message says why and what to do."""


@dataclass(frozen=True)
class Kernel:
    """What a kernelspec of ours asks for. Raises KernelError for what makes no kernel."""

    name: str = "mlp-teach-gpu"
    display: str = "mlp_teach (GPU)"
    python: str = sys.executable  # an interpreter, or the folder of an environment
    device: str = "auto"
    threads: int = 1
    visible: str | None = None  # CUDA_VISIBLE_DEVICES, such as "0" or "0,1"

    def __post_init__(self) -> None:
        if self.device not in NAMES:
            raise KernelError(f"The device is {self.device!r}; choose one of {', '.join(NAMES)}.")
        if self.threads < 1:
            raise KernelError(f"threads is {self.threads}; a kernel needs one at least.")
        if not self.display.strip():
            raise KernelError("The kernel has no name to show in the menu; give --display a text.")
        if not NAME.fullmatch(self.name):
            raise KernelError(
                f"{self.name!r} is no name for a kernel: letters, digits, - . and _, and a letter "
                "or a digit first."
            )
        if self.name.lower() in DEFAULTS:
            raise KernelError(
                f"{self.name!r} is Jupyter's own kernel, with which every new notebook begins; "
                "give ours another --name."
            )
        if self.visible is not None and self.device != "cpu" and not A_GPU.match(self.visible):
            raise KernelError(
                f"--visible {self.visible!r} hides every GPU, and --device is {self.device}. Name "
                "GPUs, such as 0 or 0,1, or leave --visible out; without a GPU, --device cpu."
            )


def install_kernel(kernel: Kernel, *, user: bool = False, prefix: str | None = None) -> Path:
    """Writes the kernelspec and returns its folder; one of ours with the same name is replaced.

    It goes to the Jupyter of this environment, to that of `prefix`, or with `user` to this user's
    own. Raises KernelError for an interpreter that cannot run the course, for a name that another
    package's kernel has, there or here, and for a folder that cannot be written.
    """
    from jupyter_client.kernelspec import KernelSpecManager

    _refuse_foreign(kernel.name, user=user, prefix=prefix)
    spec = kernel_json(kernel)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "kernel.json").write_text(json.dumps(spec, indent=1) + "\n", encoding="utf-8")
        try:
            made = KernelSpecManager().install_kernel_spec(
                folder, kernel.name, user=user, prefix=None if user else prefix or sys.prefix
            )
        except OSError as error:
            raise KernelError(
                f"{error.filename or prefix} cannot be written ({error.strerror}). Give --user for "
                "a kernel of your own, or --prefix with a folder that is yours."
            ) from error
    return Path(made)


def kernel_json(kernel: Kernel) -> dict:
    """The content of kernel.json. Raises KernelError where the interpreter has not all it needs."""
    python = interpreter(kernel.python)
    variables = {"MLP_TEACH_DEVICE": kernel.device, "OMP_NUM_THREADS": str(kernel.threads)}
    if kernel.visible is not None:
        variables["CUDA_VISIBLE_DEVICES"] = kernel.visible
    if not _runs(python, {}):  # not installed there: perhaps the folder of this source will do
        source = {"PYTHONPATH": str(Path(mlp_teach.__file__).resolve().parents[1])}
        if not _runs(python, source):
            raise KernelError(
                f"{python} cannot import ipykernel, torch and mlp_teach. Install them there first: "
                "pip install -c constraints.txt . (PyTorch before that, for your GPU)."
            )
        variables |= source
    return {
        "argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": kernel.display,
        "language": "python",
        "env": variables,
        "metadata": {"debugger": True, OURS: {"device": kernel.device}},
    }


def interpreter(place: str | Path) -> Path:
    """The interpreter that `place` is, or that the environment in this folder has."""
    place = Path(place).expanduser().absolute()  # not resolved: a venv's python is a link
    if place.is_dir():
        inside = Path("Scripts/python.exe") if os.name == "nt" else Path("bin/python")
        place = place / inside
    if not place.is_file():
        raise KernelError(f"There is no Python at {place}. Give an environment's folder.")
    return place


def installed_kernels(prefix: str | None = None) -> dict[str, Path]:
    """The kernels of ours that Jupyter finds here, or that are in `prefix`: name and folder."""
    return {name: folder for name, (folder, ours) in _kernels(prefix).items() if ours}


def remove_kernel(name: str, prefix: str | None = None) -> Path:
    """Removes one of ours, here or in `prefix`, and returns the folder that is gone.

    Raises KernelError for one that is not ours, not there, or cannot be deleted.
    """
    ours = installed_kernels(prefix)
    if name.lower() not in ours:
        raise KernelError(
            f"There is no kernel of ours named {name!r} {f'in {prefix}' if prefix else 'here'}; "
            f"there are: {sorted(ours) or 'none'}. --prefix looks into another Jupyter's folders."
        )
    try:
        return Path(_manager(prefix).remove_kernel_spec(name.lower()))
    except OSError as error:
        raise KernelError(f"{ours[name.lower()]} cannot be removed ({error.strerror}).") from error


def _manager(prefix: str | None) -> KernelSpecManager:
    from jupyter_client.kernelspec import KernelSpecManager

    if prefix is None:
        return KernelSpecManager()
    return KernelSpecManager(kernel_dirs=[str(Path(prefix, "share", "jupyter", "kernels"))])


def _kernels(prefix: str | None) -> dict[str, tuple[Path, bool]]:
    """Every kernel: its folder, and whether it is ours. What cannot be read is another's."""
    found = _manager(prefix).find_kernel_specs().items()
    return {name: (Path(folder), _is_ours(Path(folder))) for name, folder in found}


def _is_ours(folder: Path) -> bool:
    try:
        return OURS in json.loads((folder / "kernel.json").read_text("utf-8")).get("metadata", {})
    except (ValueError, AttributeError, TypeError, OSError):
        return False


def _refuse_foreign(name: str, *, user: bool, prefix: str | None) -> None:
    """A name that Jupyter knows here counts too: of two kernels of one name it shows one."""
    for where in (None, None if user else prefix or sys.prefix):
        folder, ours = _kernels(where).get(name.lower(), (None, True))
        if not ours:
            raise KernelError(
                f"{folder} is a kernel that we did not install; give ours another --name."
            )


def _runs(python: Path, variables: dict[str, str]) -> bool:
    """Whether the interpreter can run a kernel of the course with these variables added."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | variables
    with tempfile.TemporaryDirectory() as elsewhere:  # the present folder must not help
        ran = subprocess.run(
            [str(python), "-c", PROBE], env=env, cwd=elsewhere, capture_output=True, timeout=120
        )
    return ran.returncode == 0
