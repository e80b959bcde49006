import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.linear_model import LogisticRegression

df = pd.read_csv("covid.csv")
train, test = train_test_split(df, test_size=0.2, random_state=1)
train = train.drop_duplicates()
model = LogisticRegression().fit(train.drop("died", axis=1), train["died"])
print(model.score(test.drop("died", axis=1), test["died"]))
