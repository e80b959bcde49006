import pandas as pd
from collections import Counter
from imblearn.over_sampling import SMOTE
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier
from sklearn.metrics import recall_score

df = pd.read_csv("stroke.csv")
y = df["stroke"]
X = pd.get_dummies(df.drop(["id", "stroke"], axis=1))
print(Counter(y))
sm = SMOTE(random_state=2)
X_res, y_res = sm.fit_resample(X, y)
X_train, X_test, y_train, y_test = train_test_split(X_res, y_res, test_size=0.2, random_state=2)
tree = DecisionTreeClassifier(max_depth=6).fit(X_train, y_train)
print("recall:", recall_score(y_test, tree.predict(X_test)))
