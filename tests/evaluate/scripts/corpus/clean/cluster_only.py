import matplotlib.pyplot as plt
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import silhouette_score
from sklearn.preprocessing import StandardScaler

df = pd.read_csv("customers.csv")
X = StandardScaler().fit_transform(df[["income", "spending"]].fillna(df.mean()))
Z = PCA(2).fit_transform(X)
for k in range(2, 8):
    labels = KMeans(k, n_init=10).fit_predict(X)
    print(k, silhouette_score(X, labels))
plt.scatter(Z[:, 0], Z[:, 1], c=KMeans(4).fit_predict(X))
plt.show()
