import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score

df = pd.read_csv("titanic_like.csv")
X = df[["age", "fare", "sex"]]
y = df["survived"]
X_train, X_test, y_train, y_test = train_test_split(X, y)
model = LogisticRegression()
model.fit(X_train, y_train)
pred = model.predict(X_train)
print("Accuracy:", accuracy_score(y_train, pred))
print("F1:", f1_score(y_train, pred))
