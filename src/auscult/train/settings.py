"""How a network is trained: the settings, each with its default and its check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from auscult.models.settings import check_settings

OptimizerName = Literal["adam", "adamw", "sgd", "rmsprop", "adadelta"]
ScheduleName = Literal["constant", "cosine", "plateau"]
ClassLoss = Literal["cross_entropy", "bce", "focal"]
ValueLoss = Literal["mse", "mae", "huber"]
LossName = Literal[ClassLoss, ValueLoss]
ClassWeight = Literal["none", "balanced", "effective"]
Sampling = Literal["all", "balanced"]
Threshold = Literal["none", "f1_macro", "balanced_accuracy"]
Precision = Literal["float32", "bf16"]

CLASS_LOSSES: Final[tuple[str, ...]] = get_args(ClassLoss)
VALUE_LOSSES: Final[tuple[str, ...]] = get_args(ValueLoss)


@dataclass(frozen=True)
class Training:
    """Settings of the training loop.

    Parameters
    ----------
    epochs
        The most passes over the training cases.
    batch_size
        Cases a step.
    optimizer
        ``adam`` (Kingma & Ba 2015), ``adamw`` (Loshchilov & Hutter 2019), ``sgd`` with Nesterov
        momentum 0.9, ``rmsprop`` (Hinton 2012), ``adadelta`` (Zeiler 2012).
    learning_rate, weight_decay
        Step size; L2 penalty (decoupled for ``adamw``).
    schedule
        ``constant``; ``cosine`` down to 0 at the last epoch; ``plateau`` halves the rate when the
        watched loss has not improved for ``patience / 2`` epochs.
    patience
        Epochs without a better validation loss before a fit stops and its best weights return.
    loss
        ``cross_entropy``; ``bce``, binary cross-entropy of each class against the rest, on the
        softmax's probabilities; or ``focal`` with ``focal_gamma`` (Lin et al. 2017). Of forecasts
        ``mse``, ``mae`` or ``huber``, on scaled values.
    class_weight
        ``balanced`` weighs a class by the inverse of its training cases, ``effective`` by the
        inverse of their effective number (Cui et al. 2019, β = 0.999).
    sampling
        Cases of an epoch: ``all``, each once; or ``balanced``, as many, drawn with replacement so
        that every class is equally likely. Beside a ``class_weight`` it mends the same thing twice.
    label_smoothing
        Share of the truth spread over all classes (Szegedy et al. 2016).
    clip_norm
        Largest norm of a fit's gradient; 0 leaves it as it is.
    threshold
        After training, a factor on each class's probability, chosen on the validation part:
        ``f1_macro`` or ``balanced_accuracy`` is what they make the best of; ``none`` leaves the
        probabilities alone. What was moved is no longer the chance of a class: log loss, Brier
        score and calibration suffer. Without a validation part nothing is moved.
    precision
        Of the products in training steps: ``float32``, or ``bf16``, 8 bits of mantissa instead of
        24, on a GPU or a CPU that multiplies them faster (mixed precision, Micikevicius et al.
        2018; Kalamkar et al. 2019). Weights, sums and all that is measured stay in float32, and so
        do recurrent layers on the CPU.
    """

    epochs: int = 100
    batch_size: int = 32
    optimizer: OptimizerName = "adam"
    learning_rate: float = 1e-3
    weight_decay: float = 0.0
    schedule: ScheduleName = "constant"
    patience: int = 20
    loss: LossName = "cross_entropy"
    focal_gamma: float = 2.0
    class_weight: ClassWeight = "none"
    sampling: Sampling = "all"
    label_smoothing: float = 0.0
    clip_norm: float = 0.0
    threshold: Threshold = "none"
    precision: Precision = "float32"

    def __post_init__(self) -> None:
        check_settings(self, "a training")
