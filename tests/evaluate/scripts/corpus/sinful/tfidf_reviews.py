import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import train_test_split
from sklearn.svm import LinearSVC

notes = pd.read_csv("notes.csv")
tfidf = TfidfVectorizer(max_features=5000, stop_words="english")
X = tfidf.fit_transform(notes["text"])
X_train, X_test, y_train, y_test = train_test_split(X, notes["label"], test_size=0.2)
svm = LinearSVC()
svm.fit(X_train, y_train)
print("accuracy: {:.2f}".format(svm.score(X_test, y_test)))
