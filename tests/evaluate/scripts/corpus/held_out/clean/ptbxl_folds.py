"""PTB-XL: the published folds keep patients apart."""
import ast
import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset
from sklearn.metrics import roc_auc_score

meta = pd.read_csv("ptbxl_database.csv", index_col="ecg_id")
meta.scp_codes = meta.scp_codes.apply(ast.literal_eval)
signals = np.load("raw100.npy", mmap_mode="r")
labels = np.load("superclass.npy")
train_mask = (meta.strat_fold <= 8).to_numpy()
val_mask = (meta.strat_fold == 9).to_numpy()
test_mask = (meta.strat_fold == 10).to_numpy()


class ECG(Dataset):
    def __init__(self, x, y, mean, std):
        self.x, self.y, self.mean, self.std = x, y, mean, std

    def __len__(self):
        return len(self.y)

    def __getitem__(self, i):
        return torch.tensor((self.x[i] - self.mean) / self.std).float().T, torch.tensor(self.y[i]).float()


mean, std = signals[train_mask].mean(), signals[train_mask].std()
train_dl = DataLoader(ECG(signals[train_mask], labels[train_mask], mean, std), 64, shuffle=True)
val_dl = DataLoader(ECG(signals[val_mask], labels[val_mask], mean, std), 256)
test_dl = DataLoader(ECG(signals[test_mask], labels[test_mask], mean, std), 256)
net = nn.Sequential(nn.Conv1d(12, 64, 15), nn.ReLU(), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(64, 5))
opt = torch.optim.AdamW(net.parameters(), 1e-3)


def predictions(loader):
    net.eval()
    with torch.no_grad():
        out = [(torch.sigmoid(net(x)), y) for x, y in loader]
    return torch.cat([o for o, _ in out]).numpy(), torch.cat([y for _, y in out]).numpy()


best = 0.0
for epoch in range(30):
    net.train()
    for x, y in train_dl:
        opt.zero_grad()
        nn.functional.binary_cross_entropy_with_logits(net(x), y).backward()
        opt.step()
    p, t = predictions(val_dl)
    auc = roc_auc_score(t, p, average="macro")
    if auc > best:
        best = auc
        torch.save(net.state_dict(), "net.pt")
net.load_state_dict(torch.load("net.pt"))
p, t = predictions(test_dl)
print("test macro AUC", roc_auc_score(t, p, average="macro"))
