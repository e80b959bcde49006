"""A plain PyTorch fit: ``torch.nn`` layers, ``torch.optim.Adam``, the loop of the tutorials.

Run as ``torch_fits.py THREADS``, 0 for as many as it takes by itself. The cases of a
batch are taken from one tensor by index, which is quicker than a DataLoader at these sizes.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from torch import Tensor, nn

from answers import Work, epoch_seconds, serve
from network import Network
from problem import read_training


class Recurrent(nn.Module):
    def __init__(self, network: Network, n_features: int) -> None:
        super().__init__()
        kind = nn.RNN if network.kind == "rnn" else nn.LSTM
        widths = [n_features, *network.units]
        self.layers = nn.ModuleList(
            kind(a, b, batch_first=True) for a, b in zip(widths, network.units, strict=False)
        )
        self.dropout = nn.Dropout(network.dropout)
        self.head = nn.Linear(widths[-1], network.n_classes)

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x, _ = layer(x)
        logits: Tensor = self.head(self.dropout(x[:, -1]))
        return logits


class LSTMFCN(nn.Module):
    """Karim et al. 2018, with the dimension shuffle: the LSTM reads a channel as one step."""

    def __init__(self, network: Network, n_steps: int, n_features: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(n_steps, network.units[0], batch_first=True)
        self.dropout = nn.Dropout(network.dropout)
        blocks: list[nn.Module] = []
        n_in = n_features
        for n_out, kernel in zip(network.filters, network.kernels, strict=True):
            pad = nn.ZeroPad1d(((kernel - 1) // 2, kernel // 2))
            blocks += [pad, nn.Conv1d(n_in, n_out, kernel), nn.BatchNorm1d(n_out), nn.ReLU()]
            n_in = n_out
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Linear(network.units[0] + n_in, network.n_classes)

    def forward(self, x: Tensor) -> Tensor:
        channels = x.transpose(1, 2)
        memory = self.dropout(self.lstm(channels)[0][:, -1])
        pooled = self.blocks(channels).mean(dim=2)
        logits: Tensor = self.head(torch.cat([memory, pooled], dim=1))
        return logits


def prepare(file: Path) -> Work:
    problem = read_training(file)
    _, n_steps, n_features = problem.X.shape
    network = problem.network
    model: nn.Module = (
        LSTMFCN(network, n_steps, n_features)
        if network.kind == "lstm-fcn"
        else Recurrent(network, n_features)
    )
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    criterion = nn.CrossEntropyLoss()
    X, y = torch.from_numpy(problem.X), torch.from_numpy(problem.y)

    def train(epochs: int) -> None:
        model.train()
        for _ in range(epochs):
            for cases in torch.randperm(len(X)).split(network.batch_size):
                optimiser.zero_grad()
                criterion(model(X[cases]), y[cases]).backward()
                optimiser.step()

    return lambda epochs: epoch_seconds(train, epochs)


if __name__ == "__main__":
    torch.manual_seed(0)
    if sys.argv[1] != "0":
        torch.set_num_threads(int(sys.argv[1]))
    serve({"PyTorch": torch.__version__}, prepare)
