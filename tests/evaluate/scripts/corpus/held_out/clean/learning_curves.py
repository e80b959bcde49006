import numpy as np
import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.model_selection import ShuffleSplit, learning_curve, validation_curve
from sklearn.svm import SVC

X, y = load_digits(return_X_y=True)
X = X / 16.0
cv = ShuffleSplit(n_splits=20, test_size=0.2, random_state=0)
sizes, train_scores, test_scores = learning_curve(SVC(gamma=0.02), X, y, cv=cv, train_sizes=np.linspace(0.1, 1, 5))
plt.plot(sizes, train_scores.mean(axis=1), "o-", label="training")
plt.plot(sizes, test_scores.mean(axis=1), "o-", label="cross-validation")
plt.fill_between(sizes, test_scores.min(axis=1), test_scores.max(axis=1), alpha=0.2)
plt.legend()
gammas = np.logspace(-4, 0, 9)
a, b = validation_curve(SVC(), X, y, param_name="gamma", param_range=gammas, cv=5)
plt.figure()
plt.semilogx(gammas, b.mean(axis=1))
plt.show()
