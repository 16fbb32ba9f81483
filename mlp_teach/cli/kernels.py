"""mlp-teach kernel install, list and remove."""

from __future__ import annotations

import argparse
import sys


def add_kernel(parser: argparse.ArgumentParser) -> None:
    """The words that follow `mlp-teach kernel`."""
    words = parser.add_subparsers(required=True, metavar="WORD", dest="word")
    install = words.add_parser("install", help="an entry in JupyterLab's menu of kernels")
    install.add_argument("--name", default="mlp-teach-gpu", help="default: mlp-teach-gpu")
    install.add_argument("--display", default="mlp_teach (GPU)", help="what the menu says")
    install.add_argument(
        "--python", default=sys.executable, metavar="PREFIX", help="an environment; default: this"
    )
    install.add_argument(
        "--device", default="auto", help="cpu, cuda, mps or auto; default auto: a GPU if there is"
    )
    install.add_argument("--threads", type=int, default=1, help="of one kernel; default 1")
    install.add_argument("--visible", metavar="GPUS", help="CUDA_VISIBLE_DEVICES, such as 0 or 0,1")
    place = install.add_mutually_exclusive_group()
    place.add_argument("--user", action="store_true", help="for this user's every Jupyter")
    place.add_argument("--prefix", help="of the Jupyter; default: that of this environment")
    listed = words.add_parser("list", help="the kernels of ours that Jupyter finds here")
    remove = words.add_parser("remove", help="remove one of them")
    remove.add_argument("name", nargs="?", default="mlp-teach-gpu", help="default: mlp-teach-gpu")
    for one in (listed, remove):
        one.add_argument("--prefix", help="of another Jupyter, as it was given to install")


def kernel(options) -> None:
    from mlp_teach.kernels.found_gpu import gpu_warning
    from mlp_teach.kernels.kernelspec import (
        Kernel,
        install_kernel,
        installed_kernels,
        remove_kernel,
    )

    if options.word == "list":
        found = installed_kernels(options.prefix)
        lines = [f"{name}  {folder}" for name, folder in sorted(found.items())]
        where = f"in {options.prefix}" if options.prefix else "here"
        hint = "" if options.prefix else " (those elsewhere: --prefix, as it was given to install)"
        none = f"None of ours is installed {where}{hint}: mlp-teach kernel install"
        print("\n".join(lines) or none)
        return
    if options.word == "remove":
        print(f"Removed {remove_kernel(options.name, options.prefix)}")
        return
    asked = Kernel(
        name=options.name,
        display=options.display,
        python=options.python,
        device=options.device,
        threads=options.threads,
        visible=options.visible,
    )
    folder = install_kernel(asked, user=options.user, prefix=options.prefix)
    print(
        f"The kernel {asked.display!r} is in {folder}. Choose it in the menu Kernel, Change Kernel."
    )
    if warning := gpu_warning(folder):
        print(warning, file=sys.stderr)
