import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

spec = torch.from_numpy(np.load("spec.npy")).float()
lab = torch.from_numpy(np.load("lab.npy")).long()
data = TensorDataset(spec, lab)
n_test = len(data) // 5
train_data, test_data = random_split(data, [len(data) - n_test, n_test])
loaders = {"train": DataLoader(train_data, 32, shuffle=True), "test": DataLoader(test_data, 32)}
net = nn.Sequential(nn.Conv2d(1, 16, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 4))
optimiser = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
history = []
for epoch in range(50):
    net.train()
    for a, b in loaders["train"]:
        optimiser.zero_grad()
        nn.functional.cross_entropy(net(a), b).backward()
        optimiser.step()
    net.eval()
    right = 0
    with torch.no_grad():
        for a, b in loaders["test"]:
            right += (net(a).argmax(1) == b).sum().item()
    history.append(right / n_test)
print("best accuracy", max(history))
