#!/usr/bin/env python3
"""One SRGAN iteration in PyTorch as in the tutorial: batch 16, 96x96, VGG19 up to (5, 4) with random weights.

Usage:  srgan_peer.py default|channels-last|frozen|bf16 THREADS

"frozen" is channels-last with a discriminator that keeps no gradients in the generator's update, which the tutorial's does.
Reads lines from standard input. "N": runs N iterations and answers their milliseconds on one line. "peak": answers the peak
resident set in kB. The first line that it writes is PyTorch's version.
"""
import sys
import time

import torch
from torch import nn

from step_peer import SRResNet, peak


def discriminator():
    layers, n_in = [], 3
    for i in range(8):
        n_out = 64 << (i // 2)
        layers.append(nn.Conv2d(n_in, n_out, 3, 1 + i % 2, 1))
        if i:
            layers.append(nn.BatchNorm2d(n_out))
        layers.append(nn.LeakyReLU(0.2))
        n_in = n_out
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(6), nn.Flatten(), nn.Linear(18432, 1024), nn.LeakyReLU(0.2), nn.Linear(1024, 1))


def vgg():
    layers, n_in = [], 3
    for n_out, count in ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4)):
        for _ in range(count):
            layers += [nn.Conv2d(n_in, n_out, 3, 1, 1), nn.ReLU(inplace=True)]
            n_in = n_out
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers[:-1]).requires_grad_(False)


def main():
    variant, threads = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    networks = generator, judge, features = SRResNet().train(), discriminator().train(), vgg().eval()
    lr, hr = torch.rand(16, 3, 24, 24), torch.rand(16, 3, 96, 96) * 2 - 1
    if variant != 'default':
        networks = generator, judge, features = [n.to(memory_format=torch.channels_last) for n in networks]
        lr, hr = (t.contiguous(memory_format=torch.channels_last) for t in (lr, hr))
    adam_g, adam_d = (torch.optim.Adam(n.parameters(), lr=1e-4) for n in (generator, judge))
    bce = nn.BCEWithLogitsLoss()
    mean, std = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1), torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)

    def normed(x):
        return ((x + 1) / 2 - mean) / std

    def step():
        bf16 = torch.autocast('cpu', torch.bfloat16, enabled=variant == 'bf16')
        real = normed(hr)
        if variant == 'frozen':
            judge.requires_grad_(False)
        with bf16:
            sr = normed(generator(lr).float())
            with torch.no_grad():
                target = features(real)
            content = nn.functional.mse_loss(features(sr).float(), target.float())
            logits = judge(sr).float()
        if variant == 'frozen':
            judge.requires_grad_(True)
        loss = content + 1e-3 * bce(logits, torch.ones_like(logits))
        adam_g.zero_grad()
        loss.backward()
        adam_g.step()
        with bf16:
            on_hr, on_sr = judge(real).float(), judge(sr.detach()).float()
        d_loss = bce(on_sr, torch.zeros_like(on_sr)) + bce(on_hr, torch.ones_like(on_hr))
        adam_d.zero_grad()
        d_loss.backward()
        adam_d.step()
        return loss.item() + d_loss.item()

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
