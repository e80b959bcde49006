from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from sklearn.decomposition import PCA
from sklearn.svm import SVC

data = load_breast_cancer()
X_train, X_test, y_train, y_test = train_test_split(data.data, data.target, random_state=42)
scaler = StandardScaler()
X_train_s = scaler.fit_transform(X_train)
X_test_s = scaler.transform(X_test)
pca = PCA(n_components=10).fit(X_train_s)
svc = SVC().fit(pca.transform(X_train_s), y_train)
print("train", svc.score(pca.transform(X_train_s), y_train))
print("test", svc.score(pca.transform(X_test_s), y_test))
