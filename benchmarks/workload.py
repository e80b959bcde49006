"""The work that is timed: its shapes, its goals, and what bounds it where a goal is missed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

import arrays
from network import Network
from problem import Search, Training


@dataclass(frozen=True)
class Workload:
    """One row of the table.

    Parameters
    ----------
    name
        Network and data.
    problem
        Makes the cases; not before they are needed.
    peers
        Who is timed beside auscult.
    goals
        The least times that auscult is to be quicker than each peer; ``best`` is the quickest.
    each
        Whether auscult's time is divided by its fits before it is compared.
    bound
        What keeps it from being quicker, told where a goal is missed.
    """

    name: str
    problem: Callable[[], Training | Search]
    peers: tuple[str, ...]
    goals: dict[str, float] = field(default_factory=dict)
    each: bool = True
    bound: str = ""

    @property
    def kind(self) -> Literal["training", "search"]:
        return "search" if "aeon" in self.peers else "training"


RNN_200 = Network("rnn", (200,), 32, dropout=0.2)
LSTM_128 = Network("lstm", (128,), 32)
LSTM_10_10 = Network("lstm", (10, 10), 512)
BLOCKS = {"filters": (128, 256, 128), "kernels": (8, 5, 3), "dropout": 0.8}
FITS = ("Keras", "PyTorch")
SEARCHES = ("aeon", "dtaidistance", "tslearn")


def lstm_fcn(name: str, fits: int) -> Callable[[], Training]:
    n_classes = {"TwoLeadECG": 2, "ECG5000": 5}[name]
    network = Network("lstm-fcn", (8,), 16, n_classes=n_classes, **BLOCKS)  # type: ignore[arg-type]
    return lambda: Training(*arrays.ecg(name), network, fits)


def search(name: str, n_queries: int) -> Callable[[], Search]:
    def made() -> Search:
        (X, y), (queries, _) = arrays.ecg(name), arrays.ecg(name, "TEST")
        signals = [a[..., 0].astype(np.float64) for a in (queries[:n_queries], X)]
        return Search(*signals, y.astype(np.float64))

    return made


CONVOLUTIONS = (
    "The convolutions are the arithmetic, and every library calls the same kind of kernel for "
    "them: what can be won is what the floor leaves over."
)

WORKLOADS = (
    Workload(
        "RNN 200 on Alzheimer's, 50 fits, all together",
        lambda: Training(*arrays.alzheimers(), RNN_200, 50, table=True),
        FITS,
        {"Keras": 1 / 1.5},
        each=False,
        bound="The products of a step take 0.2 ms, the hundred small operations around them 3 ms: "
        "each is called from Python, and the two stacks wait for one another's turn in the "
        "interpreter.",
    ),
    Workload(
        "LSTM 128 on heart disease, each of 50 fits",
        lambda: Training(*arrays.heart(), LSTM_128, 50, table=True),
        FITS,
        {"Keras": 6.0, "PyTorch": 2.0},
        bound="A recurrent product of 32 cases cannot reach the rate of a large one: its weights "
        "are read again at each of the 13 steps, from a cache that 50 fits do not fit into.",
    ),
    Workload(
        "LSTM 10+10 on electricity load, one fit",
        lambda: Training(*arrays.load(), LSTM_10_10),
        FITS,
        {"best": 4.0},
        bound="The squashing functions (5 a unit and step, there and back) cost more than products "
        "of width 10, and the steps of a sequence wait for each other.",
    ),
    Workload(
        "LSTM-FCN on TwoLeadECG, one fit",
        lstm_fcn("TwoLeadECG", 1),
        FITS,
        {"best": 1.5},
        bound=CONVOLUTIONS,
    ),
    Workload("LSTM-FCN on TwoLeadECG, each of 10 fits", lstm_fcn("TwoLeadECG", 10), FITS),
    Workload(
        "LSTM-FCN on ECG5000, one fit",
        lstm_fcn("ECG5000", 1),
        FITS,
        {"best": 1.2},
        bound=CONVOLUTIONS,
    ),
    Workload("LSTM-FCN on ECG5000, each of 10 fits", lstm_fcn("ECG5000", 10), FITS),
    Workload(
        "1-NN DTW on TwoLeadECG",
        search("TwoLeadECG", 1139),
        SEARCHES,
        {"best": 30.0},
        bound="With 23 references little can be left out; what is left is the recurrence itself.",
    ),
    Workload(
        "1-NN DTW on ECG5000, 300 test cases",
        search("ECG5000", 300),
        SEARCHES,
        {"best": 30.0},
        bound="Cases that no bound tells apart have to be aligned.",
    ),
)
