import os
import numpy as np
from PIL import Image
from sklearn.model_selection import train_test_split
from sklearn.utils import shuffle
from keras.models import Sequential
from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D
from keras.utils import to_categorical

images, labels = [], []
for index, name in enumerate(sorted(os.listdir("scans"))):
    for file in os.listdir(os.path.join("scans", name)):
        image = Image.open(os.path.join("scans", name, file)).convert("L").resize((64, 64))
        images.append(np.asarray(image) / 255.0)
        labels.append(index)
images, labels = shuffle(np.array(images), np.array(labels), random_state=0)
X_train, X_test, y_train, y_test = train_test_split(images, labels, test_size=0.2)
model = Sequential([Conv2D(16, 3, activation="relu"), MaxPooling2D(), Flatten(), Dense(4, activation="softmax")])
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
model.fit(X_train[..., None], to_categorical(y_train), epochs=10, validation_split=0.1)
print(model.evaluate(X_test[..., None], to_categorical(y_test)))
