import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_percentage_error, r2_score
from sklearn.preprocessing import MinMaxScaler

load = pd.read_csv("load.csv", parse_dates=["time"], index_col="time")["load"].to_numpy()
n_test = 500
train, test = load[:-n_test], load[-n_test:]
scaler = MinMaxScaler().fit(train.reshape(-1, 1))
train = scaler.transform(train.reshape(-1, 1)).ravel()
test = scaler.transform(test.reshape(-1, 1)).ravel()


def windows(x, lags):
    return np.stack([x[i:i + lags] for i in range(len(x) - lags)]), x[lags:]


X_train, y_train = windows(train, 96)
X_test, y_test = windows(test, 96)
model = Ridge().fit(X_train, y_train)
pred = scaler.inverse_transform(model.predict(X_test).reshape(-1, 1))
true = scaler.inverse_transform(y_test.reshape(-1, 1))
print(r2_score(true, pred), mean_absolute_percentage_error(true, pred))
print("MAPE by hand", 100 * np.mean(np.abs((true - pred) / true)))
