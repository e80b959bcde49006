import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.ensemble import AdaBoostClassifier

df = pd.read_csv("cardio.csv", sep=";")
X = df.drop(["id", "cardio"], axis=1)
y = df["cardio"]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2)
model = AdaBoostClassifier()
model.fit(X, y)
print(model.score(X_test, y_test))
