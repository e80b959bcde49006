import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import TimeSeriesSplit, cross_val_score, train_test_split

df = pd.read_csv("sales.csv").sort_values("date")
for k in (1, 7, 14):
    df[f"lag{k}"] = df["sales"].shift(k)
df["target"] = df["sales"].shift(-1)
df = df.dropna()
X = df[["sales", "lag1", "lag7", "lag14"]]
y = df["target"]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, shuffle=False)
rf = RandomForestRegressor(n_estimators=200)
cv = cross_val_score(rf, X_train, y_train, cv=TimeSeriesSplit(5), scoring="neg_mean_absolute_error")
print("cv MAE", -cv.mean())
rf.fit(X_train, y_train)
print("test MAE", mean_absolute_error(y_test, rf.predict(X_test)))
