from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVC

X, y = load_wine(return_X_y=True)
X = MinMaxScaler().fit_transform(X)
pca = PCA(n_components=5)
Z = pca.fit_transform(X)
cv = StratifiedKFold(n_splits=10, shuffle=True, random_state=1)
scores = cross_val_score(SVC(C=10), Z, y, cv=cv)
print(f"{scores.mean():.3f} +/- {scores.std():.3f}")
