import pandas as pd
from sklearn.utils import resample
from sklearn.model_selection import train_test_split
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix

df = pd.read_csv("sepsis.csv")
majority = df[df.sepsis == 0]
minority = df[df.sepsis == 1]
minority_up = resample(minority, replace=True, n_samples=len(majority), random_state=123)
balanced = pd.concat([majority, minority_up]).sample(frac=1, random_state=1)

X = balanced.drop("sepsis", axis=1)
y = balanced["sepsis"]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2)
lr = LogisticRegression().fit(X_train, y_train)
print(confusion_matrix(y_test, lr.predict(X_test)))
