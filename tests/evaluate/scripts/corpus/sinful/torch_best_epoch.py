import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset
from sklearn.model_selection import train_test_split
import numpy as np

beats = np.load("beats.npy").astype("float32")
kinds = np.load("kinds.npy")
xtr, xte, ytr, yte = train_test_split(beats, kinds, test_size=0.2, random_state=0)
train_dl = DataLoader(TensorDataset(torch.tensor(xtr), torch.tensor(ytr)), batch_size=64, shuffle=True)
test_dl = DataLoader(TensorDataset(torch.tensor(xte), torch.tensor(yte)), batch_size=256)

net = nn.Sequential(nn.Linear(187, 64), nn.ReLU(), nn.Linear(64, 5))
opt = torch.optim.Adam(net.parameters())
loss_fn = nn.CrossEntropyLoss()
best_acc = 0.0
for epoch in range(30):
    net.train()
    for xb, yb in train_dl:
        opt.zero_grad()
        loss = loss_fn(net(xb), yb)
        loss.backward()
        opt.step()
    net.eval()
    correct = 0
    total = 0
    with torch.no_grad():
        for xb, yb in test_dl:
            pred = net(xb).argmax(dim=1)
            correct += (pred == yb).sum().item()
            total += len(yb)
    acc = correct / total
    if acc > best_acc:
        best_acc = acc
        torch.save(net.state_dict(), "best.pt")
print(f"Best test accuracy: {best_acc:.4f}")
