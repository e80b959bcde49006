import pandas as pd
from sklearn.model_selection import KFold
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error

visits = pd.read_csv("visits.csv")
visits["n_before"] = visits.groupby("patient_id").cumcount()
visits["last_score"] = visits.groupby("patient_id")["updrs"].shift(1)
visits = visits.dropna()
X = visits.drop(columns=["patient_id", "updrs"]).values
y = visits["updrs"].values
errors = []
for train_idx, test_idx in KFold(5, shuffle=True, random_state=0).split(X):
    m = Ridge().fit(X[train_idx], y[train_idx])
    errors.append(mean_absolute_error(y[test_idx], m.predict(X[test_idx])))
print("MAE", sum(errors) / len(errors))
