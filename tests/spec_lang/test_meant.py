"""What `cnn check --fix` makes of the mistakes of people who know Keras, PyTorch, Caffe or Darknet, and of slips.

Each is tried through the command. Where nothing is certain the text stays as it was, and the help says what there is to
say. `@` stands for a head that fits: `flatten; dense 10 softmax`.
"""

from pathlib import Path
from textwrap import dedent
from typing import Final

import pytest

from runtime.cli import main
from spec_lang import Files, check_text
from spec_lang.diagnostics import Diagnostic
from spec_lang.language_server.analysis import Analysis, analyse
from spec_lang.language_server.code_actions import QUICK_FIX, actions

HEAD: Final = "flatten; dense 10 softmax"
UNCHANGED: Final = None

MISTAKES: Final = (
    # what is written, what --fix makes of it, and how the help begins
    ("MaxPool2D 2x2; @", "pool 2x2; @", "did you mean 'pool'?"),
    ("maxpool2d 2x2; @", "pool 2x2; @", "did you mean 'pool'?"),
    ("Max_Pool_2D 2x2; @", "pool 2x2; @", "did you mean 'pool'?"),
    ("MAXPOOLING2D 2x2; @", "pool 2x2; @", "did you mean 'pool'?"),
    ("MaxPooling2D((2, 2)); @", "pool 2x2; @", "write pool 2x2"),
    ("maxpol 2x2; @", "pool 2x2; @", "did you mean 'pool'?"),
    ("AvgPool2d 2x2; @", "avgpool 2x2; @", "did you mean 'avgpool'?"),
    ("average_pooling_2d 2x2; @", "avgpool 2x2; @", "did you mean 'avgpool'?"),
    ("Convolution2D 8 3x3 relu; @", "conv 8 3x3 relu; @", "did you mean 'conv'?"),
    ("conv_2d 8 3x3 relu; @", "conv 8 3x3 relu; @", "did you mean 'conv'?"),
    ("CONV2D 8 3x3 relu; @", "conv 8 3x3 relu; @", "did you mean 'conv'?"),
    ("Convolutional 8 3x3 relu; @", "conv 8 3x3 relu; @", "did you mean 'conv'?"),
    ("SeparableConv2D 8 3x3 relu; @", "sepconv 8 3x3 relu; @", "did you mean 'sepconv'?"),
    ("Conv2DTranspose 8 3x3 relu; @", "convtranspose 8 3x3 relu; @", "did you mean 'convtranspose'?"),
    ("deconv 8 3x3 relu; @", "convtranspose 8 3x3 relu; @", "did you mean 'convtranspose'?"),
    ("depthwise_conv2d 3x3 relu; @", "depthwiseconv 3x3 relu; @", "did you mean 'depthwiseconv'?"),
    ("ocnv 8 3x3 relu; @", "conv 8 3x3 relu; @", "did you mean 'conv'?"),
    ("convv 8 3x3 relu; @", "conv 8 3x3 relu; @", "did you mean 'conv'?"),
    ("BatchNormalization; @", "batchnorm; @", "did you mean 'batchnorm'?"),
    ("bn; @", "batchnorm; @", "did you mean 'batchnorm'?"),
    ("batch_norm; @", "batchnorm; @", "did you mean 'batchnorm'?"),
    ("batchnrom; @", "batchnorm; @", "did you mean 'batchnorm'?"),
    ("LayerNormalization; @", "layernorm; @", "did you mean 'layernorm'?"),
    ("InstanceNorm2d 8; @", UNCHANGED, "write groupnorm with as many groups as there are channels"),
    ("LocalResponseNorm 5; @", "lrn 5; @", "did you mean 'lrn'?"),
    ("ZeroPadding2D 1; @", "zeropad 1; @", "did you mean 'zeropad'?"),
    ("UpSampling2D 2; @", "upsample 2; @", "did you mean 'upsample'?"),
    ("Cropping2D 1; @", "crop 1; @", "did you mean 'crop'?"),
    ("SpatialDropout2D 0.2; @", "spatialdropout 0.2; @", "did you mean 'spatialdropout'?"),
    ("Dropout2d 0.2; @", "spatialdropout 0.2; @", "did you mean 'spatialdropout'?"),
    ("GaussianNoise 0.1; @", "gaussiannoise 0.1; @", "did you mean 'gaussiannoise'?"),
    ("GlobalAveragePooling2D; dense 10 softmax", "globalavgpool; dense 10 softmax", "did you mean 'globalavgpool'?"),
    ("GAP; dense 10 softmax", "globalavgpool; dense 10 softmax", "did you mean 'globalavgpool'?"),
    ("adaptiveavgpool 1; dense 10 softmax", "globalavgpool; dense 10 softmax", "did you mean 'globalavgpool'?"),
    ("AdaptiveAvgPool2d 1x1; dense 10 softmax", "globalavgpool; dense 10 softmax", "did you mean 'globalavgpool'?"),
    ("adaptiveavgpool 7; @", UNCHANGED, "write globalavgpool for adaptive pooling to 1x1; other sizes are not in"),
    ("adaptivemaxpool 1; dense 10 softmax", "globalpool; dense 10 softmax", "did you mean 'globalpool'?"),
    (
        "conv 8 3x3; ReLU; @",
        "conv 8 3x3; activation relu; @",
        "'relu' is an activation: write it behind its layer, or as a layer of its",
    ),
    (
        "conv 8 3x3; LeakyReLU 0.1; @",
        "conv 8 3x3; activation leaky_relu slope=0.1; @",
        "'leaky_relu' is an activation: write it behind its layer, or as a layer of",
    ),
    (
        "conv 8 3x3; leaky_relu(0.1); @",
        "conv 8 3x3; activation leaky_relu slope=0.1; @",
        "write activation leaky_relu slope=0.1",
    ),
    (
        "conv 8 3x3 leaky_relu(0.1); @",
        "conv 8 3x3; activation leaky_relu slope=0.1; @",
        "write activation leaky_relu slope=0.1",
    ),
    (
        "conv 8 3x3 leaky_relu(0.1) stride=2; @",
        "conv 8 3x3 stride=2; activation leaky_relu slope=0.1; @",
        "write activation leaky_relu slope=0.1",
    ),
    ("conv 8 3x3 ReLU; @", "conv 8 3x3 relu; @", "did you mean 'relu'?"),
    ("conv 8 3x3 rellu; @", "conv 8 3x3 relu; @", "did you mean 'relu'?"),
    ("conv 8 3x3 rleu; @", "conv 8 3x3 relu; @", "did you mean 'relu'?"),
    ("conv 8 3x3 rectifier; @", "conv 8 3x3 relu; @", "did you mean 'relu'?"),
    ("conv 8 3x3 hardswish; @", "conv 8 3x3 hard_swish; @", "did you mean 'hard_swish'?"),
    ("conv 8 3x3 quickgelu; @", UNCHANGED, "quickgelu is not in the language: docs/from-keras.md"),
    ("conv 8 3x3 relu kernel_regularizer=l2(0.001); @", "conv 8 3x3 relu l2=0.001; @", "did you mean 'l2=0.001'?"),
    ("conv 8 3x3 relu kernel_regularizer=l2; @", "conv 8 3x3 relu l2=0.01; @", "did you mean 'l2=0.01'?"),
    ("conv 8 3x3 relu kernel_initializer=HeNormal; @", "conv 8 3x3 relu init=he_normal; @", "did you mean 'init'?"),
    ("conv 8 3x3 relu init=kaiming_uniform; @", "conv 8 3x3 relu init=he_uniform; @", "did you mean 'he_uniform'?"),
    ("conv 8 kernel_size=3 relu; @", "conv 8 kernel=3 relu; @", "did you mean 'kernel'?"),
    ("conv 8 3x3 relu strides=2; @", "conv 8 3x3 relu stride=2; @", "did you mean 'stride'?"),
    ("conv 8 3x3 relu use_bias=False; @", "conv 8 3x3 relu bias=off; @", "did you mean 'bias'?"),
    ("conv 8 3x3 relu SAME; @", "conv 8 3x3 relu same; @", "did you mean 'same'?"),
    ("conv 8 3x3 relu in_channels=1; @", UNCHANGED, "leave it out: the channels that come in are known"),
    (
        "conv 8 3x3 relu input_shape=28x28x1; @",
        UNCHANGED,
        "leave it out: the data tells the shape; for an architecture on its own,",
    ),
    ("conv 8 3x3 activation='relu'; @", "conv 8 3x3 activation=relu; @", "write relu"),
    (
        "conv 1 32 3 relu; @",
        "conv 32 3x3 relu; @",
        "the channels that come in, which PyTorch puts first, are known: write conv",
    ),
    ("Conv2d 1 32 3; @", "conv 32 3x3; @", "did you mean 'conv 32 3x3'?"),
    ("conv８ 3x3 relu; @", "conv 8 3x3 relu; @", "did you mean 'conv 8'?"),
    ("conv8 3x3 relu; @", "conv 8 3x3 relu; @", "did you mean 'conv 8'?"),
    (
        "Conv2D(32, (3, 3), activation='relu', padding=\"same\"); @",
        "conv 32 3x3 relu same; @",
        "write conv 32 3x3 relu same",
    ),
    ("nn.Conv2d(1, 32, kernel_size=3, padding=1); @", "conv 32 3x3 same; @", "write conv 32 3x3 same"),
    (
        "nn.Conv2d(1, 32, 3, stride=2, padding=1, bias=False); @",
        "zeropad 1; conv 32 3x3 stride=2 bias=off; @",
        "write zeropad 1; conv 32 3x3 stride=2 bias=off",
    ),
    ("conv 8 (3, 3) relu; @", "conv 8 3x3 relu; @", "sizes are written 3x3"),
    ("conv 8, 3x3, relu; @", "conv 8 3x3 relu; @", "values are separated by spaces, without commas"),
    ("conv 8 3*3 relu; @", "conv 8 3x3 relu; @", "write 3x3"),
    ("conv 8 3X3 relu; @", "conv 8 3x3 relu; @", "did you mean 3x3?"),
    ("conv 8 3×3 relu; @", "conv 8 3x3 relu; @", "did you mean 3x3?"),
    (
        "conv ３２ 3x3 relu; @",
        "conv 32 3x3 relu; @",
        "the first digit is U+FF13 fullwidth digit three, not the digit 3, and 1",
    ),
    (
        "conv ٨ 3x3 relu; @",
        "conv 8 3x3 relu; @",
        "the first digit is U+0668 arabic-indic digit eight, not the digit 8: did",
    ),
    (
        "сonv 8 3x3 relu; @",
        "conv 8 3x3 relu; @",
        "the first letter is U+0441 cyrillic small letter es, not the Latin c: did",
    ),
    (
        "ｃｏｎｖ 8 3x3 relu; @",
        "conv 8 3x3 relu; @",
        "the first letter is U+FF43 fullwidth latin small letter c, not the Latin",
    ),
    (
        "conv 8 3x3 rеlu; @",
        "conv 8 3x3 relu; @",
        "the second letter is U+0435 cyrillic small letter ie, not the Latin e: did",
    ),
    ("concat { flatten }; @", UNCHANGED, "concat is not in the language: docs/from-keras.md"),
    ("attention; @", UNCHANGED, "attention is not in the language: docs/from-keras.md"),
    ("MultiHeadAttention 8; @", UNCHANGED, "MultiHeadAttention is not in the language: docs/from-keras.md"),
    ("Add; @", UNCHANGED, "write residual { … }, which adds its input to what its layers yield"),
    ("average; @", UNCHANGED, "average is not in the language: docs/from-keras.md"),
    ("Conv1D 8 3; @", UNCHANGED, "Conv1D is not in the language: docs/from-keras.md"),
    ("LSTM 8; @", UNCHANGED, "LSTM is not in the language: docs/from-keras.md"),
    ("pretrained resnet50; @", UNCHANGED, "pretrained is not in the language: docs/from-keras.md"),
    ("dconv 8 3x3; @", UNCHANGED, "layers are input, dense, rescale, conv, sepconv, depthwiseconv,"),
    ("flatten; dense10 softmax", "@", "did you mean 'dense 10'?"),
    ("flatten; Dense10 softmax", "@", "did you mean 'dense 10'?"),
    ("flatten; Linear 10 softmax", "@", "did you mean 'dense'?"),
    ("flatten; nn.Linear(784, 10)", "flatten; dense 10", "write dense 10"),
    ("flatten; Dense(10, activation='softmax')", "@", "write dense 10 softmax"),
    ("flatten; dense(10, activation='softmax')", "@", "write dense 10 softmax"),
    ("flatten; dense 10 sofmax", "@", "did you mean 'softmax'?"),
    ("flatten; dense 10 Softmax", "@", "did you mean 'softmax'?"),
    ("flatten; dense 1O softmax", "@", "did you mean 10?"),
    (
        "flatten; dense 1,000 relu; dense 10 softmax",
        "flatten; dense 1000 relu; dense 10 softmax",
        "write 1000, without the comma",
    ),
    ('flatten; dense "64" relu; dense 10 softmax', "flatten; dense 64 relu; dense 10 softmax", "write 64"),
    (
        "flatten; dense 64 relu; Dropout(0.5); dense 10 softmax",
        "flatten; dense 64 relu; dropout 0.5; dense 10 softmax",
        "write dropout 0.5",
    ),
    (
        "flatten; dense 64 relu; dropout 0,5; dense 10 softmax",
        "flatten; dense 64 relu; dropout 0.5; dense 10 softmax",
        "decimals are written with a point: 0.5",
    ),
    (
        "flatten; dense 64 relu; dropout 50; dense 10 softmax",
        "flatten; dense 64 relu; dropout 50%; dense 10 softmax",
        "did you mean 50%?",
    ),
    ("flatten; InnerProduct 10 softmax", "@", "did you mean 'dense'?"),
    ("flatten; fc 10 softmax", "@", "did you mean 'dense'?"),
    ("Flatten(); dense 10 softmax", "@", "write flatten"),
    ("faltten; dense 10 softmax", "@", "did you mean 'flatten'?"),
    ("train { optimizer Adam(lr=0.001) }; @", "train { optimizer adam lr=0.001 }; @", "write adam lr=0.001"),
    ("train { optimizer Adam }; @", "train { optimizer adam }; @", "did you mean 'adam'?"),
    ("train { optimizer adam(0.01) }; @", "train { optimizer adam lr=0.01 }; @", "write adam lr=0.01"),
    (
        "train { optimizer SGD(0.01, momentum=0.9, nesterov=True) }; @",
        "train { optimizer sgd lr=0.01 momentum=0.9 nesterov=on }; @",
        "write sgd lr=0.01 momentum=0.9 nesterov=on",
    ),
    (
        "train { optimizer adam lr=0,001 }; @",
        "train { optimizer adam lr=0.001 }; @",
        "decimals are written with a point: 0.001",
    ),
    (
        "train { optimizer adam lr=1,000 }; @",
        UNCHANGED,
        "write 1.000 for a decimal number, 1000 for a thousand and more",
    ),
    ("train { optimizer adam learning_rate=0.01 }; @", "train { optimizer adam lr=0.01 }; @", "did you mean 'lr'?"),
    ("train { optimizer Adadelta }; @", UNCHANGED, "Adadelta is not in the language: docs/from-keras.md"),
    (
        "train { optimizer amda }; @",
        UNCHANGED,
        "'optimizer' knows the words adam, adamw, rmsprop, sgd, adagrad, nadam, lion",
    ),
    (
        "train { optimizer sgd lr=0.1 weight_deacy=0.1 }; @",
        "train { optimizer sgd lr=0.1 weight_decay=0.1 }; @",
        "did you mean 'weight_decay'?",
    ),
    ("train { optimiser adam lr=0.01 }; @", "train { optimizer adam lr=0.01 }; @", "did you mean 'optimizer'?"),
    ("train { batch_size 64 }; @", "train { batch 64 }; @", "did you mean 'batch'?"),
    ("train { epoch 3 }; @", "train { epochs 3 }; @", "did you mean 'epochs'?"),
    ("train { epochs = 3 }; @", "train { epochs 3 }; @", "write epochs 3, without the equals sign"),
    ("train { epochs: 3 }; @", "train { epochs 3 }; @", "write epochs 3, without the colon"),
    ("train { num_epochs 3 }; @", "train { epochs 3 }; @", "did you mean 'epochs'?"),
    (
        "train { loss CrossEntropyLoss }; @",
        "train { loss categorical_crossentropy }; @",
        "did you mean 'categorical_crossentropy'?",
    ),
    (
        "train { loss crossentropy }; @",
        "train { loss categorical_crossentropy }; @",
        "did you mean 'categorical_crossentropy'?",
    ),
    (
        "train { loss cross_entropy }; @",
        "train { loss categorical_crossentropy }; @",
        "did you mean 'categorical_crossentropy'?",
    ),
    (
        'train { loss BCEWithLogitsLoss }; data digits { classes ["0", "1"] }; flatten; dense 1 sigmoid',
        'train { loss binary_crossentropy }; data digits { classes ["0", "1"] }; flatten; dense 1 sigmoid',
        "did you mean 'binary_crossentropy'?",
    ),
    ("train { loss mse }; @", UNCHANGED, "mse is not in the language: docs/from-keras.md"),
    (
        "train { loss categorical_crossentrpy }; @",
        "train { loss categorical_crossentropy }; @",
        "did you mean 'categorical_crossentropy'?",
    ),
    ("train { metrics acc }; @", "train { metrics accuracy }; @", "did you mean 'accuracy'?"),
    ("train { metrics F1Score }; @", "train { metrics f1 }; @", "did you mean 'f1'?"),
    ("train { metrics top_k_categorical_accuracy }; @", "train { metrics top5 }; @", "did you mean 'top5'?"),
    ("train { metrics MeanIoU }; @", UNCHANGED, "MeanIoU is not in the language: docs/from-keras.md"),
    (
        "train { precision float16 }; @",
        UNCHANGED,
        "float16 is not in the language; for 16 bits it has mixed_bfloat16, whose",
    ),
    (
        "train { precision mixed_float16 }; @",
        UNCHANGED,
        "float16 is not in the language; for 16 bits it has mixed_bfloat16, whose",
    ),
    ("train { precision bf16 }; @", "train { precision mixed_bfloat16 }; @", "did you mean 'mixed_bfloat16'?"),
    ("train { precision fp32 }; @", "train { precision float32 }; @", "did you mean 'float32'?"),
    ("train { schedule CosineAnnealingLR }; @", "train { schedule cosine }; @", "did you mean 'cosine'?"),
    ("train { schedule OneCycleLR }; @", UNCHANGED, "OneCycleLR is not in the language: docs/from-keras.md"),
    ("train { schedule ReduceLROnPlateau }; @", "train { schedule plateau }; @", "did you mean 'plateau'?"),
    ("train { ReduceLROnPlateau }; @", "train { schedule plateau }; @", "did you mean 'schedule plateau'?"),
    (
        "train { EarlyStopping(monitor='val_loss', patience=3) }; @",
        "train { stop monitor=val_loss patience=3 }; @",
        "write EarlyStopping monitor=val_loss patience=3, without parentheses",
    ),
    (
        "train { early_stopping val_loss patience=3 }; @",
        "train { stop val_loss patience=3 }; @",
        "did you mean 'stop'?",
    ),
    (
        "train { stop val_acc patience=2 }; @",
        "train { stop val_accuracy patience=2 }; @",
        "did you mean 'val_accuracy'?",
    ),
    (
        "train { stop val_loss patience=2 restore_best_weights=True }; @",
        UNCHANGED,
        "leave it out: 'stop' goes back to the best weights by itself",
    ),
    ("train { callbacks }; @", UNCHANGED, "each has a setting of its own, such as stop val_loss patience=2, or log"),
    ("train { clipnorm 1.0 }; @", "train { clip norm 1 }; @", "did you mean 'clip norm 1'?"),
    ("train { clipvalue 0.5 }; @", "train { clip value 0.5 }; @", "did you mean 'clip value 0.5'?"),
    ("train { random_seed 7 }; @", "train { seed 7 }; @", "did you mean 'seed'?"),
    (
        "train { shuffle True }; @",
        UNCHANGED,
        "leave it out: training images come in a new order in every epoch, settled",
    ),
    ("train { logger TensorBoard }; @", "train { log tensorboard }; @", "did you mean 'log'?"),
    ("train { validation_split 0.2 }; @", UNCHANGED, "write data { validation 0.2 }"),
    ("train { devices gpu }; @", "train { devices all }; @", "did you mean 'all'?"),
    ("augment { rotation_range 20 }; @", "augment { rotate 20deg }; @", "did you mean 'rotate 20deg'?"),
    (
        "augment { RandomRotation(0.1) }; @",
        "augment { rotate 36deg }; @",
        "write RandomRotation 0.1, without parentheses",
    ),
    ("augment { zoom_range 0.2 }; @", "augment { zoom 80%..120% }; @", "did you mean 'zoom 80%..120%'?"),
    ("augment { width_shift_range 0.1 }; @", "augment { shift 0px 10% }; @", "did you mean 'shift 0px 10%'?"),
    ("augment { height_shift_range 0.1 }; @", "augment { shift 10% 0px }; @", "did you mean 'shift 10% 0px'?"),
    ("augment { horizontal_flip True }; @", "augment { flip horizontal }; @", "did you mean 'flip horizontal'?"),
    ("augment { horizontal_flip False }; @", UNCHANGED, "leave it out: it is off unless it is written"),
    (
        'augment { RandomFlip("horizontal") }; @',
        "augment { flip horizontal }; @",
        "write RandomFlip horizontal, without parentheses",
    ),
    ("augment { RandomHorizontalFlip }; @", "augment { flip horizontal }; @", "did you mean 'flip horizontal'?"),
    ("augment { rotate 20 }; @", "augment { rotate 20deg }; @", "write 20deg"),
    ("augment { zoom 0,8..1,2 }; @", "augment { zoom 0.8..1.2 }; @", "decimals are written with a point: 0.8..1.2"),
    ("augment { zoom 80..120% }; @", "augment { zoom 80%..120% }; @", "write 80%..120%"),
    ("augment { brightness_range 0.8..1.2 }; @", "augment { brightness 0.8..1.2 }; @", "did you mean 'brightness'?"),
    ("augment { cutout 25% }; @", "augment { erase 25% }; @", "did you mean 'erase'?"),
    ("augment { fill_mode mirror }; @", "augment { fill reflect }; @", "did you mean 'fill'?"),
    ("augment { cutmix 0.2 }; @", UNCHANGED, "cutmix is not in the language: docs/from-keras.md"),
    ("augment { flip horizontaly }; @", "augment { flip horizontal }; @", "did you mean 'horizontal'?"),
    ("data mnits { limit 100 }; @", "data mnist { limit 100 }; @", "did you mean 'mnist'?"),
    ("data MNIST { limit 100 }; @", "data mnist { limit 100 }; @", "did you mean 'mnist'?"),
    ("data cifar; @", UNCHANGED, "there are two: cifar10 with ten classes, cifar100 with a hundred"),
    (
        'data ImageFolder "pets" { size 32x32; classes [cat, dog] }; flatten; dense 2 softmax',
        'data folder "pets" { size 32x32; classes [cat, dog] }; flatten; dense 2 softmax',
        "did you mean 'folder'?",
    ),
    (
        'data folder "pets" { target_size 32x32; classes [cat, dog] }; flatten; dense 2 softmax',
        'data folder "pets" { size 32x32; classes [cat, dog] }; flatten; dense 2 softmax',
        "did you mean 'size'?",
    ),
    (
        'data folder "pets" { image_size 32; classes [cat, dog] }; flatten; dense 2 softmax',
        'data folder "pets" { size 32; classes [cat, dog] }; flatten; dense 2 softmax',
        "did you mean 'size'?",
    ),
    (
        'data folder "pets" { size 32x32; classes [cat, dog,] }; flatten; dense 2 softmax',
        'data folder "pets" { size 32x32; classes [cat, dog] }; flatten; dense 2 softmax',
        "a list ends without a comma: remove the last one",
    ),
    (
        'data folder "pets" { size 32x32; class_names [cat, dog] }; flatten; dense 2 softmax',
        'data folder "pets" { size 32x32; classes [cat, dog] }; flatten; dense 2 softmax',
        "did you mean 'classes'?",
    ),
    (
        'data folder "pets" { size 32x32; classes [cat, dog]; class_mode binary }; flatten; dense 2 softmax',
        UNCHANGED,
        "leave it out: the form of the labels follows from the head and the data",
    ),
    (
        'data folder "pets" { size 32x32; classes [cat, dog]; color_mode grayscale }; flatten; dense 2 softmax',
        'data folder "pets" { size 32x32; classes [cat, dog]; color gray }; flatten; dense 2 softmax',
        "did you mean 'color'?",
    ),
    (
        "data folder “pets” { size 32x32; classes [cat, dog] }; flatten; dense 2 softmax",
        'data folder "pets" { size 32x32; classes [cat, dog] }; flatten; dense 2 softmax',
        "quotes are written \" or ', and words need none",
    ),
    (
        'data folder "pets" { size 32x32; classes [cat dog] }; flatten; dense 2 softmax',
        'data folder "pets" { size 32x32; classes [cat, dog] }; flatten; dense 2 softmax',
        "the items of a list are separated by commas",
    ),
    (
        "data digits { validation １０% }; @",
        "data digits { validation 10% }; @",
        "the first digit is U+FF11 fullwidth digit one, not the digit 1, and 1",
    ),
    ("data digits { validation 20 }; @", "data digits { validation 20% }; @", "did you mean 20%?"),
    ("data digits { validation_split 0.2 }; @", "data digits { validation 0.2 }; @", "did you mean 'validation'?"),
    (
        "data digits { classes [1, 2] }; flatten; dense 2 softmax",
        'data digits { classes ["1", "2"] }; flatten; dense 2 softmax',
        'names that are numbers stand between quotes: write ["1", "2"]',
    ),
    (
        "data digits { shuffle }; @",
        UNCHANGED,
        "leave it out: training images come in a new order in every epoch, settled",
    ),
    ("data digits { batch_size 32 }; @", UNCHANGED, "write train { batch 32 }"),
    ("data: digits; @", "data digits; @", "write data digits, without the colon"),
    ("dataset digits; @", "data digits; @", "did you mean 'data'?"),
    ("modle { @ }", "model { @ }", "did you mean 'model'?"),
    ("trian { epochs 3 }; @", "train { epochs 3 }; @", "did you mean 'train'?"),
    ("augmentation { rotate 10deg }; @", "augment { rotate 10deg }; @", "did you mean 'augment'?"),
    ("batch_size 32; @", "train { batch 32 }; @", "write train { batch 32 }"),
    ("epochs 3; @", "train { epochs 3 }; @", "'epochs' is a setting of 'train': write train { epochs 3 }"),
    ("train { epochs 3 }; batch_size 32; @", "train { batch 32; epochs 3 }; @", "write train { batch 32 }"),
    ("sweep { epochs }; @", UNCHANGED, "sweep is not in the language: docs/from-keras.md"),
    ("flatten; dense 1 softmax", "@", "write 10, or 'classes' in place of the number"),
    (
        "conv 8 3x3 relu -> pool 2x2; @",
        "conv 8 3x3 relu ; pool 2x2; @",
        "layers stand on lines of their own, or with a semicolon between them",
    ),
    ("32 conv 3x3 relu; @", "conv 32 3x3 relu; @", "the keyword comes first: conv 32"),
    ("conv 8 3x3 relu // first", "conv 8 3x3 relu # first", "comments begin with #"),
    (
        "conv 8 3x3 relu padding: same; @",
        "conv 8 3x3 relu padding=same; @",
        "options are written with an equals sign: padding=same",
    ),
    ("conv 8 3x3 relu stirde=2; @", "conv 8 3x3 relu stride=2; @", "did you mean 'stride'?"),
    (
        "conv 8 3x3 batchnorm; @",
        UNCHANGED,
        "'batchnorm' is a layer: it begins a line of its own, or follows a semicolon",
    ),
    ("pool pool_size=2; @", "pool window=2; @", "did you mean 'window'?"),
    ("pool 2x2 strides=1; @", "pool 2x2 stride=1; @", "did you mean 'stride'?"),
    ("batchnorm eps=0.01; @", "batchnorm epsilon=0.01; @", "did you mean 'epsilon'?"),
    ("dropout p=0.5; @", "dropout rate=0.5; @", "did you mean 'rate'?"),
    ("activation LeakyReLU; @", "activation leaky_relu; @", "did you mean 'leaky_relu'?"),
    ("activation leaky_relu alpha=0.1; @", "activation leaky_relu slope=0.1; @", "did you mean 'slope'?"),
    ("activation leaky_relu(0.1); @", "activation leaky_relu slope=0.1; @", "write leaky_relu slope=0.1"),
    ("resahpe 4x4x4; @", "reshape 4x4x4; @", "did you mean 'reshape'?"),
    ("conv 8 3x3 relu; avergepool 2x2; @", "conv 8 3x3 relu; avgpool 2x2; @", "did you mean 'avgpool'?"),
    ("conv 8 3x3 relu; dropuot 0.5; @", "conv 8 3x3 relu; dropout 0.5; @", "did you mean 'dropout'?"),
    (
        "conv 8 3x3 relu; globalavgpol; dense 10 softmax",
        "conv 8 3x3 relu; globalavgpool; dense 10 softmax",
        "did you mean 'globalavgpool'?",
    ),
    ("conv 8 3x3 relu bais=off; @", "conv 8 3x3 relu bias=off; @", "did you mean 'bias'?"),
    ("train { optimzer adam }; @", "train { optimizer adam }; @", "did you mean 'optimizer'?"),
    ("train { schedle cosine }; @", "train { schedule cosine }; @", "did you mean 'schedule'?"),
    ("train { label_smothing 10% }; @", "train { label_smoothing 10% }; @", "did you mean 'label_smoothing'?"),
    ("augment { rotaet 10deg }; @", "augment { rotate 10deg }; @", "did you mean 'rotate'?"),
    ("augment { bightness 80%..120% }; @", "augment { brightness 80%..120% }; @", "did you mean 'brightness'?"),
    ("data digits { limt 100 }; @", "data digits { limit 100 }; @", "did you mean 'limit'?"),
    ("conv2d 8 3 3 relu; @", "conv 8 3x3 relu; @", "did you mean 'conv'?"),
    (
        "Conv2D filters=8 kernel_size=3x3 activation=relu; @",
        "conv filters=8 kernel=3x3 activation=relu; @",
        "did you mean 'conv'?",
    ),
    ("conv 8 kernel 3x3 relu; @", "conv 8 kernel=3x3 relu; @", "options are written with an equals sign: kernel=3x3"),
    ("conv 8 3x3 relu padding=1; @", UNCHANGED, "for example: conv 32 3x3 relu"),
    ("conv 8 3x3 relu pad=same; @", "conv 8 3x3 relu padding=same; @", "did you mean 'padding'?"),
    (
        "conv 8 3x3 LeakyReLU(negative_slope=0.1); @",
        "conv 8 3x3; activation leaky_relu slope=0.1; @",
        "write activation leaky_relu slope=0.1",
    ),
    (
        "conv 8 3x3 activation=leaky_relu(0.1); @",
        "conv 8 3x3; activation leaky_relu slope=0.1; @",
        "write activation leaky_relu slope=0.1",
    ),
    (
        "conv 8 3x3 activation=LeakyReLU(0.1); @",
        "conv 8 3x3; activation leaky_relu slope=0.1; @",
        "write activation leaky_relu slope=0.1",
    ),
    ("@()", "@", "write softmax"),
    (
        "flatten; dense(128, 'relu'); dense 10 softmax",
        "flatten; dense 128 relu; dense 10 softmax",
        "write dense 128 relu",
    ),
    (
        "flatten; Dense(units=64, activation='relu', kernel_regularizer=regularizers.l2(1e-4)); dense 10 softmax",
        "flatten; dense 64 relu l2=0.0001; dense 10 softmax",
        "write dense 64 relu l2=0.0001",
    ),
    ("model.add(layers.MaxPooling2D((2, 2))); @", "pool 2x2; @", "write pool 2x2"),
    ("x = Conv2D(8, 3, activation='relu')(x); @", "conv 8 3x3 relu; @", "write conv 8 3x3 relu"),
    ("self.pool = nn.MaxPool2d(2, 2); @", "pool 2x2; @", "write pool 2x2"),
    ("F.relu(x); @", UNCHANGED, "a spec is no Python program: each layer is a line of its own, such as conv"),
    ("nn.Dropout2d(p=0.25); @", "spatialdropout 0.25; @", "write spatialdropout 0.25"),
    (
        "nn.BatchNorm2d(8); @",
        "batchnorm momentum=0.9 epsilon=0.00001; @",
        "write batchnorm momentum=0.9 epsilon=0.00001",
    ),
    ("nn.AdaptiveAvgPool2d(1); @", "globalavgpool; dense 10 softmax", "write globalavgpool"),
    ("nn.Softmax(dim=1); @", "activation softmax; @", "write activation softmax"),
    ("nn.Flatten(); dense 10 softmax", "@", "write flatten"),
    ("Rescaling(1./255); @", UNCHANGED, "leave it out: images come from 0 to 1 unless 'normalize' says otherwise"),
    ("Rescaling 1/255; @", "rescale 1/255; @", "did you mean 'rescale'?"),
    ("rescale 1/255; @", UNCHANGED, "for example: rescale 2 offset=-1"),
    ("RandomFlip horizontal; @", "augment { flip horizontal }; @", "write augment { flip horizontal }"),
    ("RandomRotation 0.1; @", "augment { rotate 36deg }; @", "write augment { rotate 36deg }"),
    ("Resizing 64 64; @", UNCHANGED, "write data { size 150x150 }"),
    ("Normalization; @", UNCHANGED, "write data { normalize -1..1 }"),
    ("Input(shape=(8, 8, 1)); @", "input 8x8x1; @", "write input 8x8x1"),
    ("SoftmaxWithLoss; @", UNCHANGED, "write flatten, then dense 10 softmax: the softmax stands behind its layer"),
    ("Pooling 2x2; @", "pool 2x2; @", "did you mean 'pool'?"),
    ("route -1; @", UNCHANGED, "route is not in the language: docs/from-keras.md"),
    ("shortcut -3; @", UNCHANGED, "write residual { … }, which adds its input to what its layers yield"),
    ("eltwise; @", UNCHANGED, "write residual { … }, which adds its input to what its layers yield"),
    ("upsample scale_factor=2; @", "upsample size=2; @", "did you mean 'size'?"),
    ("maxout 3; @", UNCHANGED, "maxout is not in the language: docs/from-keras.md"),
    ("cat { flatten }; @", UNCHANGED, "cat is not in the language: docs/from-keras.md"),
    ("merge { flatten }; @", UNCHANGED, "merge is not in the language: docs/from-keras.md"),
    ("stack { conv 8 3x3 }; @", UNCHANGED, "stack is not in the language: docs/from-keras.md"),
    ("loop 3 { conv 8 3x3 relu same }; @", UNCHANGED, "a loop is written repeat 3 { … }"),
    ("for 3 { conv 8 3x3 relu same }; @", UNCHANGED, "a loop is written repeat 3 { … }"),
    ("repat 3 { conv 8 3x3 relu same }; @", "repeat 3 { conv 8 3x3 relu same }; @", "did you mean 'repeat'?"),
    ("freeze; @", UNCHANGED, "freeze is not in the language: docs/from-keras.md"),
    ("compile adam; @", UNCHANGED, "write train { optimizer adam lr=0.001 }"),
    (
        "adam 0.01; @",
        "train { optimizer adam lr=0.01 }; @",
        "'adam' is an optimizer: write train { optimizer adam lr=0.01 }",
    ),
    (
        "train { adam lr=0.01 }; @",
        "train { optimizer adam lr=0.01 }; @",
        "'adam' is an optimizer: write train { optimizer adam lr=0.01 }",
    ),
    ("train { Adam(0.001) }; @", "train { optimizer adam lr=0.001 }; @", "write Adam 0.001, without parentheses"),
    ("train { lr 0.01 }; @", UNCHANGED, "it is an option of 'optimizer', written lr=0.01"),
    ("train { learning_rate 0.01 }; @", UNCHANGED, "it is an option of 'optimizer', written lr=0.01"),
    (
        "train { optimizer adam 0.01 }; @",
        "train { optimizer adam lr=0.01 }; @",
        "options are written with their name: lr=0.01",
    ),
    ("train { optimizer rmsprop alpha=0.9 }; @", "train { optimizer rmsprop rho=0.9 }; @", "did you mean 'rho'?"),
    (
        "train { optimizer sgd nesterov }; @",
        "train { optimizer sgd nesterov=on }; @",
        "options are written with an equals sign: nesterov=on",
    ),
    ("train { optimizer sgd momentun=0.9 }; @", "train { optimizer sgd momentum=0.9 }; @", "did you mean 'momentum'?"),
    ('train { optimizer "adam" }; @', "train { optimizer adam }; @", "write adam"),
    (
        "train { optimizer torch.optim.Adam(lr=1e-3) }; @",
        "train { optimizer adam lr=1e-3 }; @",
        "write Adam(…), without its module",
    ),
    (
        "train { optimizer keras.optimizers.SGD(0.1) }; @",
        "train { optimizer sgd lr=0.1 }; @",
        "write SGD(…), without its module",
    ),
    ("train { patience 3 }; @", UNCHANGED, "it is an option of 'schedule' and 'stop', written patience=3"),
    ("train { monitor val_loss }; @", UNCHANGED, "it is an option of 'schedule' and 'stop' and 'keep', written"),
    ("train { ModelCheckpoint }; @", "train { keep val_loss }; @", "did you mean 'keep val_loss'?"),
    ("train { save_best_only True }; @", "train { keep val_loss }; @", "did you mean 'keep val_loss'?"),
    ("train { checkpoint val_accuracy }; @", "train { keep val_accuracy }; @", "did you mean 'keep'?"),
    ("train { scheduler cosine }; @", "train { schedule cosine }; @", "did you mean 'schedule'?"),
    (
        "train { lr_scheduler StepLR step_size=5 gamma=0.5 }; @",
        "train { schedule step every=5 factor=0.5 }; @",
        "did you mean 'schedule'?",
    ),
    (
        "train { schedule step step_size=5 gamma=0.5 }; @",
        "train { schedule step every=5 factor=0.5 }; @",
        "did you mean 'every'?",
    ),
    ("train { schedule cosine T_max=10 }; @", UNCHANGED, "its options are form, warmup, end"),
    ("train { weight_decay 0.01 }; @", UNCHANGED, "it is an option of 'optimizer', written weight_decay=0.01"),
    (
        "train { mixed_precision on }; @",
        "train { precision mixed_bfloat16 }; @",
        "did you mean 'precision mixed_bfloat16'?",
    ),
    ("train { amp }; @", UNCHANGED, "write train { precision mixed_bfloat16 }"),
    ("train { verbose 1 }; @", UNCHANGED, "leave it out: it is done without a word"),
    ("train { num_workers 4 }; @", UNCHANGED, "leave it out: it is done without a word"),
    ("train { gpus 2 }; @", "train { devices 2 }; @", "did you mean 'devices'?"),
    ("train { early_stop 5 }; @", "train { stop 5 }; @", "did you mean 'stop'?"),
    ("train { max_epochs 5 }; @", "train { epochs 5 }; @", "did you mean 'epochs'?"),
    (
        "train { steps_per_epoch 100 }; @",
        UNCHANGED,
        "write train { epochs 10 }; one epoch is one pass through the images",
    ),
    ("train { time 30 }; @", UNCHANGED, "for example: time 30min"),
    ("train { metrics top_5 val_acc }; @", "train { metrics top5 val_acc }; @", "did you mean 'top5'?"),
    ('train { metrics ["accuracy"] }; @', "train { metrics accuracy }; @", "write accuracy"),
    ("train { metrics [accuracy, f1] }; @", "train { metrics accuracy f1 }; @", "write accuracy f1"),
    (
        "train { loss NLLLoss }; @",
        "train { loss categorical_crossentropy }; @",
        "did you mean 'categorical_crossentropy'?",
    ),
    (
        "train { loss sparse_crossentropy }; @",
        "train { loss sparse_categorical_crossentropy }; @",
        "did you mean 'sparse_categorical_crossentropy'?",
    ),
    ("train { loss bce }; @", "train { loss categorical_crossentropy }; @", "did you mean 'binary_crossentropy'?"),
    ("train { loss hinge }; @", UNCHANGED, "hinge is not in the language: docs/from-keras.md"),
    ("train { log wandb }; @", UNCHANGED, "wandb is not in the language: docs/from-keras.md"),
    ("train { class_weight balanced }; @", UNCHANGED, "write data { balance weights }"),
    ("augment { rotation 20deg }; @", "augment { rotate 20deg }; @", "did you mean 'rotate'?"),
    ("augment { shear_range 0.2 }; @", "augment { shear 0.2deg }; @", "did you mean 'shear 0.2deg'?"),
    ("augment { ColorJitter }; @", UNCHANGED, "write augment { brightness 80%..120%; contrast 80%..120% }"),
    ("augment { random_crop 4px }; @", "augment { crop 4px }; @", "did you mean 'crop'?"),
    ("augment { vertical_flip }; @", "augment { flip vertical }; @", "did you mean 'flip vertical'?"),
    ("augment { shift 4 }; @", "augment { shift 4px }; @", "write 4px"),
    ("augment { zoom 0.2 }; @", "augment { zoom 80%..120% }; @", "write 80%..120%"),
    ("augment { hflip }; @", "augment { flip horizontal }; @", "did you mean 'flip horizontal'?"),
    ("augment { normalize 0..1 }; @", UNCHANGED, "'normalize' is a setting of 'data': write data { normalize 0..1 }"),
    ("augment { rescale 0.1 }; @", UNCHANGED, "'rescale' is a layer: it belongs to the model"),
    ("data mnist batch_size=32; @", UNCHANGED, "write train { batch 32 }"),
    ('data "mnist"; @', "data mnist; @", "write mnist"),
    ("data fashion-mnist; @", "data fashion_mnist; @", "did you mean 'fashion_mnist'?"),
    ("data FashionMNIST; @", "data fashion_mnist; @", "did you mean 'fashion_mnist'?"),
    ("data cifar-10; @", "data cifar10; @", "did you mean 'cifar10'?"),
    ("data imagenet; @", UNCHANGED, "imagenet is not in the language: docs/from-keras.md"),
    ("data digits { val 10% }; @", "data digits { validation 10% }; @", "did you mean 'validation'?"),
    (
        "data digits { validation 0,2 }; @",
        "data digits { validation 0.2 }; @",
        "decimals are written with a point: 0.2",
    ),
    ("data digits { seed 3 }; @", UNCHANGED, "'seed' is a setting of 'train': write train { seed 3 }"),
    ("data digits { normalise -1..1 }; @", "data digits { normalize -1..1 }; @", "did you mean 'normalize'?"),
    (
        'data folder "pets" { size 32,32; classes [a, b] }; flatten; dense 2 softmax',
        'data folder "pets" { size 32x32; classes [a, b] }; flatten; dense 2 softmax',
        "sizes are written 32x32",
    ),
    (
        'data folder "pets" { size (32, 32); classes [a, b] }; flatten; dense 2 softmax',
        'data folder "pets" { size 32x32; classes [a, b] }; flatten; dense 2 softmax',
        "sizes are written 32x32",
    ),
    (
        'data folder "pets" { size 224; classes ["a" "b"] }; flatten; dense 2 softmax',
        'data folder "pets" { size 224; classes ["a", "b"] }; flatten; dense 2 softmax',
        "the items of a list are separated by commas",
    ),
    (
        'data folder "pets" { size 32x32; classes cat, dog }; flatten; dense 2 softmax',
        'data folder "pets" { size 32x32; classes [cat, dog] }; flatten; dense 2 softmax',
        "values are separated by spaces, without commas",
    ),
    (
        'data flow_from_directory "pets" { size 32x32; classes [a, b] }; flatten; dense 2 softmax',
        'data folder "pets" { size 32x32; classes [a, b] }; flatten; dense 2 softmax',
        "did you mean 'folder'?",
    ),
    ("conv 8 3 x 3 relu; @", "conv 8 3x3 relu; @", "did you mean 3x3?"),
    ("conv 8 3x3, relu; @", "conv 8 3x3 relu; @", "values are separated by spaces, without commas"),
    ("conv: 8 3x3 relu; @", "conv 8 3x3 relu; @", "write conv 8 3x3 relu, without the colon"),
    (
        "conv 8 3x3 relu | pool 2x2; @",
        "conv 8 3x3 relu ; pool 2x2; @",
        "layers stand on lines of their own, or with a semicolon between them",
    ),
    (
        "conv 8 3x3 relu, pool 2x2; @",
        "conv 8 3x3 relu; pool 2x2; @",
        "layers stand on lines of their own, or with a semicolon between them",
    ),
    ("@.", "@", "a statement ends without a full stop"),
    ("flatten; dense 10, softmax", "@", "values are separated by spaces, without commas"),
    ("flatten; dense ten softmax", UNCHANGED, "for example: dense 128 relu"),
    ("flatten; dense 10% softmax", UNCHANGED, "for example: dense 128 relu"),
    ("flatten; dense -10 softmax", UNCHANGED, "for example: dense 128 relu"),
    ("flatten; dropout 0.5.; dense 10 softmax", "flatten; dropout 0.5; dense 10 softmax", "did you mean 0.5?"),
    (
        "flatten; dropout = 0.5; dense 10 softmax",
        "flatten; dropout 0.5; dense 10 softmax",
        "write dropout 0.5, without the equals sign",
    ),
    ("flatten; dense 10 sоftmax", "@", "the second letter is U+043E cyrillic small letter o, not the Latin o: did"),
)


def in_full(text: str) -> str:
    return text.replace("@", HEAD)


def mistakes_in(text: str) -> list[Diagnostic]:
    """The errors of a spec, but for pictures that are not there."""
    return [each for each in check_text(text).diagnostics if each.severity == "error" and each.code != "E410"]


def analysed(text: str) -> Analysis:
    return analyse(text, "spec.cnn", Files())


@pytest.mark.parametrize(("text", "meant", "_help"), MISTAKES)
def test_what_was_meant_is_written(text: str, meant: str | None, _help: str, tmp_path: Path) -> None:
    file = tmp_path / "spec.cnn"
    file.write_text(in_full(text), encoding="utf-8")
    main(["check", "--fix", str(file)])
    assert file.read_text(encoding="utf-8") == in_full(text if meant is None else meant)


@pytest.mark.parametrize(("text", "_meant", "help_"), MISTAKES)
def test_the_help_says_what_was_meant(text: str, _meant: str | None, help_: str) -> None:
    assert mistakes_in(in_full(text))[0].help.startswith(help_)


@pytest.mark.parametrize(("text", "meant", "_help"), MISTAKES)
def test_the_editor_offers_the_same(text: str, meant: str | None, _help: str) -> None:
    text = in_full(text)
    first = mistakes_in(text)[0]
    offered = actions(analysed(text), first.span.start, first.span.start, (QUICK_FIX,))
    assert any(each.preferred for each in offered) == (first.fix is not None)
    assert first.fix or meant is UNCHANGED


FOREIGN: Final = (
    (
        "a Python program for Keras",
        """
        import keras
        from keras import layers
        model = keras.Sequential([
            layers.Conv2D(32, 3),
            layers.Flatten(),
            layers.Dense(10),
        ])
        model.compile(optimizer="adam")
        """,
    ),
    (
        "a Python program for Keras",
        """
        model = Sequential()
        model.add(Conv2D(32, (3, 3), activation="relu"))
        model.add(Flatten())
        model.add(Dense(10, activation="softmax"))
        """,
    ),
    (
        "a PyTorch program",
        """
        import torch
        import torch.nn as nn
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv1 = nn.Conv2d(1, 32, 3)

            def forward(self, x):
                return self.conv1(x)
        """,
    ),
    (
        "a Python program",
        """
        from fastai.vision.all import *
        path = untar_data(URLs.PETS)
        dls = ImageDataLoaders.from_folder(path)
        learn = vision_learner(dls, resnet34, metrics=error_rate)
        learn.fine_tune(1)
        """,
    ),
    (
        "a Caffe network (prototxt)",
        """
        name: "LeNet"
        layer {
          name: "conv1"
          type: "Convolution"
          bottom: "data"
          top: "conv1"
          convolution_param {
            num_output: 20
            kernel_size: 5
          }
        }
        """,
    ),
    (
        "a Darknet configuration",
        """
        [net]
        batch=64
        width=28

        [convolutional]
        filters=32
        size=3
        activation=leaky

        [maxpool]
        size=2
        """,
    ),
    (
        "TOML or an INI file",
        """
        [train]
        epochs = 10
        batch = 32
        [data]
        name = "mnist"
        """,
    ),
    (
        "YAML",
        """
        data: mnist
        model:
          - conv: 32
          - flatten
          - dense 10 softmax
        train:
          epochs: 10
        """,
    ),
)


@pytest.mark.parametrize(("name", "text"), FOREIGN)
def test_text_of_another_format_is_called_by_its_name_once(name: str, text: str) -> None:
    [finding] = check_text(dedent(text)).diagnostics
    assert finding.message == f"this is {name}, not a spec"
    assert finding.help


@pytest.mark.parametrize(
    "text",
    [
        "data mnist\nimport keras\nconv 32 3x3 relu\nflatten\ndense 10 softmax",
        "data mnist\nconv 32 3x3 relu\nmodel.add(Flatten())\ndense 10 softmax",
        "data: mnist\nconv 32 3x3 relu\nflatten\ndense 10 softmax",
        "Conv2D(32, 3)\nFlatten()\nDense(10, activation='softmax')",
    ],
)
def test_single_lines_of_another_language_are_findings_of_their_own(text: str) -> None:
    assert "E111" not in [each.code for each in check_text(text).diagnostics]
    assert mistakes_in(text)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("MaxPool2D", "did you mean 'pool'?"),
        ("maxpool2d", "did you mean 'pool'?"),
        ("attention", "attention is not in the language: docs/from-keras.md"),
        ("rotation_range", "did you mean 'augment.rotate'?"),
        ("shuffle", "leave it out"),
        ("\u0441onv", "U+0441 cyrillic small letter es"),
    ],
)
def test_explain_says_the_same(word: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", word]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ("sweep", "searching for settings is not in the language"),
        ("rnu", "did you mean `cnn run`?"),
        ("fit", "did you mean `cnn run`?"),
        ("evalute", "did you mean `cnn evaluate`?"),
        ("zzz", "the verbs are"),
    ],
)
def test_a_verb_is_only_suggested_for_what_it_does(verb: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb]) == 2
    assert said in capsys.readouterr().err
