import pandas as pd
from imblearn.over_sampling import RandomOverSampler
from sklearn.metrics import average_precision_score
from sklearn.model_selection import train_test_split
from xgboost import XGBClassifier

df = pd.read_csv("fraud.csv")
X, y = df.drop("Class", axis=1), df["Class"]
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y)
X_over, y_over = RandomOverSampler(random_state=0).fit_resample(X_train, y_train)
clf = XGBClassifier(n_estimators=200).fit(X_over, y_over)
print(average_precision_score(y_test, clf.predict_proba(X_test)[:, 1]))
