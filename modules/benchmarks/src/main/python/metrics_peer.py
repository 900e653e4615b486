#!/usr/bin/env python3
"""PSNR and SSIM by scikit-image, on one thread.

Usage:  metrics_peer.py uniform|gaussian FILE WIDTH HEIGHT

FILE holds two planes of little-endian float64. Reads lines from standard input. "N": scores N times and answers the milliseconds of
each on one line. "score": answers PSNR and SSIM. The first line that it writes is the libraries' versions.
"""
import sys
import time

import numpy
import scipy
import skimage
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

WINDOWS = {'uniform': {}, 'gaussian': {'gaussian_weights': True, 'sigma': 1.5, 'use_sample_covariance': False}}


def main():
    window, file, width, height = WINDOWS[sys.argv[1]], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    hr, sr = numpy.fromfile(file, '<f8').reshape(2, height, width)

    def score():
        return (peak_signal_noise_ratio(hr, sr, data_range=255),
                structural_similarity(hr, sr, data_range=255, **window))

    print(f'scikit-image {skimage.__version__}, SciPy {scipy.__version__}, NumPy {numpy.__version__}', flush=True)
    for line in sys.stdin:
        if line.strip() == 'score':
            print(*(repr(float(value)) for value in score()), flush=True)
            continue
        millis = []
        for _ in range(int(line)):
            start = time.perf_counter()
            score()
            millis.append(1e3 * (time.perf_counter() - start))
        print(*(f'{m:.3f}' for m in millis), flush=True)


if __name__ == '__main__':
    main()
