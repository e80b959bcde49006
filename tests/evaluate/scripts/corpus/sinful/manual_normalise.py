import numpy as np
from sklearn.metrics import mean_squared_error
from sklearn.linear_model import LinearRegression

raw = np.genfromtxt("housing.csv", delimiter=",", skip_header=1)
mu = raw.mean(axis=0)
sd = raw.std(axis=0)
raw = (raw - mu) / sd
np.random.shuffle(raw)
n = int(0.7 * len(raw))
train, test = raw[:n], raw[n:]
reg = LinearRegression().fit(train[:, :-1], train[:, -1])
print(mean_squared_error(test[:, -1], reg.predict(test[:, :-1])))
