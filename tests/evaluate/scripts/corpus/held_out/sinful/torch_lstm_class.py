import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from sklearn.preprocessing import StandardScaler
from sklearn.model_selection import train_test_split


class SleepLSTM(nn.Module):
    def __init__(self, n_in, hidden=64, n_out=5):
        super().__init__()
        self.lstm = nn.LSTM(n_in, hidden, batch_first=True)
        self.fc = nn.Linear(hidden, n_out)

    def forward(self, x):
        out, _ = self.lstm(x)
        return self.fc(out[:, -1])


class EarlyStopping:
    def __init__(self, patience=7):
        self.patience, self.best, self.count, self.stop = patience, None, 0, False

    def __call__(self, loss, model):
        if self.best is None or loss < self.best:
            self.best, self.count = loss, 0
            torch.save(model.state_dict(), "checkpoint.pt")
        else:
            self.count += 1
            self.stop = self.count >= self.patience


x = np.load("psg.npy").astype(np.float32)
y = np.load("stages.npy").astype(np.int64)
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.2, random_state=0)
x_train, x_test, y_train, y_test = map(torch.from_numpy, (x_train, x_test, y_train, y_test))
model = SleepLSTM(x_train.shape[2])
criterion = nn.CrossEntropyLoss()
optimizer = optim.Adam(model.parameters(), lr=0.001)
stopper = EarlyStopping()
for epoch in range(1, 101):
    model.train()
    optimizer.zero_grad()
    loss = criterion(model(x_train), y_train)
    loss.backward()
    optimizer.step()
    model.eval()
    with torch.no_grad():
        logits = model(x_test)
        test_loss = criterion(logits, y_test).item()
        test_acc = (logits.argmax(1) == y_test).float().mean().item()
    print(f"{epoch:3d} loss {loss.item():.4f} test loss {test_loss:.4f} acc {test_acc:.4f}")
    stopper(test_loss, model)
    if stopper.stop:
        break
