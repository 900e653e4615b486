#!/usr/bin/env python3
"""One training step in PyTorch: SRResNet as in the tutorial, batch 16, 96x96, forward + backward + Adam.

Usage:  step_peer.py default|channels-last|bf16 THREADS

Reads lines from standard input. "N": runs N steps and answers their milliseconds on one line. "peak": answers the peak resident
set in kB. The first line that it writes is PyTorch's version.
"""
import sys
import time

import torch
from torch import nn


def convolution(n_in, n_out, kernel, *after):
    return nn.Sequential(nn.Conv2d(n_in, n_out, kernel, padding=kernel // 2), *after)


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(convolution(64, 64, 3, nn.BatchNorm2d(64), nn.PReLU()),
                                  convolution(64, 64, 3, nn.BatchNorm2d(64)))

    def forward(self, x):
        return x + self.body(x)


class SRResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = convolution(3, 64, 9, nn.PReLU())
        self.body = nn.Sequential(*[Residual() for _ in range(16)], convolution(64, 64, 3, nn.BatchNorm2d(64)))
        self.up = nn.Sequential(*[convolution(64, 256, 3, nn.PixelShuffle(2), nn.PReLU()) for _ in range(2)])
        self.last = convolution(64, 3, 9, nn.Tanh())

    def forward(self, x):
        x = self.first(x)
        return self.last(self.up(self.body(x) + x))


def peak():
    with open('/proc/self/status') as status:
        return next(line.split()[1] for line in status if line.startswith('VmHWM'))


def main():
    variant, threads = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = SRResNet().train()
    lr, hr = torch.rand(16, 3, 24, 24), torch.rand(16, 3, 96, 96) * 2 - 1
    if variant != 'default':
        model = model.to(memory_format=torch.channels_last)
        lr, hr = (t.contiguous(memory_format=torch.channels_last) for t in (lr, hr))
    adam = torch.optim.Adam(model.parameters(), lr=1e-4)

    def step():
        adam.zero_grad()
        with torch.autocast('cpu', torch.bfloat16, enabled=variant == 'bf16'):
            sr = model(lr)
        loss = nn.functional.mse_loss(sr.float(), hr)
        loss.backward()
        adam.step()
        return loss.item()

    print(torch.__version__, flush=True)
    for line in sys.stdin:
        if line.strip() == 'peak':
            print(peak(), flush=True)
            continue
        millis = []
        for _ in range(int(line)):
            start = time.perf_counter()
            step()
            millis.append(1e3 * (time.perf_counter() - start))
        print(*(f'{m:.3f}' for m in millis), flush=True)


if __name__ == '__main__':
    main()
