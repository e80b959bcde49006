import xgboost as xgb
import pandas as pd
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

df = pd.read_csv("readmission.csv")
y = df["readmitted"]
X = df.drop(columns=["readmitted"])
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)
X_fit, X_val, y_fit, y_val = train_test_split(X_train, y_train, test_size=0.2, random_state=0)
dfit = xgb.DMatrix(X_fit, label=y_fit)
dval = xgb.DMatrix(X_val, label=y_val)
dtest = xgb.DMatrix(X_test, label=y_test)
booster = xgb.train({"objective": "binary:logistic"}, dfit, 1000, evals=[(dfit, "fit"), (dval, "val")],
                    early_stopping_rounds=30)
print(log_loss(y_test, booster.predict(dtest)))
