# SPDX-License-Identifier: Apache-2.0
"""Small pictures in every stored form, with what Pillow makes of them: writes pictures.json beside this file.

    python3 make.py          (Pillow with WebP, TIFF and AVIF, NumPy; made with Pillow 13.0.0)

Per picture: the file (base64) and either Pillow's error or mode, size, EXIF orientation and the CRC-32 of the RGB bytes,
as stored ("ignore") and turned upright by ImageOps.exif_transpose ("apply").
"""
import base64, io, json, os, struct, warnings, zlib
import numpy as np
from PIL import Image, ImageOps, PngImagePlugin

warnings.simplefilter("ignore")
W, H = 29, 23
rng = np.random.default_rng(3)
files = {}


def save(name, image, **options):
    target = io.BytesIO()
    image.save(target, {"jpg": "JPEG", "tif": "TIFF"}.get(name.split(".")[-1], name.split(".")[-1].upper()), **options)
    files[name] = target.getvalue()


yy, xx = np.mgrid[0:H, 0:W]
colours = np.stack([xx * 255 // (W - 1), yy * 255 // (H - 1), (xx + yy) * 255 // (W + H - 2)], -1).astype(np.uint8)
colours[5:9, 4:12] = rng.integers(0, 256, (4, 8, 3))
rgb = Image.fromarray(colours)
grey = rgb.convert("L")
rgba = rgb.copy()
rgba.putalpha(grey)
grey_alpha = grey.convert("LA")
grey_alpha.putalpha(grey.rotate(180))
palette, palette16, palette4, palette2 = (rgb.quantize(n) for n in (40, 9, 4, 2))
bits = rgb.convert("1")
cmyk = rgb.convert("CMYK")
grey16 = Image.fromarray((xx * 700 + yy * 3).astype(np.uint16))
grey32 = Image.fromarray((xx * 12 - 20 + yy * 3).astype(np.int32))
floats = Image.fromarray((xx * 11.7 - 15 + yy * 0.3).astype(np.float32))
modes = {"RGB": rgb, "L": grey, "RGBA": rgba, "LA": grey_alpha, "P": palette, "P16": palette16, "P4": palette4,
         "P2": palette2, "1": bits}
wide = {"I16": grey16, "I": grey32, "F": floats, "CMYK": cmyk, "YCbCr": rgb.convert("YCbCr"), "PA": palette.convert("PA")}

# JPEG
for quality in (20, 90):
    for subsampling in (0, 1, 2):
        for progressive in (False, True):
            save(f"q{quality}-s{subsampling}{'-progressive' * progressive}.jpg", rgb, quality=quality,
                 subsampling=subsampling, progressive=progressive)
save("grey.jpg", grey)
save("cmyk.jpg", cmyk, quality=90)
save("cmyk-progressive.jpg", cmyk, progressive=True)
save("rgb-coded.jpg", rgb, keep_rgb=True)
save("restart.jpg", rgb, restart_marker_blocks=1)

# PNG
for name, image in modes.items():
    save(f"{name}.png", image)
save("I16.png", grey16)
save("transparent-index.png", palette, transparency=3)
save("transparent-colour.png", rgb, transparency=(0, 0, 0))
save("animated.png", rgb, save_all=True, append_images=[rgb.rotate(180)])


def chunk(kind, data, crc=None):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data) if crc is None else crc)


def png(depth, colour, raw, before=b"", after=b"", end=True, idat_crc=None, split=None, width=9, height=7):
    packed = zlib.compress(raw)
    parts = [packed[i:i + split] for i in range(0, len(packed), split)] if split else [packed]
    data = b"".join(chunk(b"IDAT", part, idat_crc) for part in parts)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)) + before +
            data + after + (chunk(b"IEND", b"") if end else b""))


raw = b"".join(b"\0" + bytes((x * 11 + y * 3) % 256 for x in range(9)) for y in range(7))
exif6 = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
for name, data in {
    "short-palette": png(8, 3, raw, chunk(b"PLTE", bytes(range(30)))),
    "no-end": png(8, 0, raw, end=False),
    "too-long": png(8, 0, raw + raw),
    "bad-text-crc": png(8, 0, raw, chunk(b"tEXt", b"a\0b", 0)),
    "bad-data-crc": png(8, 0, raw, idat_crc=5),
    "split": png(8, 0, raw, split=3),
    "unknown-chunk": png(8, 0, raw, chunk(b"ABCD", b"xx")),
    "exif-after": png(8, 0, raw, after=chunk(b"eXIf", exif6)),
    "bad-filter": png(8, 0, b"\x09" + raw[1:]),
    "no-width": png(8, 0, b"", width=0),
}.items():
    files[f"{name}.png"] = data

# GIF
for name in ("L", "P", "P16", "P2", "1"):
    save(f"{name}.gif", modes[name])
save("transparent.gif", palette, transparency=3)
save("animated.gif", rgb, save_all=True, append_images=[rgb.rotate(180)])
save("rgba.gif", rgba, save_all=True, append_images=[rgba.rotate(180)], disposal=2)


def gif(width, height, frame, table, local=None, control=None, bits=4, interlaced=False, count=None, extra=b""):
    def packed(entries):
        size = max(1, (len(entries) - 1).bit_length())
        return size - 1, b"".join(bytes(e) for e in entries) + bytes(3 * ((1 << size) - len(entries)))
    out = b"GIF89a" + struct.pack("<HH", width, height)
    size, data = packed(table) if table else (0, b"")
    out += bytes([(0x80 | size) if table else 0, 2, 0]) + data + extra
    if control:
        out += b"\x21\xf9\x04" + bytes([control[0], 0, 0, control[1]]) + b"\0"
    size, data = packed(local) if local else (0, b"")
    out += b"," + struct.pack("<HHHHB", *frame, ((0x80 | size) if local else 0) | (0x40 if interlaced else 0)) + data
    codes = []
    for i in range(count or frame[2] * frame[3]):  # cleared so often that the code size never grows
        if i % ((1 << bits) - 2) == 0:
            codes.append(1 << bits)
        codes.append((i * 7) % (1 << bits))
    number = 0
    for i, code in enumerate(codes + [(1 << bits) + 1]):
        number |= code << (i * (bits + 1))
    stream = number.to_bytes((len(codes) + 1) * (bits + 1) // 8 + 1, "little")
    blocks = b"".join(bytes([len(stream[i:i + 255])]) + stream[i:i + 255] for i in range(0, len(stream), 255))
    return out + bytes([bits]) + blocks + b"\0;"


table = [(i * 16, 255 - i * 9, i * 37 % 256) for i in range(16)]
ramp = [(i, i, i) for i in range(16)]
for name, data in {
    "part": gif(40, 30, (5, 6, 20, 11), table),
    "part-transparent": gif(40, 30, (5, 6, 20, 11), table, control=(1, 3)),
    "part-transparent-outside": gif(40, 30, (5, 6, 20, 11), table, control=(1, 200)),
    "beyond-screen": gif(10, 10, (5, 6, 20, 11), table),
    "local-table": gif(40, 30, (5, 6, 20, 11), table, local=table[::-1]),
    "grey-table": gif(40, 30, (0, 0, 40, 30), ramp),
    "no-table": gif(40, 30, (0, 0, 40, 30), None),
    "interlaced": gif(21, 13, (0, 0, 21, 13), table, interlaced=True),
    "interlaced-3": gif(21, 3, (0, 0, 21, 3), table, interlaced=True),
    "short": gif(21, 13, (0, 0, 21, 13), table, count=100),
    "indices-beyond-table": gif(21, 13, (0, 0, 21, 13), table, bits=8),
    "extensions": gif(21, 13, (0, 0, 21, 13), table, control=(1, 5),
                      extra=b"\x21\xfe\x03abc\x00\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"),
    "no-width": gif(21, 13, (0, 0, 0, 5), table),
}.items():
    files[f"{name}.gif"] = data

# BMP
for name in ("RGB", "L", "RGBA", "P", "P16", "P2", "1"):
    save(f"{name}.bmp", modes[name])


def bmp(width, height, bits, data=None, entries=b"", compression=0, colours=0, header=40, masks=b"", top_down=False):
    if data is None:
        data = rng.integers(0, 256, (width * bits + 31) // 32 * 4 * height, dtype=np.uint8).tobytes()
    if header == 12:
        head = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        head = struct.pack("<IIIHHIIIIII", header, width, 2**32 - height if top_down else height, 1, bits, compression,
                           len(data), 0, 0, colours, 0)
        if header > 40:
            head, masks = head + masks + bytes(header - 40 - len(masks)), b""
    offset = 14 + len(head) + len(masks) + len(entries)
    return b"BM" + struct.pack("<IHHI", offset + len(data), 0, 0, offset) + head + masks + entries + data


def entries(count, size=4):
    return rng.integers(0, 256, count * size, dtype=np.uint8).tobytes()


ramp_entries = b"".join(bytes([i, i, i, 0]) for i in range(9))
mask_sets = {"565": (16, (0xF800, 0x7E0, 0x1F)), "555": (16, (0x7C00, 0x3E0, 0x1F)), "x888": (32, (0xFF0000, 0xFF00, 0xFF)),
             "24": (24, (0xFF0000, 0xFF00, 0xFF)), "bgxr": (32, (0xFF000000, 0xFF00, 0xFF)),
             "xbgr": (32, (0xFF000000, 0xFF0000, 0xFF00)), "zero": (32, (0, 0, 0))}
bitmaps = {
    "top-down": bmp(9, 7, 24, top_down=True), "core-24": bmp(9, 7, 24, header=12), "core-8": bmp(9, 7, 8, entries=entries(256, 3), header=12),
    "core-1": bmp(9, 7, 1, entries=entries(2, 3), header=12), "v5-4": bmp(9, 7, 4, entries=entries(16), header=124),
    "16": bmp(9, 7, 16), "32": bmp(9, 7, 32), "v4-32": bmp(9, 7, 32, header=108), "few-colours": bmp(9, 7, 8, entries=entries(9), colours=9),
    "few-greys": bmp(9, 7, 8, entries=ramp_entries, colours=9), "inverted-bits": bmp(9, 7, 1, entries=b"\xff\xff\xff\0\0\0\0\0"),
    "alpha": bmp(9, 7, 32, compression=3, masks=struct.pack("<4I", 0xFF, 0xFF00, 0xFF0000, 0xFF000000), header=124),
    "cut": bmp(9, 7, 24, bytes(28 * 6)),
    "rle8": bmp(19, 3, 8, bytes([19, 5, 0, 0, 10, 7, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 0, 2, 4, 0, 15, 3, 0, 0]), entries(256), 1),
    "rle8-long-run": bmp(19, 3, 8, bytes([25, 5, 0, 0, 10, 7, 0, 0, 0, 2, 0, 1, 19, 3, 0, 0, 0, 1]), entries(256), 1),
    "rle8-ends-early": bmp(19, 3, 8, bytes([19, 5, 0, 0, 10, 7, 0, 1]), entries(256), 1),
    "rle4": bmp(19, 3, 4, bytes([19, 0x5A, 0, 0, 10, 0x7C, 0, 9, 0x12, 0x34, 0x56, 0x78, 0x90, 0, 0, 0, 0, 2, 4, 0, 15, 3, 0, 0]), entries(16), 2),
}
for name, (depth, masks) in mask_sets.items():
    bitmaps[f"masks-{name}"] = bmp(9, 7, depth, compression=3, masks=struct.pack("<3I", *masks))
    bitmaps[f"masks-v5-{name}"] = bmp(9, 7, depth, compression=3, masks=struct.pack("<4I", *masks, 0), header=124)
for name, data in bitmaps.items():
    files[f"{name}.bmp"] = data

# WebP
for name in ("RGB", "RGBA", "L", "P"):
    save(f"{name}-lossless.webp", modes[name], lossless=True)
    save(f"{name}.webp", modes[name], quality=70)
save("animated.webp", rgb, save_all=True, append_images=[rgb.rotate(180)])
save("animated-alpha.webp", rgba, save_all=True, append_images=[rgba.rotate(90)])

# TIFF
for name, image in (modes | wide).items():
    save(f"{name}.tif", image)
    save(f"{name}-tiles.tif", image, compression="tiff_lzw", tiffinfo={322: 16, 323: 16})
for compression in ("tiff_adobe_deflate", "packbits", "jpeg", "lzma", "zstd", "webp"):
    save(f"RGB-{compression}.tif", rgb, compression=compression)
for compression in ("group3", "group4", "tiff_ccitt"):
    save(f"1-{compression}.tif", bits, compression=compression)
save("YCbCr-lzw.tif", wide["YCbCr"], compression="tiff_lzw")
save("YCbCr-jpeg.tif", wide["YCbCr"], compression="jpeg")
save("CMYK-jpeg.tif", cmyk, compression="jpeg")
save("strips.tif", rgb, compression="tiff_lzw", tiffinfo={278: 7})
save("predictor.tif", rgb, compression="tiff_lzw", tiffinfo={317: 2})
save("big.tif", rgb, big_tiff=True)


def tiff(samples, bits, photometric, data, order="<", extra=(), planar=1, colour_map=(), fmt=None, fill=1):
    """An uncompressed TIFF of 9 x 7 pixels in one strip a plane."""
    planes = samples if planar == 2 else 1
    tags = {256: (4, [9]), 257: (4, [7]), 258: (3, [bits] * samples), 259: (3, [1]), 262: (3, [photometric]), 266: (3, [fill]),
            277: (3, [samples]), 278: (4, [7]), 279: (4, [len(data) // planes] * planes), 284: (3, [planar])}
    if extra: tags[338] = (3, list(extra))
    if colour_map: tags[320] = (3, list(colour_map))
    if fmt: tags[339] = (3, [fmt] * samples)
    count = len(tags) + 1
    tail_at = 8 + 2 + 12 * count + 4
    tail, body = b"", b""
    sizes = {3: (2, "H"), 4: (4, "I")}
    tags[273] = (4, [0] * planes)
    outside = sum(len(v) * sizes[k][0] for k, v in tags.values() if len(v) * sizes[k][0] > 4)
    start = tail_at + outside
    tags[273] = (4, [start + i * (len(data) // planes) for i in range(planes)])
    for tag in sorted(tags):
        kind, values = tags[tag]
        packed = struct.pack(f"{order}{len(values)}{sizes[kind][1]}", *values)
        body += struct.pack(f"{order}HHI", tag, kind, len(values))
        if len(packed) > 4:
            body += struct.pack(f"{order}I", tail_at + len(tail))
            tail += packed
        else:
            body += packed.ljust(4, b"\0")
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    return head + struct.pack(f"{order}H", count) + body + struct.pack(f"{order}I", 0) + tail + data


def noise(count):
    return rng.integers(0, 256, count, dtype=np.uint8).tobytes()


tiffs = {
    "white-is-zero-1": tiff(1, 1, 0, noise(2 * 7)), "white-is-zero-4": tiff(1, 4, 0, noise(5 * 7)), "white-is-zero-8": tiff(1, 8, 0, noise(63)),
    "grey-2": tiff(1, 2, 1, noise(3 * 7)), "grey-12": tiff(1, 12, 1, noise(14 * 7)), "grey-16": tiff(1, 16, 1, noise(126)),
    "grey-16-big-endian": tiff(1, 16, 1, noise(126), ">"), "grey-16-signed": tiff(1, 16, 1, noise(126), fmt=2),
    "grey-32-unsigned": tiff(1, 32, 1, noise(252)), "grey-alpha-unspecified": tiff(2, 8, 1, noise(126), extra=(0,)),
    "grey-alpha": tiff(2, 8, 1, noise(126), extra=(2,)), "rgb-16": tiff(3, 16, 2, noise(378)), "rgb-16-big-endian": tiff(3, 16, 2, noise(378), ">"),
    "rgba-16": tiff(4, 16, 2, noise(504), extra=(2,)), "rgbx": tiff(4, 8, 2, noise(252), extra=(0,)),
    "rgb-multiplied": tiff(4, 8, 2, noise(252), extra=(1,)), "rgb-multiplied-16": tiff(4, 16, 2, noise(504), extra=(1,)),
    "rgb-multiplied-16-big-endian": tiff(4, 16, 2, noise(504), ">", extra=(1,)),
    "rgbaxx": tiff(6, 8, 2, noise(378), extra=(2, 0, 0)), "rgb-planes": tiff(3, 8, 2, noise(189), planar=2),
    "rgba-planes": tiff(4, 8, 2, noise(252), extra=(2,), planar=2), "cmyk-planes": tiff(4, 8, 5, noise(252), planar=2),
    "cmyk-16": tiff(4, 16, 5, noise(504)), "cmykx": tiff(5, 8, 5, noise(315), extra=(0,)),
    "palette-2": tiff(1, 2, 3, noise(21), colour_map=range(0, 60000, 5000)), "palette-4-big-endian": tiff(1, 4, 3, noise(35), ">", colour_map=range(0, 48000, 1000)),
    "bits-reversed": tiff(1, 1, 1, noise(14), fill=2), "bytes-reversed": tiff(1, 8, 1, noise(63), fill=2),
    "two-floats": tiff(2, 32, 1, noise(504), fmt=3, extra=(0,)), "cut": tiff(3, 8, 2, noise(189))[:-20],
}
for name, data in tiffs.items():
    files[f"{name}.tif"] = data

# Orientation. The stored picture is turned so that all eight come upright the same: 16-pixel blocks of one colour, which
# JPEG keeps exactly alike in every direction.
blocks = np.kron(rng.integers(0, 256, (2, 3, 3), dtype=np.uint8), np.ones((16, 16, 1), np.uint8))
turn = [None, Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180, Image.Transpose.FLIP_TOP_BOTTOM, Image.Transpose.TRANSPOSE,
        Image.Transpose.ROTATE_90, Image.Transpose.TRANSVERSE, Image.Transpose.ROTATE_270]
for value in range(1, 9):
    stored = Image.fromarray(blocks)
    if turn[value - 1] is not None:
        stored = stored.transpose(turn[value - 1])
    exif = Image.Exif()
    exif[274] = value
    xmp = f'<x:xmpmeta><rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="{value}"/></x:xmpmeta>'
    text = PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", xmp)
    save(f"turned-{value}.jpg", stored, exif=exif, quality=95, subsampling=0)
    save(f"turned-{value}.png", stored, exif=exif)
    save(f"turned-{value}.webp", stored, exif=exif, lossless=True)
    save(f"turned-{value}.tif", stored, exif=exif, compression="tiff_lzw")
    save(f"turned-{value}.avif", stored, exif=exif, quality=100, subsampling="4:4:4")
    save(f"turned-xmp-{value}.jpg", stored, xmp=xmp.encode(), quality=95, subsampling=0)
    save(f"turned-xmp-{value}.webp", stored, xmp=xmp.encode(), lossless=True)
    save(f"turned-xmp-{value}.png", stored, pnginfo=text)

# Cut files
for name in ("q90-s2.jpg", "q90-s2-progressive.jpg", "RGB.png", "P.gif", "RGB.webp", "RGB-tiles.tif"):
    for part in (10, 50, 90):
        files[f"cut-{part}-{name}"] = files[name][:len(files[name]) * part // 100]
    files[f"more-{name}"] = files[name] + b"more"


def decoded(data, apply):
    image = Image.open(io.BytesIO(data))
    mode, orientation = image.mode, image.getexif().get(274, 1)
    if apply:
        image = ImageOps.exif_transpose(image)
    image = image.convert("RGB")
    return mode, orientation, image


def entry(data):
    result = {"file": base64.b64encode(data).decode()}
    try:
        mode, orientation, ignore = decoded(data, False)
        _, _, upright = decoded(data, True)
    except Exception as error:  # whatever Pillow raises
        return result | {"error": f"{type(error).__name__}: {error}".split(" <")[0]}
    return result | {"mode": mode, "orientation": orientation,
                     "ignore": [*ignore.size, f"{zlib.crc32(ignore.tobytes()):08x}"],
                     "apply": [*upright.size, f"{zlib.crc32(upright.tobytes()):08x}"]}


here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "pictures.json"), "w") as target:
    body = ",\n".join(f'"{name}": {json.dumps(entry(data))}' for name, data in files.items())
    target.write("{\n" + body + "\n}\n")
print(len(files), "pictures,", sum(map(len, files.values())), "bytes")
