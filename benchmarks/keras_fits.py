"""A plain Keras fit on TensorFlow: ``keras.layers``, ``compile`` and ``fit`` as they come.

Run as ``keras_fits.py THREADS``, 0 for as many as it takes by itself.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import tensorflow as tf
from keras import layers

from answers import Work, epoch_seconds, serve
from network import Network
from problem import read_training


def recurrent(network: Network, n_steps: int, n_features: int) -> Any:
    kind = layers.SimpleRNN if network.kind == "rnn" else layers.LSTM
    x = inputs = keras.Input((n_steps, n_features))
    for depth, width in enumerate(network.units):
        x = kind(width, return_sequences=depth + 1 < len(network.units))(x)
    if network.dropout:
        x = layers.Dropout(network.dropout)(x)
    return keras.Model(inputs, layers.Dense(network.n_classes, activation="softmax")(x))


def lstm_fcn(network: Network, n_steps: int, n_features: int) -> Any:
    """Karim et al. 2018, with the dimension shuffle: the LSTM reads a channel as one step."""
    inputs = keras.Input((n_steps, n_features))
    memory = layers.LSTM(network.units[0])(layers.Permute((2, 1))(inputs))
    memory = layers.Dropout(network.dropout)(memory)
    h = inputs
    for width, kernel in zip(network.filters, network.kernels, strict=True):
        h = layers.Conv1D(width, kernel, padding="same")(h)
        h = layers.ReLU()(layers.BatchNormalization()(h))
    joined = layers.Concatenate()([memory, layers.GlobalAveragePooling1D()(h)])
    return keras.Model(inputs, layers.Dense(network.n_classes, activation="softmax")(joined))


def prepare(file: Path) -> Work:
    problem = read_training(file)
    keras.backend.clear_session()
    network = problem.network
    build = lstm_fcn if network.kind == "lstm-fcn" else recurrent
    model = build(network, *problem.X.shape[1:])
    # The published scripts ask for the accuracy of every epoch; auscult notes it too.
    model.compile(
        optimizer=keras.optimizers.Adam(1e-3),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )

    def train(epochs: int) -> None:
        model.fit(problem.X, problem.y, batch_size=network.batch_size, epochs=epochs, verbose=0)

    return lambda epochs: epoch_seconds(train, epochs)


if __name__ == "__main__":
    tf.config.threading.set_intra_op_parallelism_threads(int(sys.argv[1]))
    tf.config.threading.set_inter_op_parallelism_threads(int(sys.argv[1]))
    keras.utils.set_random_seed(0)
    serve({"Keras": keras.__version__, "TensorFlow": tf.__version__}, prepare)
