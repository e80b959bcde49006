import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import RocCurveDisplay, roc_auc_score
from sklearn.preprocessing import StandardScaler
from sklearn.impute import SimpleImputer

development = pd.read_csv("hospital_a.csv")
external = pd.read_csv("hospital_b.csv")
columns = ["age", "crp", "lactate", "sbp"]
imputer = SimpleImputer(strategy="median").fit(development[columns])
scaler = StandardScaler().fit(imputer.transform(development[columns]))


def prepare(frame):
    return scaler.transform(imputer.transform(frame[columns]))


model = GradientBoostingClassifier().fit(prepare(development), development["sepsis"])
p = model.predict_proba(prepare(external))[:, 1]
print("external AUC", roc_auc_score(external["sepsis"], p))
RocCurveDisplay.from_predictions(external["sepsis"], p)
