"""Arguments of Keras's functions and classes, of PyTorch's and of Darknet's files: settings, options, sections."""

from typing import Final

from spec_lang.synonyms import Catalogue, Role

_SETTINGS: Final = Catalogue(
    Role.SETTING,
    same={
        "data.balance": "class_weight class_weights WeightedRandomSampler oversampling",
        "data.classes": "class_names labels_list categories",
        "data.color": "color_mode colour_mode colour",
        "data.corrupt": "on_error bad_images broken",
        "data.limit": "max_images subset_size sample_size num_samples max_samples n_images",
        "data.resize": "crop_to_aspect_ratio pad_to_aspect_ratio keep_aspect_ratio resize_mode",
        "data.test": "test_split test_size holdout",
        "data.validation": "val valid validation_split val_split valid_pct val_size validation_size",
        "data.normalize": "scaling preprocess preprocessing",
        "train.average": "ema use_ema SwapEMAWeights ema_momentum ExponentialMovingAverage EMA moving_average",
        "train.batch": "batch_size batchsize bs mini_batch minibatch BATCH_SIZE batch_size_per_gpu samples_per_step",
        "train.clip": "clipnorm clipvalue global_clipnorm gradient_clipping clip_grad clip_grad_norm clip_grad_norm_ "
        "clip_gradients clip_gradient gradient_clip_val grad_clip clip_grad_value",
        "train.devices": "gpus num_gpus n_gpus gpu distribute strategy DataParallel MirroredStrategy accelerator "
        "device",
        "train.epochs": "epoch max_epochs num_epochs n_epochs nb_epoch nb_epochs n_epoch fit_one_cycle_epochs",
        "train.keep": "ModelCheckpoint save_best_only checkpoint save_best model_checkpoint SaveModelCallback "
        "checkpointing",
        "train.label_smoothing": "smoothing label_smooth labelsmoothing smooth_labels",
        "train.log": "logger TensorBoard logging loggers tensorboard_callback",
        "train.loss": "loss_fn criterion loss_function loss_func objective cost",
        "train.metrics": "metric weighted_metrics",
        "train.optimizer": "optim opt opt_func solver optimiser solver_type",
        "train.precision": "dtype dtype_policy policy",
        "train.schedule": "scheduler lr_scheduler LearningRateScheduler lr_schedule ReduceLROnPlateau lr_policy "
        "learning_rate_schedule lr_sched decay_schedule",
        "train.seed": "random_seed random_state set_random_seed manual_seed seed_everything rng",
        "train.stop": "EarlyStopping early_stop early_stopping_callback earlystop EarlyStoppingCallback",
        "train.time": "max_time time_limit timeout max_duration max_hours",
    },
    written={
        "train { stop val_loss patience=2 }": "patience monitor min_delta",
        "train { optimizer adam lr=0.001 }": "compile lr learning_rate base_lr beta_1 beta_2 decay_rate",
        "train { optimizer sgd momentum=0.9 }": "momentum nesterov",
        "train { precision mixed_bfloat16 }": "mixed_precision amp fp16",
        "data mnist { validation 10% }": "validation_data dev validation_set val_ds val_dir",
        "train { optimizer adamw weight_decay=0.004 }": "wd weight_decay",
        "train { schedule cosine warmup=2 }": "warmup warmup_epochs burn_in warm_up warmup_steps",
        "an option of each layer, such as conv 32 3x3 l2=0.0005": "l2 kernel_regularizer regularizer",
        "train { epochs 10; batch 32 }": "fit fit_generator fit_one_cycle fine_tune",
        "train { epochs 10 }; one epoch is one pass through the images": "steps_per_epoch max_iter iterations "
        "max_batches max_steps",
        'data csv "labels.csv" image=file label=kind': "x_col y_col label_col fn_col",
        'data folder "pets" { size 150x150 }': "directory root path train_dir data_dir folder img_dir dataroot",
        "data mnist": "x_train y_train load_data train_data train_ds mnist_data",
        "input 28x28x1 as the first line, where no data section tells it": "input_shape input_dim batch_input_shape "
        "batch_shape",
        "size 150x150; color rgb": "width height img_height img_width",
        "augment { rotate 20deg; zoom 80%..120%; flip horizontal }": "ImageDataGenerator aug_transforms transforms "
        "transform batch_tfms item_tfms data_augmentation",
        "dense classes softmax as the last layer: the number of classes is that of the data": "num_classes n_classes "
        "nclasses n_out classes_num num_labels",
    },
    needless={
        "each has a setting of its own, such as stop val_loss patience=2, or log tensorboard": "callbacks callback",
        "leave it out: the form of the labels follows from the head and the data": "class_mode label_mode labels "
        "to_categorical one_hot num_parallel_calls",
        "leave it out: training images come in a new order in every epoch, settled by the seed": "shuffle "
        "shuffle_buffer buffer_size",
        "leave it out: 'stop' goes back to the best weights by itself": "restore_best_weights",
        "leave it out: images come from 0 to 1; for another range, write normalize -1..1": "rescale rescaling "
        "preprocessing_function",
        "leave it out: it is done without a word": "verbose workers num_workers max_queue_size "
        "use_multiprocessing prefetch cache pin_memory drop_last jit_compile run_eagerly steps_per_execution "
        "persistent_workers subset interpolation "
        "autotune AUTOTUNE collate_fn num_threads zero_grad backward",
    },
    absent=(
        "swa SWALR AveragedModel weight_averaging img_channels channels data_format samplewise_center "
        "samplewise_std_normalization zca_whitening zca_epsilon follow_links "
        "sample_weight validation_steps validation_freq initial_epoch validation_batch_size loss_weights "
        "gradient_accumulation gradient_accumulation_steps accumulate_grad_batches freeze unfreeze fine_tune_at "
        "trainable sweep tune LambdaCallback CSVLogger TerminateOnNaN "
        "BackupAndRestore RemoteMonitor ProgbarLogger History lr_find subdivisions angle saturation exposure hue "
        "mosaic cutmix cval goal trials search hyperparameters let"
    ),
)

_SECTIONS: Final = Catalogue(
    Role.SECTION,
    same={
        "data": "dataset data_source dataloader DataLoader datasets DataBlock data_loader",
        "model": "net network architecture arch layers",
        "train": "training trainer train_param learn learner Learner trainer_config hyp",
        "augment": "augmentation augmentations data_augmentation transforms aug transform ImageDataGenerator",
        "block": "function define macro",
    },
    needless={
        "leave it out: a spec needs no imports": "import from",
    },
)

_OPTIONS: Final = Catalogue(
    Role.OPTION,
    same={
        "filters": "out_channels num_output nb_filter n_filters num_filters channels out_ch features outputs",
        "units": "out_features num_output output_dim n_units output hidden neurons outputs",
        "kernel": "kernel_size ksize filter_size k kernel_shape window size",
        "window": "pool_size kernel_size ksize kernel size",
        "stride": "strides stride_size s subsample step",
        "padding": "pad border_mode pad_mode",
        "dilation": "dilation_rate dilations dilate",
        "groups": "group num_groups n_groups",
        "activation": "act nonlinearity activation_fn act_fn",
        "bias": "use_bias bias_term has_bias",
        "init": "kernel_initializer initializer weight_filler depthwise_initializer pointwise_initializer "
        "init_weights "
        "weights_init",
        "bias_init": "bias_initializer bias_filler",
        "l2": "kernel_regularizer",
        "l1": "kernel_regularizer_l1",
        "maxnorm": "kernel_constraint max_norm",
        "rate": "p prob drop_rate dropout_rate probability dropout_ratio dropout_prob",
        "depth_multiplier": "channel_multiplier",
        "epsilon": "eps",
        "slope": "negative_slope alpha leak",
        "size": "scale_factor local_size n depth_radius",
        "stddev": "sigma std",
        "shape": "target_shape",
        "axes": "dims order",
        "scale": "factor",
        "lr": "learning_rate base_lr initial_lr learningrate lr_max",
        "weight_decay": "wd decay_weight l2",
        "beta_1": "beta1 momentum_1",
        "beta_2": "beta2",
        "rho": "alpha",
        "momentum": "mom mu",
        "factor": "gamma decay_rate",
        "every": "step_size",
        "warmup": "warmup_epochs warm_up",
        "end": "alpha",
        "patience": "wait",
        "monitor": "metric watch",
        "image": "x_col filename file path fn_col",
        "label": "y_col class label_col target",
        "offset": "shift",
        "keepdims": "keep_dims keepdim",
        "interpolation": "mode",
        "per": "shared_axes",
        "approximate": "approximation",
    },
    needless={
        "leave it out: the channels that come in are known": "in_channels in_features num_input input_dim in_ch "
        "num_features normalized_shape",
        "leave it out: the data tells the shape; for an architecture on its own, the first line is: input 28x28x1": (
            "input_shape batch_input_shape input_tensor"
        ),
        "leave it out: 'stop' goes back to the best weights by itself": "restore_best_weights",
        "leave it out: it changes nothing of the network": "name inplace verbose device",
        "leave it out: images are height x width x channels": "data_format axis",
        "write bias=off where no bias is meant": "no_bias",
    },
    written={
        "train { batch 32 }": "batch_size",
    },
    absent=(
        "trainable dtype bias_regularizer activity_regularizer bias_constraint output_padding return_indices "
        "padding_mode ceil_mode count_include_pad noise_shape seed data_format track_running_stats affine "
        "amsgrad lookahead centered dampening ema_momentum use_ema clipnorm clipvalue global_clipnorm "
        "loss_scale_factor gradient_accumulation_steps min_delta baseline start_from_epoch mode cooldown "
        "supports_masking stochastic_depth"
    ),
)

CATALOGUES: Final = (_SETTINGS, _SECTIONS, _OPTIONS)
