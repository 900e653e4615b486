#!/usr/bin/env python3
"""SRResNet as in the tutorial, in PyTorch and eval mode: one image of WIDTH x HEIGHT enlarged 4 times.

Usage:  upscale_peer.py channels-last|bf16 THREADS WIDTH HEIGHT

Reads lines from standard input. "N": enlarges N times and answers the milliseconds on one line. The first line that it writes is
PyTorch's version.
"""
import sys
import time

import torch

from step_peer import SRResNet


def main():
    variant, threads, width, height = sys.argv[1], *map(int, sys.argv[2:])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = SRResNet().eval().to(memory_format=torch.channels_last)
    lr = torch.rand(1, 3, height, width).contiguous(memory_format=torch.channels_last)

    @torch.inference_mode()
    def enlarge():
        with torch.autocast('cpu', torch.bfloat16, enabled=variant == 'bf16'):
            return model(lr)

    print(torch.__version__, flush=True)
    for line in sys.stdin:
        millis = []
        for _ in range(int(line)):
            start = time.perf_counter()
            enlarge()
            millis.append(1e3 * (time.perf_counter() - start))
        print(*(f'{m:.3f}' for m in millis), flush=True)


if __name__ == '__main__':
    main()
