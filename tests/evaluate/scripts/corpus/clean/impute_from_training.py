import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

df = pd.read_csv("titanic.csv")
df["Sex"] = df["Sex"].map({"male": 0, "female": 1})
df["Family"] = df["SibSp"] + df["Parch"]
X = df[["Pclass", "Sex", "Age", "Fare", "Family"]]
y = df["Survived"]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=1)
age = X_train["Age"].median()
X_train = X_train.fillna({"Age": age})
X_test = X_test.fillna({"Age": age})
mean, std = X_train.mean(), X_train.std()
X_train = (X_train - mean) / std
X_test = (X_test - mean) / std
rf = RandomForestClassifier(random_state=0).fit(X_train, y_train)
print(accuracy_score(y_test, rf.predict(X_test)))
