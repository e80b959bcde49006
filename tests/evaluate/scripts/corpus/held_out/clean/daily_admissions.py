import pandas as pd
from sklearn.linear_model import PoissonRegressor
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import TimeSeriesSplit

stays = pd.read_csv("stays.csv", parse_dates=["arrival"])
daily = stays.groupby(stays["arrival"].dt.date)["stay_id"].count().rename("n").to_frame()
daily["week_ago"] = daily["n"].shift(7)
daily["fortnight"] = daily["n"].shift(7).rolling(14).mean()
daily = daily.dropna()
errors = []
for tr, te in TimeSeriesSplit(n_splits=8).split(daily):
    model = PoissonRegressor().fit(daily.iloc[tr][["week_ago", "fortnight"]], daily.iloc[tr]["n"])
    pred = model.predict(daily.iloc[te][["week_ago", "fortnight"]])
    errors.append(mean_absolute_error(daily.iloc[te]["n"], pred))
print(pd.Series(errors).describe())
