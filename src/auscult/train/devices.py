"""Where a network is trained."""

from __future__ import annotations

import torch

from auscult.errors import InputError
from auscult.train.jobs import current_workers

AUTO = "auto"


def usable_device(name: str) -> torch.device:
    """The device of this name, or of what ``auto`` stands for here.

    Raises
    ------
    InputError
        There is no such device here.
    """
    try:
        device = torch.device(chosen_device(name))
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError, TypeError, NotImplementedError) as error:
        raise InputError(f"there is no device '{name}' to train on here. Use cpu.") from error
    return device


def chosen_device(name: str) -> str:
    """``auto`` is the GPU where there is one and this process trains; other workers have a core."""
    if name != AUTO:
        return name
    return "cuda" if torch.cuda.is_available() and current_workers() is None else "cpu"
