"""Workers that are there at once: ``dask worker … --preload-nanny auscult.train.workers.ready``.

What fits need takes seconds to load. Here one process a machine loads it, once, and every worker
is a copy of that: one that was killed is replaced before others miss it, and what is loaded is in
memory once.
"""

from __future__ import annotations

import os
from multiprocessing import forkserver
from typing import Any, Final

NEEDED: Final = ("distributed", "numba", "scipy.stats", "sklearn.ensemble", "torch")

_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def dask_setup(nanny: Any) -> None:
    """Called by Dask in the process that looks after workers."""
    import dask  # noqa: PLC0415

    dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"})
    for name in _THREADS:  # before they are loaded: threads do not live on in copies
        os.environ.setdefault(name, "1")
    forkserver.set_forkserver_preload(list(NEEDED))
    forkserver.ensure_running()  # now, since Dask names its own list before it begins a worker
