#!/usr/bin/env python3
"""Crops with Pillow in one process: every JPEG of a folder is opened, decoded, cut and reduced as the tutorial does it.

Usage:  crops_peer.py FOLDER

Reads lines from standard input. "K", 1 or more: cuts K crops of 96x96 from each image, reduces each to 24x24, and answers the
milliseconds of the whole pass. "0": answers the milliseconds of 1000 reductions. The first line that it writes is Pillow's
version and libjpeg-turbo's.
"""
import pathlib
import random
import sys
import time

from PIL import Image, features


def cut(file, count):
    image = Image.open(file).convert('RGB')
    for _ in range(count):
        left, top = random.randint(0, image.width - 96), random.randint(0, image.height - 96)
        hr = image.crop((left, top, left + 96, top + 96))
        hr.resize((24, 24), Image.BICUBIC)


def main():
    files = sorted(pathlib.Path(sys.argv[1]).rglob('*.jpg'))
    print('Pillow', Image.__version__, 'libjpeg-turbo', features.version('libjpeg_turbo'), flush=True)
    crop = Image.open(files[0]).convert('RGB').crop((0, 0, 96, 96))
    for line in sys.stdin:
        count = int(line)
        start = time.perf_counter()
        if count == 0:
            for _ in range(1000):
                crop.resize((24, 24), Image.BICUBIC)
        else:
            for file in files:
                cut(file, count)
        print((time.perf_counter() - start) * 1000, flush=True)


main()
