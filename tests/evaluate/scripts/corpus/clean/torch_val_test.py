import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

X = torch.load("x.pt")
y = torch.load("y.pt")
full = TensorDataset(X, y)
train_ds, val_ds, test_ds = random_split(full, [800, 100, 100])
train_dl = DataLoader(train_ds, batch_size=32, shuffle=True)
val_dl = DataLoader(val_ds, batch_size=128)
test_dl = DataLoader(test_ds, batch_size=128)
model = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
criterion = nn.CrossEntropyLoss()


def accuracy(loader):
    model.eval()
    good = n = 0
    with torch.no_grad():
        for xb, yb in loader:
            good += (model(xb).argmax(1) == yb).sum().item()
            n += len(yb)
    return good / n


best_val = 0
patience = 0
for epoch in range(200):
    model.train()
    for xb, yb in train_dl:
        optimizer.zero_grad()
        criterion(model(xb), yb).backward()
        optimizer.step()
    val_acc = accuracy(val_dl)
    if val_acc > best_val:
        best_val = val_acc
        torch.save(model.state_dict(), "best.pt")
        patience = 0
    else:
        patience += 1
    if patience > 20:
        break
model.load_state_dict(torch.load("best.pt"))
print("test accuracy", accuracy(test_dl))
