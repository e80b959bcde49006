import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import GridSearchCV, GroupKFold, GroupShuffleSplit

gait = pd.read_csv("gait.csv").drop_duplicates()
gait["speed_change"] = gait.groupby("subject")["speed"].diff().fillna(0)
X = gait.drop(columns=["subject", "updrs"])
y = gait["updrs"]
g = gait["subject"]
train, test = next(GroupShuffleSplit(1, test_size=0.25, random_state=0).split(X, y, groups=g))
grid = GridSearchCV(HistGradientBoostingRegressor(), {"max_depth": [2, 4, 8]}, cv=GroupKFold(5), scoring="neg_mean_absolute_error")
grid.fit(X.iloc[train], y.iloc[train], groups=g.iloc[train])
print("cross-validation on the training subjects", -grid.best_score_)
print("test", mean_absolute_error(y.iloc[test], grid.predict(X.iloc[test])))
