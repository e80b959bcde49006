import numpy as np
from statsmodels.tsa.arima.model import ARIMA
import pandas as pd


def mean_abs_pct(actual, forecast):
    return np.mean(np.abs(actual - forecast) / np.abs(forecast)) * 100


y = pd.read_csv("admissions.csv")["n"]
train, test = y[:-30], y[-30:]
fit = ARIMA(train, order=(2, 1, 2)).fit()
print(mean_abs_pct(test.values, fit.forecast(30).values))
