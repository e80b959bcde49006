from sklearn.preprocessing import MinMaxScaler
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
import pandas as pd

frame = pd.read_excel("liver.xlsx")
y = frame.pop("selector")
X_train, X_test, y_train, y_test = train_test_split(frame, y, test_size=0.33, random_state=42)

sc = MinMaxScaler()
X_train = sc.fit_transform(X_train)
X_test = sc.fit_transform(X_test)

knn = KNeighborsClassifier(5)
knn.fit(X_train, y_train)
print(knn.score(X_test, y_test))
