import pandas as pd
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import Pipeline
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score
from sklearn.preprocessing import StandardScaler

df = pd.read_csv("stroke.csv").dropna()
y = df.pop("stroke")
X = pd.get_dummies(df)
model = Pipeline([("scale", StandardScaler()), ("smote", SMOTE()), ("lr", LogisticRegression())])
cv = RepeatedStratifiedKFold(n_splits=5, n_repeats=3, random_state=0)
auc = cross_val_score(model, X, y, scoring="roc_auc", cv=cv)
print(auc.mean(), auc.std())
