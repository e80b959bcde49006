from catboost import CatBoostClassifier, Pool
import pandas as pd
from sklearn.metrics import roc_auc_score

data = pd.read_csv("ed.csv", parse_dates=["arrival"]).sort_values("arrival")
n = len(data)
train = data.iloc[: int(0.7 * n)]
val = data.iloc[int(0.7 * n): int(0.85 * n)]
test = data.iloc[int(0.85 * n):]
drop = ["arrival", "admitted"]
model = CatBoostClassifier(iterations=2000, verbose=200)
model.fit(
    Pool(train.drop(columns=drop), train["admitted"]),
    eval_set=Pool(val.drop(columns=drop), val["admitted"]),
    early_stopping_rounds=100,
)
print(roc_auc_score(test["admitted"], model.predict_proba(test.drop(columns=drop))[:, 1]))
