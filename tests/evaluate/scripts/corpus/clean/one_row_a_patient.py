import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import train_test_split
from sklearn.metrics import accuracy_score

labs = pd.read_csv("labs.csv")
per_patient = labs.groupby("patient_id").agg({"creatinine": "max", "sodium": "mean", "died": "first"})
X = per_patient[["creatinine", "sodium"]]
y = per_patient["died"]
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, test_size=0.2)
gbc = GradientBoostingClassifier().fit(X_train, y_train)
print(accuracy_score(y_test, gbc.predict(X_test)))
