import numpy as np
import pandas as pd
from statsmodels.tsa.statespace.sarimax import SARIMAX

y = pd.read_csv("births.csv", index_col="month", parse_dates=True)["births"]
history = list(y[:-24])
future = y[-24:]
forecasts = []
for actual in future:
    fit = SARIMAX(history, order=(1, 1, 1), seasonal_order=(1, 1, 1, 12)).fit(disp=False)
    forecasts.append(fit.forecast()[0])
    history.append(actual)
forecasts = np.array(forecasts)
errors = future.values - forecasts
print("MAE", np.abs(errors).mean())
print("MAPE", 100 * np.mean(np.abs(errors / future.values)))
naive = y.shift(12)[-24:]
print("MAE seasonal naive", np.abs(future - naive).mean())
