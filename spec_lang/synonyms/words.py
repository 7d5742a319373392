"""Words that stand for values: activations, initializers, paddings and the like."""

from typing import Final

from spec_lang.synonyms import Catalogue, Role

_ACTIVATIONS: Final = Catalogue(
    Role.ACTIVATION,
    same={
        "relu": "relu_layer rectifier rectified_linear_unit rectify",
        "leaky_relu": "LeakyReLU leaky LReLU",
        "linear": "identity none",
        "softmax": "softmax2d soft_max",
        "sigmoid": "logistic Sigmoid_layer sigm",
        "tanh": "hyperbolic_tangent TanH",
        "silu": "swish_1 SiLU",
        "hard_sigmoid": "HardSigmoid hsigmoid",
        "hard_silu": "HardSwish hswish h_swish",
        "hard_tanh": "HardTanh htanh",
        "hard_shrink": "HardShrink",
        "soft_shrink": "SoftShrink",
        "tanh_shrink": "TanhShrink",
        "log_sigmoid": "LogSigmoid",
        "log_softmax": "LogSoftmax",
        "softplus": "BNLL",
        "relu6": "relu_6 clipped_relu",
        "exponential": "exp",
        "threshold": "Thresholded_ReLU",
        **dict.fromkeys(
            "elu selu celu gelu glu mish swish softsign sparse_plus sparse_sigmoid sparsemax squareplus "
            "hard_swish".split(),
            "",
        ),
    },
    absent="RReLU CReLU Softmin GumbelSoftmax Maxout QuickGELU snake loggy relie ramp plse stair hardtan lhtan swiglu",
)

_INITIALIZERS: Final = Catalogue(
    Role.INITIALIZER,
    same={
        "glorot_uniform": "xavier xavier_uniform GlorotUniform xavier_uniform_ glorot",
        "glorot_normal": "xavier_normal GlorotNormal xavier_normal_",
        "he_normal": "kaiming kaiming_normal HeNormal kaiming_normal_ msra he",
        "he_uniform": "kaiming_uniform HeUniform kaiming_uniform_",
        "lecun_normal": "LecunNormal",
        "lecun_uniform": "LecunUniform",
        "random_normal": "RandomNormal gaussian normal normal_",
        "random_uniform": "RandomUniform uniform uniform_",
        "truncated_normal": "TruncatedNormal trunc_normal trunc_normal_",
        "variance_scaling": "VarianceScaling",
        "zeros": "zero zeros_",
        "ones": "one ones_",
        "orthogonal": "OrthogonalInitializer orthogonal_",
        "identity": "IdentityInitializer eye eye_",
    },
    absent="Constant constant_ STFT STFTInitializer Initializer sparse_ dirac_ dirac positive_unitball bilinear",
)

_PADDINGS: Final = Catalogue(
    Role.WORD,
    same={
        "same": "half pad_same SAME_UPPER",
        "valid": "no_padding unpadded",
    },
    absent="causal reflect_padding circular_padding",
)

_PICTURES: Final = Catalogue(
    Role.WORD,
    same={
        "gray": "grayscale grey greyscale grey_scale monochrome mono bw black_and_white luminance single_channel",
        "rgb": "color colour coloured colored",
        "nearest": "nearest_neighbor nearest_neighbour",
        "bilinear": "linear_interpolation",
        "bicubic": "cubic",
        "horizontal": "left_right leftright horizontally hflip",
        "vertical": "up_down updown top_down vertically vflip",
        "reflect": "mirror reflect_101 symmetric",
        "constant": "zeros black",
        "standard": "standardize standardise zscore z_score mean_std meanstd standardization",
        "stretch": "squash squish distort fill_stretch",
        "crop": "crop_to_aspect_ratio center_crop",
        "pad": "pad_to_aspect_ratio letterbox",
        "weights": "class_weight class_weights weighted balanced",
        "oversample": "oversampling over_sample over_sampling WeightedRandomSampler upsample",
        "skip": "ignore drop skip_errors",
        "fail": "raise error strict",
    },
    absent="rgba cmyk hsv lab area gaussian lanczos mitchellcubic cubic_convolution undersample undersampling",
)

_NUMBERS: Final = Catalogue(
    Role.WORD,
    same={
        "float32": "fp32 single float f32 full 32",
        "mixed_bfloat16": "bf16 bf16_mixed mixed_bf16",
        "all": "gpu gpus auto every everything available",
        "tensorboard": "SummaryWriter tb tensor_board TensorBoardLogger",
        "mlflow": "ml_flow MLFlowLogger",
    },
    needless={
        "what the language has is mixed_bfloat16: layers compute in bfloat16, weights stay float32": "bfloat16",
        "float16 is not in the language; for 16 bits it has mixed_bfloat16, whose numbers are others": (
            "float16 fp16 half_precision mixed_float16 amp mixed_precision fp16_mixed f16"
        ),
        "on and off are the words for yes and no": "yes no",
    },
    absent="float64 double fp64 int8 float8 fp8 tf32 tpu tpus wandb neptune comet clearml csv_logger aim",
)

CATALOGUES: Final = (_ACTIVATIONS, _INITIALIZERS, _PADDINGS, _PICTURES, _NUMBERS)
