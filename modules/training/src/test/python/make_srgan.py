#!/usr/bin/env python3
"""Writes what the tutorial's SRGAN iteration gives in PyTorch: src/test/resources/io/sparksr/training/srgan-v1.safetensors.

Usage:  make_srgan.py [FILE [RATE [channels-last]]]      (needs PyTorch 2.x and safetensors; the build does not run it)

Five iterations in float32: the generator by VGG loss + 1e-3 x BCE(D(SR), 1), then the discriminator by BCE(D(HR), 1) +
BCE(D(SR detached), 0), with Adam. Without FILE: small networks, cut (2, 2), Adam 1e-3 so that weights move well. With FILE: the
tutorial's sizes, cut (5, 4), batch 16, Adam at RATE (1e-5: at 1e-4 PyTorch's two layouts, of which the last argument names the
other, soon differ by more than the test allows), for
    ./mvnw -pl modules/training -am verify -Dtest=SrGanParityTest -Dsparksr.srgan.reference=FILE

VGG19's weights are a hash of their place, as in make_vgg.py of module nn. Keys: "sizes" (generator channels, blocks, discriminator
channels, hidden, pool, convolution), "rate"; "lr/I", "hr/I" batches; "losses" (iteration; content, adversarial, discriminator, D(HR),
D(SR)); "generator/start/NAME", "generator/end/NAME", "discriminator/start/NAME", "discriminator/end/NAME".
"""
import math
import pathlib
import sys

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

STEPS, BETA = 5, 1e-3
MEAN, STD = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
GAMMA = np.uint64(0x9E3779B97F4A7C15)


def convolution(n_in, n_out, kernel, *after, stride=1):
    block = nn.Module()
    block.conv_block = nn.Sequential(nn.Conv2d(n_in, n_out, kernel, stride, kernel // 2), *after)
    block.forward = block.conv_block.forward
    return block


class Generator(nn.Module):
    def __init__(self, width, blocks):
        super().__init__()
        self.conv_block1 = convolution(3, width, 9, nn.PReLU())
        self.residual_blocks = nn.ModuleList()
        for _ in range(blocks):
            block = nn.Module()
            block.conv_block1 = convolution(width, width, 3, nn.BatchNorm2d(width), nn.PReLU())
            block.conv_block2 = convolution(width, width, 3, nn.BatchNorm2d(width))
            self.residual_blocks.append(block)
        self.conv_block2 = convolution(width, width, 3, nn.BatchNorm2d(width))
        self.subpixel_convolutional_blocks = nn.ModuleList()
        for _ in range(2):
            block = nn.Module()
            block.conv, block.prelu = nn.Conv2d(width, 4 * width, 3, padding=1), nn.PReLU()
            self.subpixel_convolutional_blocks.append(block)
        self.conv_block3 = convolution(width, 3, 9, nn.Tanh())

    def forward(self, lr):
        x = head = self.conv_block1.conv_block(lr)
        for block in self.residual_blocks:
            x = x + block.conv_block2.conv_block(block.conv_block1.conv_block(x))
        x = self.conv_block2.conv_block(x) + head
        for block in self.subpixel_convolutional_blocks:
            x = block.prelu(nn.functional.pixel_shuffle(block.conv(x), 2))
        return self.conv_block3.conv_block(x)


class Discriminator(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        blocks, n_in = [], 3
        for i in range(8):
            n_out = width << (i // 2)
            norm = [nn.BatchNorm2d(n_out)] if i else []
            blocks.append(convolution(n_in, n_out, 3, *norm, nn.LeakyReLU(0.2), stride=1 + i % 2))
            n_in = n_out
        self.conv_blocks = nn.ModuleList(blocks)
        self.fc1, self.fc2 = nn.Linear(n_in * 36, hidden), nn.Linear(hidden, 1)

    def forward(self, x):
        for block in self.conv_blocks:
            x = block.conv_block(x)
        x = nn.functional.adaptive_avg_pool2d(x, 6).flatten(1)
        return self.fc2(nn.functional.leaky_relu(self.fc1(x), 0.2))


def mix(z):
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def uniform(stream, shape, bound):
    place = np.arange(int(np.prod(shape)), dtype=np.uint64)
    with np.errstate(over='ignore'):
        bits = mix((np.uint64(stream) << np.uint64(32)) + place * GAMMA)
    unit = (bits >> np.uint64(40)).astype(np.float64) * 2.0 ** -24
    return torch.from_numpy((unit * 2 * bound - bound).astype(np.float32).reshape(shape))


def vgg(pool, convolution_):
    layers, n_in, stream = [], 3, 0
    for p in range(1, pool + 1):
        n_out = min(64 << (p - 1), 512)
        for _ in range(convolution_ if p == pool else [2, 2, 4, 4, 4][p - 1]):
            layer = nn.Conv2d(n_in, n_out, 3, padding=1)
            with torch.no_grad():
                layer.weight.copy_(uniform(stream, layer.weight.shape, math.sqrt(6 / (9 * n_in))))
                layer.bias.copy_(uniform(stream + 1, layer.bias.shape, math.sqrt(6 / 600)))
            stream += 2
            layers += [layer, nn.ReLU()]
            n_in = n_out
        if p < pool:
            layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers).requires_grad_(False)


def normed(signed):
    return ((signed + 1) / 2 - MEAN.view(3, 1, 1)) / STD.view(3, 1, 1)


def snapshot(out, prefix, model):
    for name, tensor in model.state_dict().items():
        if tensor.dtype == torch.float32:
            out[f'{prefix}/{name}'] = tensor.detach().clone()


def main():
    full = len(sys.argv) > 1
    width, blocks, d_width, hidden, pool, cut = (64, 16, 64, 1024, 5, 4) if full else (8, 2, 4, 16, 2, 2)
    side, batch, rate = (96, 16, float(sys.argv[2]) if len(sys.argv) > 2 else 1e-5) if full else (32, 4, 1e-3)
    torch.manual_seed(7)
    torch.set_num_threads(2 if full else 1)
    generator, discriminator, truncated = Generator(width, blocks).train(), Discriminator(d_width, hidden).train(), vgg(pool, cut)
    out = {'sizes': torch.tensor([width, blocks, d_width, hidden, pool, cut]).float(), 'rate': torch.tensor([rate])}
    snapshot(out, 'generator/start', generator)
    snapshot(out, 'discriminator/start', discriminator)
    for i in range(STEPS):
        hr = nn.functional.interpolate(torch.rand(batch, 3, side // 5, side // 5), size=side, mode='bicubic', align_corners=False)
        lr = nn.functional.avg_pool2d(hr, 4)
        out[f'lr/{i}'], out[f'hr/{i}'] = (lr - MEAN.view(3, 1, 1)) / STD.view(3, 1, 1), 2 * hr - 1
    if 'channels-last' in sys.argv:
        for network in generator, discriminator, truncated:
            network.to(memory_format=torch.channels_last)
    adam_g = torch.optim.Adam(generator.parameters(), lr=rate)
    adam_d = torch.optim.Adam(discriminator.parameters(), lr=rate)
    bce = nn.BCEWithLogitsLoss()
    losses = []
    for i in range(STEPS):
        hr = normed(out[f'hr/{i}'])
        sr = normed(generator(out[f'lr/{i}']))
        judged = discriminator(sr)
        content = nn.functional.mse_loss(truncated(sr), truncated(hr).detach())
        adversarial = bce(judged, torch.ones_like(judged))
        adam_g.zero_grad()
        (content + BETA * adversarial).backward()
        adam_g.step()
        hr_judged, sr_judged = discriminator(hr), discriminator(sr.detach())
        loss = bce(sr_judged, torch.zeros_like(sr_judged)) + bce(hr_judged, torch.ones_like(hr_judged))
        adam_d.zero_grad()
        loss.backward()
        adam_d.step()
        losses.append(torch.stack([content, adversarial, loss, hr_judged.sigmoid().mean(), sr_judged.sigmoid().mean()]).detach())
        print(i, losses[-1].tolist(), flush=True)
    out['losses'] = torch.stack(losses)
    snapshot(out, 'generator/end', generator)
    snapshot(out, 'discriminator/end', discriminator)
    target = pathlib.Path(sys.argv[1]) if full else (
        pathlib.Path(__file__).resolve().parents[1] / 'resources/io/sparksr/training/srgan-v1.safetensors')
    save_file({k: v.contiguous() for k, v in out.items()}, target, metadata={'torch': torch.__version__})
    print(target, target.stat().st_size, 'bytes')


if __name__ == '__main__':
    main()
