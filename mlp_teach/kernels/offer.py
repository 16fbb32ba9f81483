"""What this kernel offers to a training: its device, and the size that fits it.

    offer = kernel_offer()
    print(offer.message)
    offer.size, offer.device        "small", "cpu"    or    "full", "cuda"

A kernelspec asks for a device by MLP_TEACH_DEVICE (`kernelspec.py`). Where that is not there, or
"auto" finds no GPU, the offer is the small size on the CPU, and its message says so: a notebook
runs everywhere. So it is where nbgrader executes a notebook, whatever that computer has: marks must
not hang on it, and a training of hours has no place there.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from mlp_teach.training.device import NAMES, choose_device

WORDS = {
    "en": {
        "cuda": "This kernel has a GPU ({name}): full size.",
        "mps": "This kernel has an Apple GPU, which nobody has tried at full size: small size.",
        "cpu": "This kernel computes on the CPU: small size.",
        "none": "No GPU was found: this kernel computes on the CPU, small size. `mlp-teach doctor` "
        "tells what is there.",
        "missing": "This kernel was to have the device {asked}, and PyTorch finds none here: small "
        "size on the CPU. `mlp-teach doctor` tells what is there.",
        "unknown": "MLP_TEACH_DEVICE is {asked!r}, which is none of {names}: small size on the "
        "CPU.",
        "nbgrader": "nbgrader executes this notebook: small size on the CPU.",
    },
    "ja": {
        "cuda": "このカーネルでは GPU（{name}）が使えます。規模は full です。",
        "mps": "このカーネルでは Apple の GPU が使えますが、full の規模では未確認です。"
        "規模は small です。",
        "cpu": "このカーネルは CPU で計算します。規模は small です。",
        "none": "GPU が見つからないので、このカーネルは CPU で計算します。規模は small です。"
        "`mlp-teach doctor` で調べられます。",
        "missing": "このカーネルではデバイス {asked} を使うはずでしたが、PyTorch からは見えません。"
        "CPU で計算し、規模は small です。`mlp-teach doctor` で調べられます。",
        "unknown": "MLP_TEACH_DEVICE が {asked!r} です。{names} のどれでもないので、CPU で計算し、"
        "規模は small です。",
        "nbgrader": "nbgrader がこのノートブックを実行しています。CPU で計算し、"
        "規模は small です。",
    },
}


@dataclass(frozen=True)
class Offer:
    """A device that is there, "small" or "full", and a sentence for the learner."""

    device: str
    size: str
    message: str


def kernel_offer(lang: str = "en", asked: str | None = None) -> Offer:
    """The offer of the kernel that calls; `asked` is MLP_TEACH_DEVICE unless given."""
    words = WORDS[lang]
    if os.environ.get("NBGRADER_EXECUTION"):  # "autograde" or "validate", set by nbgrader alone
        return Offer("cpu", "small", words["nbgrader"])
    wanted = asked or os.environ.get("MLP_TEACH_DEVICE")  # None: a kernel that asks for nothing
    asked = wanted or "auto"
    if asked not in NAMES:
        message = words["unknown"].format(asked=asked, names=", ".join(NAMES))
        return Offer("cpu", "small", message)
    try:
        device = choose_device(asked).type
    except ValueError:
        return Offer("cpu", "small", words["missing"].format(asked=asked))
    size = "full" if device == "cuda" else "small"
    said = "none" if (wanted, device) == ("auto", "cpu") else device
    return Offer(device, size, words[said].format(name=_name(device)))


def _name(device: str) -> str:
    if device != "cuda":
        return ""
    import torch

    return torch.cuda.get_device_name()
