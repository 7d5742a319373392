"""How a network is trained: losses, optimizers, metrics, schedules and data sets."""

from typing import Final

from spec_lang.synonyms import CROSSENTROPY, Catalogue, Role

_LOSSES: Final = Catalogue(
    Role.LOSS,
    same={
        "categorical_crossentropy": "CategoricalCrossentropy CategoricalCrossEntropyLoss softmax_cross_entropy "
        "multiclass_crossentropy cce SoftmaxCrossEntropy CrossEntropyLossFlat",
        "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy scce sparse_crossentropy "
        "sparse_softmax_cross_entropy sparse_categorical",
        "binary_crossentropy": "BinaryCrossentropy BCE BCELoss BCEWithLogitsLoss bce_with_logits "
        "sigmoid_cross_entropy SigmoidCrossEntropyLoss binary_cross_entropy_loss BinaryCrossEntropyLoss",
    },
    written={
        CROSSENTROPY: "CrossEntropy CrossEntropyLoss cross_entropy_loss xent NLLLoss nll logloss log_loss ce "
        "negative_log_likelihood MultinomialLogisticLoss softmax_loss"
    },
    absent=(
        "BinaryFocalCrossentropy CategoricalFocalCrossentropy CategoricalGeneralizedCrossEntropy FocalLoss focal CTC "
        "CTCLoss CategoricalHinge Circle CosineSimilarity CosineEmbeddingLoss Dice DiceLoss Hinge HingeLoss Huber "
        "HuberLoss KLDivergence KLDivLoss kld kl LogCosh Loss MeanAbsoluteError MeanAbsolutePercentageError "
        "MeanSquaredError MeanSquaredLogarithmicError mse mae mape msle rmse MSELoss L1Loss SmoothL1Loss Poisson "
        "PoissonNLLLoss SquaredHinge Tversky TripletMarginLoss MarginRankingLoss MultiMarginLoss "
        "MultiLabelSoftMarginLoss MultiLabelMarginLoss SoftMarginLoss HingeEmbeddingLoss GaussianNLLLoss "
        "EuclideanLoss ContrastiveLoss InfogainLoss BCEFocal LabelSmoothingCrossEntropy triplet contrastive"
    ),
)

_OPTIMIZERS: Final = Catalogue(
    Role.OPTIMIZER,
    same={
        "sgd": "stochastic_gradient_descent gradient_descent GradientDescentOptimizer",
        "adam": "AdamOptimizer",
        "adamw": "Adam_W AdamWOptimizer decoupled_adam",
        "rmsprop": "RMSPropOptimizer rms_prop rms",
        "adagrad": "ada_grad AdagradOptimizer",
        "nadam": "NesterovAdam",
        "lion": "LionOptimizer",
    },
    absent=(
        "Adadelta Adafactor Adamax Ftrl Lamb Lars LossScaleOptimizer MultiOptimizer Muon Optimizer OptimizerMap "
        "ScheduleFreeAdamW SparseAdam LBFGS RAdam Rprop ASGD Ranger Lookahead Nesterov AdaBelief Yogi Shampoo Sophia "
        "Momentum MomentumOptimizer AMSGrad"
    ),
)

_METRICS: Final = Catalogue(
    Role.METRIC,
    same={
        "accuracy": "acc CategoricalAccuracy SparseCategoricalAccuracy BinaryAccuracy accuracy_score top1 top_1 "
        "MulticlassAccuracy error_rate_accuracy",
        "top5": "TopKCategoricalAccuracy SparseTopKCategoricalAccuracy top_k topk top_5 top5_accuracy "
        "top_k_accuracy top5acc acc5",
        "top2": "top_2 top2_accuracy",
        "top3": "top_3 top3_accuracy",
        "top10": "top_10 top10_accuracy",
        "precision": "precision_score",
        "recall": "recall_score sensitivity",
        "f1": "F1Score f1_score f_score f1_macro macro_f1 f_measure",
        "auc": "roc_auc AUROC roc_auc_score auc_roc",
        "val_auc": "auc roc_auc AUROC",
        "val_accuracy": "val_acc valid_accuracy validation_accuracy valid_acc val_categorical_accuracy "
        "val_sparse_categorical_accuracy val_binary_accuracy",
        "val_loss": "valid_loss validation_loss loss_val",
        "loss": "train_loss training_loss",
    },
    needless={
        "every report holds it": "classification_report confusion_matrix ConfusionMatrix",
    },
    absent=(
        "BinaryIoU BinaryCrossentropy BinaryFocalCrossentropy CategoricalCrossentropy CategoricalFocalCrossentropy "
        "CategoricalHinge ConcordanceCorrelation CosineSimilarity FBetaScore FalseNegatives FalsePositives "
        "Hinge Huber "
        "IoU KLDivergence LogCosh LogCoshError Mean MeanAbsoluteError MeanAbsolutePercentageError MeanIoU "
        "MeanMetricWrapper MeanSquaredError MeanSquaredLogarithmicError Metric OneHotIoU OneHotMeanIoU "
        "PearsonCorrelation Poisson PrecisionAtRecall R2Score RecallAtPrecision RootMeanSquaredError "
        "SensitivityAtSpecificity SparseCategoricalCrossentropy SpecificityAtSensitivity SquaredHinge Sum "
        "TrueNegatives TruePositives specificity kappa CohenKappa matthews MCC error_rate perplexity mse mae r2 "
        "average_precision mAP dice balanced_accuracy jaccard"
    ),
)

_SCHEDULES: Final = Catalogue(
    Role.SCHEDULE,
    same={
        "cosine": "CosineDecay CosineAnnealingLR cosine_annealing CosineAnnealing cosine_decay CosineLR "
        "CosineLRScheduler",
        "step": "StepLR step_decay steps staircase",
        "exponential": "ExponentialDecay ExponentialLR exp_decay",
        "plateau": "ReduceLROnPlateau ReduceOnPlateau reduce_on_plateau reduce_lr on_plateau",
    },
    absent=(
        "CosineDecayRestarts CosineAnnealingWarmRestarts SGDR InverseTimeDecay PiecewiseConstantDecay MultiStepLR "
        "multistep PolynomialDecay PolynomialLR poly polynomial linear LinearLR OneCycleLR OneCycle one_cycle "
        "CyclicLR "
        "cyclic "
        "triangular LearningRateSchedule LambdaLR MultiplicativeLR ConstantLR SequentialLR ChainedScheduler "
        "warmup_cosine constant fixed inv random sig noam inverse_sqrt"
    ),
)

_DATASETS: Final = Catalogue(
    Role.DATASET,
    same={
        "fashion_mnist": "fashion FMNIST FashionMNIST",
        "digits": "load_digits sklearn_digits",
        "cifar10": "cifar_10",
        "cifar100": "cifar_100",
        "mnist": "MNIST_digits handwritten_digits",
        "folder": "flow_from_directory image_dataset_from_directory ImageFolder directory dir folders image_folder "
        "from_folder ImageDataLoaders",
        "csv": "flow_from_dataframe dataframe table from_csv",
        "npz": "numpy arrays",
    },
    needless={"there are two: cifar10 with ten classes, cifar100 with a hundred": "cifar"},
    absent=(
        "ImageNet SVHN STL10 EMNIST KMNIST QMNIST Caltech101 Caltech256 Places365 CelebA COCO VOC imagenette "
        "imagewoof "
        "boston_housing california_housing imdb reuters cats_vs_dogs oxford_pets food101 flowers102 tf_flowers iris"
    ),
)

CATALOGUES: Final = (_LOSSES, _OPTIMIZERS, _METRICS, _SCHEDULES, _DATASETS)
