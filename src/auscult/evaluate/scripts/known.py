"""The names that libraries give to the steps of a training script."""

from __future__ import annotations

STATELESS = frozenset(
    [
        "Normalizer",
        "Binarizer",
        "FunctionTransformer",
        "PolynomialFeatures",
        "HashingVectorizer",
        "LabelEncoder",
        "LabelBinarizer",
        "MultiLabelBinarizer",
        "FeatureHasher",
        "AdditiveChi2Sampler",
        "TSNE",
        "TimeSeriesScalerMeanVariance",
        "TimeSeriesScalerMinMax",
        "TimeSeriesResampler",
        "MDS",
    ]
)
# What they learn says which values there are, little more.
MILD = frozenset(
    ["OneHotEncoder", "OrdinalEncoder", "CountVectorizer", "Tokenizer", "VarianceThreshold"]
)
SELECTORS = frozenset(
    [
        "SelectKBest",
        "SelectPercentile",
        "SelectFromModel",
        "SelectFpr",
        "SelectFdr",
        "SelectFwe",
        "RFE",
        "RFECV",
        "SequentialFeatureSelector",
        "GenericUnivariateSelect",
        "BorutaPy",
        "VarianceThreshold",
    ]
)
TRANSFORMERS = SELECTORS | frozenset(
    [
        "StandardScaler",
        "MinMaxScaler",
        "RobustScaler",
        "MaxAbsScaler",
        "PowerTransformer",
        "QuantileTransformer",
        "KBinsDiscretizer",
        "SplineTransformer",
        "SimpleImputer",
        "KNNImputer",
        "IterativeImputer",
        "Imputer",
        "MissingIndicator",
        "PCA",
        "SparsePCA",
        "IncrementalPCA",
        "KernelPCA",
        "TruncatedSVD",
        "FastICA",
        "NMF",
        "FactorAnalysis",
        "TfidfVectorizer",
        "TfidfTransformer",
        "CountVectorizer",
        "TargetEncoder",
        "OneHotEncoder",
        "OrdinalEncoder",
        "BinaryEncoder",
        "LeaveOneOutEncoder",
        "WOEEncoder",
        "CatBoostEncoder",
        "Tokenizer",
        "Normalization",
        "TextVectorization",
        "MiniRocket",
        "Rocket",
        "UMAP",
    ]
)
RESAMPLERS = frozenset(
    [
        "SMOTE",
        "SMOTENC",
        "SMOTEN",
        "ADASYN",
        "BorderlineSMOTE",
        "SVMSMOTE",
        "KMeansSMOTE",
        "RandomOverSampler",
        "RandomUnderSampler",
        "NearMiss",
        "TomekLinks",
        "SMOTEENN",
        "SMOTETomek",
        "ClusterCentroids",
        "EditedNearestNeighbours",
        "OneSidedSelection",
    ]
)
CLASSIFIERS = frozenset(
    [
        "LogisticRegression",
        "LogisticRegressionCV",
        "SVC",
        "LinearSVC",
        "NuSVC",
        "GaussianNB",
        "MultinomialNB",
        "BernoulliNB",
        "ComplementNB",
        "CategoricalNB",
        "LinearDiscriminantAnalysis",
        "Perceptron",
        "NearestCentroid",
        "QuadraticDiscriminantAnalysis",
    ]
)
REGRESSORS = frozenset(
    [
        "LinearRegression",
        "Ridge",
        "RidgeCV",
        "Lasso",
        "LassoCV",
        "ElasticNet",
        "ElasticNetCV",
        "SVR",
        "LinearSVR",
        "NuSVR",
        "BayesianRidge",
        "HuberRegressor",
        "KernelRidge",
        "Lars",
        "PLSRegression",
    ]
)
NETWORKS = frozenset(["Sequential", "Model", "Functional"])
SEARCHES = frozenset(
    [
        "GridSearchCV",
        "RandomizedSearchCV",
        "HalvingGridSearchCV",
        "HalvingRandomSearchCV",
        "BayesSearchCV",
        "OptunaSearchCV",
    ]
)
PIPELINES = frozenset(["Pipeline", "make_pipeline", "make_imb_pipeline", "ImbPipeline"])
# Several transformers side by side.
UNIONS = frozenset(["ColumnTransformer", "make_column_transformer", "FeatureUnion", "make_union"])
GROUP_SPLITTERS = frozenset(
    [
        "GroupKFold",
        "StratifiedGroupKFold",
        "LeaveOneGroupOut",
        "LeavePGroupsOut",
        "GroupShuffleSplit",
        "PredefinedSplit",
        "GroupTimeSeriesSplit",
    ]
)
SPLITTERS = GROUP_SPLITTERS | frozenset(
    [
        "KFold",
        "StratifiedKFold",
        "RepeatedKFold",
        "RepeatedStratifiedKFold",
        "ShuffleSplit",
        "LeaveOneOut",
        "LeavePOut",
        "StratifiedShuffleSplit",
        "TimeSeriesSplit",
        "MultilabelStratifiedKFold",
    ]
)
SHUFFLING = frozenset(
    [
        "RepeatedKFold",
        "RepeatedStratifiedKFold",
        "ShuffleSplit",
        "StratifiedShuffleSplit",
        "LeaveOneOut",
        "LeavePOut",
    ]
)
CV_FUNCTIONS = frozenset(
    [
        "cross_val_score",
        "cross_validate",
        "cross_val_predict",
        "learning_curve",
        "validation_curve",
        "permutation_test_score",
    ]
)
CALLBACKS = frozenset(["EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau", "early_stopping"])

AREAS = frozenset(
    [
        "roc_auc_score",
        "roc_curve",
        "precision_recall_curve",
        "average_precision_score",
        "RocCurveDisplay.from_predictions",
        "PrecisionRecallDisplay.from_predictions",
    ]
)
CURVES = frozenset(["roc_curve", "precision_recall_curve", "det_curve"])
METRICS = frozenset(
    [
        "accuracy_score",
        "balanced_accuracy_score",
        "f1_score",
        "fbeta_score",
        "precision_score",
        "recall_score",
        "jaccard_score",
        "matthews_corrcoef",
        "cohen_kappa_score",
        "log_loss",
        "brier_score_loss",
        "hamming_loss",
        "zero_one_loss",
        "classification_report",
        "confusion_matrix",
        "roc_auc_score",
        "average_precision_score",
        "roc_curve",
        "precision_recall_curve",
        "precision_recall_fscore_support",
        "top_k_accuracy_score",
        "r2_score",
        "mean_squared_error",
        "root_mean_squared_error",
        "mean_absolute_error",
        "median_absolute_error",
        "mean_absolute_percentage_error",
        "explained_variance_score",
        "max_error",
        "mean_squared_log_error",
        "plot_confusion_matrix",
        "plot_roc_curve",
    ]
)
# Of data, not of predictions: they judge no model.
STATISTICS = frozenset(
    ["mean", "median", "std", "var", "min", "quantile", "mode", "nanmean", "nanstd", "nanmedian"]
)

# Sorted by class as they come.
SORTED_DATASETS = frozenset(["load_iris", "load_wine"])
READERS = frozenset(
    [
        "load",
        "loadtxt",
        "genfromtxt",
        "load_data",
        "loadmat",
        "rdrecord",
        "rdsamp",
        "rdann",
        "read_pickle",
        "imread",
        "load_dataset",
        "make_classification",
        "make_regression",
        "make_blobs",
        "make_moons",
        "make_circles",
    ]
)
SAVERS = frozenset(
    [
        "dump",
        "save",
        "save_model",
        "save_weights",
        "save_pretrained",
        "deepcopy",
        "state_dict",
        "clone_model",
    ]
)


def is_reader(name: str) -> bool:
    """Whether a function reads data or makes some."""
    return name in READERS or name.startswith(("read_", "load_", "fetch_", "make_"))


def is_classifier(name: str) -> bool:
    """Whether ``predict`` of a class gives classes."""
    return name in CLASSIFIERS or name.endswith(("Classifier", "ClassifierCV"))


def is_regressor(name: str) -> bool:
    """Whether ``predict`` of a class gives quantities."""
    return name in REGRESSORS or name.endswith(("Regressor", "RegressorCV"))


def is_transformer(name: str) -> bool:
    """Whether a class learns a change of the features."""
    return name in TRANSFORMERS or (
        name not in STATELESS
        and not is_classifier(name)
        and name.endswith(("Scaler", "Imputer", "Encoder", "Vectorizer", "Discretizer"))
    )
