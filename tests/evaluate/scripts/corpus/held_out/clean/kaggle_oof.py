import gc
import numpy as np
import pandas as pd
import xgboost as xgb
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import KFold

train_df = pd.read_csv("train.csv")
test_df = pd.read_csv("test.csv")
features = [c for c in train_df.columns if c not in ("id", "target")]
for col in train_df.select_dtypes("object").columns:
    codes = {v: i for i, v in enumerate(train_df[col].unique())}
    train_df[col] = train_df[col].map(codes)
    test_df[col] = test_df[col].map(codes)
oof = np.zeros(len(train_df))
preds = np.zeros(len(test_df))
kf = KFold(n_splits=5, shuffle=True, random_state=2019)
for fold_, (trn_idx, val_idx) in enumerate(kf.split(train_df)):
    print("fold", fold_)
    trn = xgb.DMatrix(train_df.iloc[trn_idx][features], label=train_df["target"].iloc[trn_idx])
    val = xgb.DMatrix(train_df.iloc[val_idx][features], label=train_df["target"].iloc[val_idx])
    booster = xgb.train({"eta": 0.02, "max_depth": 7}, trn, 800)
    oof[val_idx] = booster.predict(val)
    preds += booster.predict(xgb.DMatrix(test_df[features])) / kf.n_splits
    gc.collect()
print("CV RMSE", np.sqrt(mean_squared_error(train_df["target"], oof)))
pd.DataFrame({"id": test_df["id"], "target": preds}).to_csv("sub.csv", index=False)
