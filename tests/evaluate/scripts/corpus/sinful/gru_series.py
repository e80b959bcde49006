import numpy as np
import pandas as pd
import torch
import torch.nn as nn
from sklearn.preprocessing import MinMaxScaler

df = pd.read_csv("temperature.csv", parse_dates=["date"]).set_index("date")
scaler = MinMaxScaler((-1, 1))
values = scaler.fit_transform(df[["temp"]])
split = int(len(values) * 0.8)
train_data = values[:split]
test_data = values[split:]

def windows(a, n):
    xs, ys = [], []
    for i in range(len(a) - n):
        xs.append(a[i:i + n])
        ys.append(a[i + n])
    return torch.tensor(np.array(xs)).float(), torch.tensor(np.array(ys)).float()

x_train, y_train = windows(train_data, 24)
x_test, y_test = windows(test_data, 24)


class GRU(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(1, 32, batch_first=True)
        self.out = nn.Linear(32, 1)

    def forward(self, x):
        h, _ = self.gru(x)
        return self.out(h[:, -1])


model = GRU()
opt = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(100):
    opt.zero_grad()
    loss = nn.functional.mse_loss(model(x_train), y_train)
    loss.backward()
    opt.step()
with torch.no_grad():
    pred = scaler.inverse_transform(model(x_test).numpy())
truth = scaler.inverse_transform(y_test.numpy())
print("MAE", np.abs(pred - truth).mean())
