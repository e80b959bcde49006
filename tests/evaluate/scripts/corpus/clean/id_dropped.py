import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier, plot_tree
import matplotlib.pyplot as plt

df = pd.read_csv("alzheimers.csv")
df = df.drop(columns=["PatientID", "DoctorInCharge"])
print(df.describe(), df.isnull().sum())
X = df.drop("Diagnosis", axis=1)
y = df["Diagnosis"]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=10)
tree = DecisionTreeClassifier(max_depth=4)
tree.fit(X_train, y_train)
plot_tree(tree, feature_names=X.columns)
plt.savefig("tree.png")
print(tree.score(X_test, y_test))
