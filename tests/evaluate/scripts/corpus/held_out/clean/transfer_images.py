import tensorflow as tf
from tensorflow.keras.applications import MobileNetV2
from tensorflow.keras.callbacks import EarlyStopping, ModelCheckpoint
from tensorflow.keras.layers import Dense, GlobalAveragePooling2D
from tensorflow.keras.models import Model
from tensorflow.keras.preprocessing.image import ImageDataGenerator

augment = ImageDataGenerator(rescale=1 / 255, rotation_range=15, horizontal_flip=True)
plain = ImageDataGenerator(rescale=1 / 255)
train = augment.flow_from_directory("skin/train", target_size=(160, 160), batch_size=32)
valid = plain.flow_from_directory("skin/valid", target_size=(160, 160), batch_size=32)
test = plain.flow_from_directory("skin/test", target_size=(160, 160), batch_size=32, shuffle=False)
base = MobileNetV2(include_top=False, input_shape=(160, 160, 3))
base.trainable = False
head = Dense(train.num_classes, activation="softmax")(GlobalAveragePooling2D()(base.output))
model = Model(base.input, head)
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
history = model.fit(
    train,
    validation_data=valid,
    epochs=30,
    callbacks=[EarlyStopping(patience=4), ModelCheckpoint("skin.keras", save_best_only=True)],
)
print("best validation accuracy", max(history.history["val_accuracy"]))
model = tf.keras.models.load_model("skin.keras")
print("test", model.evaluate(test))
