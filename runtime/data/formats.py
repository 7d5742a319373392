"""The formats of pictures: by which endings and first bytes they are known, and which of them are read.

The standard library alone: an editor asks at every keystroke.
"""

import re
from typing import Final, NamedTuple

HEAD: Final = 132
"""Bytes at the beginning of a file that tell its format."""
_PLAIN_CURE: Final = "save it as PNG or JPEG"


class Format(NamedTuple):
    """A format of picture files."""

    name: str
    """What it is called in messages; for those that are read, Pillow's name."""
    endings: frozenset[str]
    """Of file names, in small letters."""
    first_bytes: bytes = b""
    """A regular expression; empty for a format that is known by its endings alone."""
    is_read: bool = False
    cure: str = _PLAIN_CURE
    """What to do about a file that is not read."""


def _format(name: str, endings: str, first_bytes: bytes = b"", cure: str = _PLAIN_CURE) -> Format:
    return Format(name, frozenset(f".{each}" for each in endings.split()), first_bytes, cure=cure)


def _read(name: str, endings: str, first_bytes: bytes) -> Format:
    return _format(name, endings, first_bytes)._replace(is_read=True, cure="")


HEIC: Final = _format(
    "HEIC",
    "heic heif heics heifs hif",
    # "mif1" and "msf1" are containers; AVIF, which uses them too, is looked for before.
    rb"....ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)",
    "pip install pillow-heif, or save it as JPEG",
)
"""What iPhones write. It is read where the package pillow-heif is installed."""

CAMERA_RAW: Final = "camera raw"
_RAW_CURE: Final = "develop it with a photo editor, and save it as JPEG or PNG"

FORMATS: Final = (
    _read("PNG", "png apng", rb"\x89PNG\r\n\x1a\n"),
    # A phone's JPEG may hold more pictures behind the first; Pillow calls it MPO.
    _read("JPEG", "jpg jpeg jpe jfif mpo", rb"\xff\xd8\xff"),
    _read("GIF", "gif", rb"GIF8[79]a"),
    _read("WEBP", "webp", rb"RIFF....WEBP"),
    _read("BMP", "bmp", rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0"),
    _read("PPM", "ppm pgm pbm pnm", rb"P[1-6]\s+(?:#|\d)"),
    _read("AVIF", "avif avifs", rb"....ftyp(?:avi[fs]|m[is]f1....(?:....){0,6}avi[fs])"),
    HEIC,
    # Cameras write their raw files in the form of TIFF: what a reader of TIFF finds in them is a small preview.
    _format(CAMERA_RAW, "dng", cure=_RAW_CURE),
    _format(CAMERA_RAW, "cr2 nef nrw arw srf sr2 orf rw2 pef srw 3fr erf kdc dcr mrw iiq rwl",
            rb"(?:II\*\0....CR|IIU\0|IIR[OS]|MMOR)", _RAW_CURE),
    _format(CAMERA_RAW, "cr3 raf x3f", rb"(?:....ftypcrx |FUJIFILMCCD-RAW|FOVb)", _RAW_CURE),
    _read("TIFF", "tif tiff", rb"(?:II[*+]\0|MM\0[*+])"),
    _format("JPEG 2000", "jp2 j2k jpf jpx j2c jpc jpm", rb"(?:\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51)"),
    _format("JPEG XL", "jxl", rb"(?:\xff\x0a|\0\0\0\x0cJXL \r\n\x87\n)"),
    _format("JPEG XR", "jxr wdp hdp", rb"II\xbc"),
    _format("Photoshop", "psd psb", rb"8BPS"),
    _format("GIMP", "xcf", rb"gimp xcf"),
    _format("icon", "ico cur", rb"\0\0[\x01\x02]\0[^\0]\0"),
    _format("macOS icon", "icns", rb"icns"),
    _format("DICOM", "dcm dicom", rb".{128}DICM", "save its pixels as PNG, for example with the package pydicom"),
    _format("FITS", "fits fit fts", rb"SIMPLE  ="),
    _format("OpenEXR", "exr", rb"v/1\x01"),
    _format("Radiance", "hdr rgbe", rb"#\?RADIANCE"),
    _format("PFM", "pfm", rb"P[Ff]\s"),
    _format("DIB", "dib"),
    _format("Targa", "tga icb vda vst"),
    _format("PCX", "pcx dcx", rb"(?:\x0a[\0-\x05]\x01[\x01\x02\x04\x08]|\xb1\x68\xde\x3a)"),
    _format("DDS", "dds", rb"DDS "),
    _format("QOI", "qoi", rb"qoif"),
    _format("SGI", "sgi rgb rgba bw", rb"\x01\xda"),
    _format("Sun raster", "ras", rb"\x59\xa6\x6a\x95"),
    _format("XPM", "xpm", rb"/\* XPM \*/"),
    _format("X bitmap", "xbm", rb"#define \S+_width"),
    _format("BLP", "blp", rb"BLP[12]"),
    _format("Microsoft Paint", "msp", rb"(?:DanM|LinS)"),
    _format("IM", "im", rb"Image type:"),
    _format("Windows metafile", "wmf emf", rb"(?:\xd7\xcd\xc6\x9a|\x01\0\0\0.{36} EMF)"),
    _format("FLI animation", "fli flc", rb"....[\x11\x12]\xaf"),
    _format("SVG", "svg svgz", rb"\s*(?:<\?xml[^>]*>\s*)?<svg", "draw it at a size of its own, and save it as PNG"),
)  # fmt: skip
"""In the order in which first bytes are compared."""

BY_ENDING: Final = {ending: each for each in FORMATS for ending in each.endings}
READ: Final = tuple(each for each in FORMATS if each.is_read)
_MARKED: Final = tuple(each for each in FORMATS if each.first_bytes)
_MARKS: Final = re.compile(b"|".join(b"(" + each.first_bytes + b")" for each in _MARKED), re.DOTALL)
_SAME: Final = {"MPO": "JPEG", "DIB": "BMP", "HEIF": "HEIC"}
"""What Pillow calls one thing by two names."""


def format_of(head: bytes) -> Format | None:
    """The format of a file by its first bytes, `HEAD` of them or all that there are; None for none that is known."""
    found = _MARKS.match(head)
    return _MARKED[found.lastindex - 1] if found and found.lastindex else None


def own_name(pillow: str) -> str:
    """What we call a format that Pillow names."""
    return _SAME.get(pillow, pillow)


def is_named_after_another(suffix: str, name: str) -> bool:
    """Whether an ending says another format than the one that a file was found to have."""
    said = BY_ENDING.get(suffix.lower())
    return said is not None and own_name(said.name) != name
