import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error, r2_score

df = pd.read_csv("power.csv", parse_dates=["stamp"]).set_index("stamp")
df["roll"] = df["mw"].rolling(4).mean()
df["yesterday"] = df["mw"].shift(96)
df = df.dropna()
cut = int(len(df) * 0.9)
train, test = df.iloc[:cut], df.iloc[cut:]
cols = ["roll", "yesterday"]
reg = LinearRegression()
reg.fit(train[cols], train["mw"])
pred = reg.predict(test[cols])
print(r2_score(test["mw"], pred), mean_absolute_error(test["mw"], pred))
