import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split

df = pd.read_csv("prices.csv", parse_dates=["Date"], index_col="Date")
for lag in range(1, 6):
    df[f"lag_{lag}"] = df["Close"].shift(lag)
df = df.dropna()
X = df[[f"lag_{lag}" for lag in range(1, 6)]]
y = df["Close"]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)
rf = RandomForestRegressor()
rf.fit(X_train, y_train)
print("R2:", r2_score(y_test, rf.predict(X_test)))
