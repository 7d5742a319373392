"""Layers: Keras's, PyTorch's, Caffe's and Darknet's, and the transforms of torchvision."""

from typing import Final

from spec_lang.synonyms import Catalogue, Role

_LAYERS: Final = Catalogue(
    Role.LAYER,
    same={
        "conv": "Conv2D Convolution2D Convolution Convolutional ConvLayer Conv2DLayer convolve conv3x3 cnn",
        "sepconv": "SeparableConv2D SeparableConvolution2D SeparableConv sep_conv2d DepthwiseSeparableConv",
        "depthwiseconv": "DepthwiseConv2D DepthwiseConvolution DepthwiseConvolution2D DWConv dwconv2d",
        "convtranspose": "Conv2DTranspose Convolution2DTranspose ConvTranspose2D TransposedConv TransposedConv2D "
        "Deconv Deconv2D Deconvolution Deconvolution2D Deconvolutional TransposeConv",
        "pool": "MaxPool MaxPooling MaxPool2D MaxPooling2D maxpooling2d max_pool_2d Max_Pooling pooling Pool2D",
        "avgpool": "AvgPool2D AveragePool AveragePooling AveragePooling2D avg_pool_2d AvgPooling AvgPooling2D "
        "MeanPool mean_pooling AveragePool2D",
        "globalpool": "GlobalMaxPool GlobalMaxPooling GlobalMaxPool2D GlobalMaxPooling2D gmp",
        "globalavgpool": "GlobalAvgPool2D GlobalAveragePool GlobalAveragePooling GlobalAveragePooling2D GAP gap2d "
        "GlobalAvgPooling GlobalAvgPooling2D GlobalAveragePool2D global_pooling_average",
        "dense": "Linear FC FullyConnected Fully_Connected_Layer InnerProduct connected LazyLinear inner_product ip "
        "affine DenseLayer",
        "flatten": "Flattening FlattenLayer Flatten2D",
        "dropout": "Dropout1D DropoutLayer drop_out",
        "spatialdropout": "SpatialDropout2D Dropout2D ChannelDropout",
        "gaussiannoise": "GaussianNoise gauss_noise GaussNoise",
        "batchnorm": "BatchNormalization BatchNorm2D BN BatchNormalization2D batch_normalisation LazyBatchNorm2d "
        "batch_normalize BatchNormLayer bnorm",
        "layernorm": "LayerNormalization LN LayerNormalisation LayerNorm2d",
        "groupnorm": "GroupNormalization GN GroupNormalisation",
        "lrn": "LocalResponseNorm LocalResponseNormalization LRNLayer LocalResponseNormalisation",
        "zeropad": "ZeroPadding2D ZeroPad2D ZeroPadding ConstantPad2D zero_pad2d",
        "crop": "Cropping2D Cropping",
        "upsample": "UpSampling2D UpSampling UpsamplingNearest2d Upsample2D Interpolate",
        "reshape": "view",
        "prelu": "PReLU ParametricReLU ParamReLU",
        "rescale": "Rescaling",
        "input": "InputLayer InputShape",
        "residual": "ResidualBlock ResBlock ResidualLayer",
        "activation": "ActivationLayer nonlinearity",
    },
    written={
        "residual { … }, which adds its input to what its layers yield": "Add Eltwise ElementwiseAdd sum BasicBlock "
        "skip skip_connection shortcut",
        "globalavgpool for adaptive pooling to 1x1; other sizes are not in the language: docs/from-keras.md": (
            "AdaptiveAvgPool AdaptiveAvgPool2D AdaptiveAveragePooling2D AdaptiveAveragePooling AdaptiveAvgPooling2D"
        ),
        "globalpool for adaptive pooling to 1x1; other sizes are not in the language: docs/from-keras.md": (
            "AdaptiveMaxPool AdaptiveMaxPool2D AdaptiveMaxPooling2D AdaptiveMaxPooling"
        ),
        "groupnorm with as many groups as there are channels": (
            "InstanceNorm InstanceNorm2D InstanceNormalization InstanceNormalisation"
        ),
        "flatten, then dense 10 softmax: the softmax stands behind its layer": "SoftmaxWithLoss",
        "a block: block NAME(parameters) { … }, used like a layer": "Sequential Module ModuleList",
        "repeat 3 { … }": "RepeatLayers",
    },
    needless={
        "leave it out: it changes nothing": "Identity NoOp",
        "leave it out: images come as arrays of numbers from 0 to 1": "ToTensor ToDtype ToImage PILToTensor",
        "leave it out: the loss and the accuracy are measured in every run": "Accuracy",
        "leave it out: the data section says what comes in": "ImageData ImageInput",
    },
    absent=(
        "ActivityRegularization AdaptiveAveragePooling1D AdaptiveAveragePooling3D AdaptiveMaxPooling1D "
        "AdaptiveMaxPooling3D AdaptiveAvgPool1d AdaptiveAvgPool3d AdditiveAttention AlphaDropout Attention AugMix "
        "AutoContrast Average "
        "AveragePooling1D AveragePooling3D AvgPool1D AvgPool3D BatchNorm1d BatchNorm3d Bidirectional "
        "CategoryEncoding CenterCrop "
        "Concatenate Concat cat Merge ContrastLimitedAdaptiveHistogramEqualization Conv1D Conv1DTranspose Conv3D "
        "Conv3DTranspose ConvLSTM1D ConvLSTM2D ConvLSTM3D Convolution1D Convolution1DTranspose Convolution3D "
        "Convolution3DTranspose ConvTranspose1d ConvTranspose3d Cropping1D Cropping3D CutMix DepthwiseConv1D "
        "Discretization Dot Dropout3d EinsumDense Embedding Equalization FlaxLayer GRU GRUCell GaussianDropout "
        "GlobalAveragePooling1D GlobalAveragePooling3D GlobalAvgPool1D GlobalAvgPool3D GlobalMaxPool1D "
        "GlobalMaxPool3D GlobalMaxPooling1D GlobalMaxPooling3D GroupQueryAttention HashedCrossing Hashing "
        "IntegerLookup JaxLayer LSTM LSTMCell Lambda Layer Masking MaxNumBoundingBoxes MaxPool1D MaxPool3D "
        "MaxPooling1D MaxPooling3D Maximum Maxout MelSpectrogram Minimum MultiHeadAttention MultiheadAttention "
        "Multiply RMSNormalization RMSNorm RNN RandAugment AutoAugment TrivialAugment AugMix "
        "RandomColorDegeneration RandomColorJitter "
        "RandomElasticTransform RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective "
        "RandomPosterization RandomSaturation RandomSharpness RandomResizedCrop RandomApply RandomChoice "
        "RepeatVector ReversibleEmbedding STFTSpectrogram "
        "SeparableConv1D SeparableConvolution1D SimpleRNN SimpleRNNCell Solarization SpatialDropout1D "
        "SpatialDropout3D SpectralNormalization SpectralNorm StackedRNNCells StringLookup Subtract TFSMLayer "
        "TextVectorization TimeDistributed TorchModuleWrapper UnitNormalization UpSampling1D UpSampling3D Wrapper "
        "ZeroPadding1D ZeroPadding3D deserialize serialize Pipeline LPPool2d FractionalMaxPool2d MaxUnpool2d "
        "AvgUnpool PixelShuffle PixelUnshuffle ChannelShuffle ReflectionPad2d ReplicationPad2d CircularPad2d Fold "
        "Unfold Bilinear Transformer TransformerEncoder TransformerEncoderLayer PatchEmbed SelfAttention SEBlock "
        "SqueezeExcite SqueezeExcitation DropPath DropBlock StochasticDepth WeightNorm FeatureAlphaDropout "
        "Scale Bias Power Exp Log Split Slice ArgMax Reduction Silence SPP Filter ROIPooling PSROIPooling Crop3D "
        "Permute3D Yolo Detection Route Reorg Region Upsample3d Cost LocallyConnected2D LocallyConnected1D Local "
        "Involution MBConv InvertedResidual Bottleneck DenseBlock TransitionBlock Inception AdaptiveConcatPool2d "
        "BlurPool GeM GeneralizedMeanPooling LayerScale Gate branch branches stack BatchNormalizationV1 "
        "AlphaDropout1d Pooling1D Pooling3D Maxpool2dWithArgmax Highway Capsule CapsNet"
    ),
)

_AUGMENTATION: Final = Catalogue(
    Role.SETTING,
    same={
        "augment.flip": "RandomFlip flip_left_right RandomFlipLR random_flip mirror",
        "augment.rotate": "RandomRotation RandomRotate rotation_range rotation rotate_range rotation_degrees",
        "augment.zoom": "RandomZoom zoom_range RandomScale scale_range zooming",
        "augment.shear": "RandomShear shear_range shearing",
        "augment.shift": "RandomTranslation translate translation RandomTranslate shift_range RandomShift",
        "augment.crop": "RandomCrop pad_and_crop crop_padding",
        "augment.contrast": "RandomContrast contrast_range",
        "augment.brightness": "RandomBrightness brightness_range",
        "augment.channel_shift": "channel_shift_range RGBShift",
        "augment.erase": "RandomErasing RandomErase cutout CoarseDropout erasing random_cutout",
        "augment.mixup": "MixUp RandomMixup mix_up",
        "augment.fill": "fill_mode padding_mode border_mode",
        "augment.noise": "GaussNoise noise_range",
        "data.normalize": "Normalization normalise Normalize",
        "data.size": "Resizing Resize image_size img_size target_size input_size img_shape image_shape imgsz",
    },
    written={
        "data mnist { normalize standard }": "Standardize featurewise_std_normalization featurewise_center "
        "StandardScaler",
        "augment { flip horizontal }": "RandomHorizontalFlip horizontal_flip hflip HorizontalFlip fliplr",
        "augment { flip vertical }": "RandomVerticalFlip vertical_flip vflip VerticalFlip flipud",
        "augment { shift 0px 10% }, the height first": "width_shift_range width_shift",
        "augment { shift 10% 0px }, the height first": "height_shift_range height_shift",
        "augment { brightness 80%..120%; contrast 80%..120% }": "ColorJitter",
        "augment { rotate 10deg; shift 10%; shear 10deg; zoom 90%..110% }": "RandomAffine ShiftScaleRotate",
    },
)

_BACKBONES: Final = Catalogue(
    Role.BACKBONE,
    absent=(
        "pretrained backbone weights applications transfer_learning from_pretrained "
        "ConvNeXt ConvNeXtBase ConvNeXtLarge ConvNeXtSmall ConvNeXtTiny ConvNeXtXLarge DenseNet DenseNet121 "
        "DenseNet169 "
        "DenseNet201 EfficientNet EfficientNetB0 EfficientNetB1 EfficientNetB2 EfficientNetB3 EfficientNetB4 "
        "EfficientNetB5 EfficientNetB6 EfficientNetB7 EfficientNetV2 EfficientNetV2B0 EfficientNetV2B1 "
        "EfficientNetV2B2 EfficientNetV2B3 EfficientNetV2L EfficientNetV2M EfficientNetV2S InceptionResNetV2 "
        "InceptionV3 MobileNet MobileNetV2 MobileNetV3 MobileNetV3Large MobileNetV3Small NASNet NASNetLarge "
        "NASNetMobile "
        "ResNet ResNet18 ResNet34 ResNet50 ResNet101 ResNet152 ResNetV2 ResNet50V2 ResNet101V2 ResNet152V2 VGG VGG11 "
        "VGG13 VGG16 VGG19 Xception AlexNet SqueezeNet ShuffleNet GoogLeNet RegNet MnasNet ViT SwinTransformer"
    ),
)

CATALOGUES: Final = (_LAYERS, _AUGMENTATION, _BACKBONES)
