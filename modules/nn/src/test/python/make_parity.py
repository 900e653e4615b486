#!/usr/bin/env python3
"""Writes what PyTorch computes for the tutorial's SRResNet: src/test/resources/io/sparksr/nn/parity-v1.safetensors.

Usage:  python3 modules/nn/src/test/python/make_parity.py     (needs PyTorch 2.x and safetensors; the build does not run it)

A small SRResNet with the tutorial's structure and names is trained for 20 steps on fixed batches, float32, MSE, Adam 1e-3.
Keys: "start/NAME" initial weights and buffers; "lr/I", "hr/I" batches; "loss" (20); "sr" the first output; "gradient/NAME" of
the first step; "step1/NAME" and "step20/NAME" weights and buffers after 1 and 20 steps.
"""
import pathlib

import torch
from safetensors.torch import save_file
from torch import nn

CHANNELS, BLOCKS, LARGE, SMALL, SCALE = 8, 2, 9, 3, 4
STEPS, BATCHES = 20, 4


class ConvolutionalBlock(nn.Module):
    def __init__(self, n_in, n_out, kernel, batch_norm=False, activation=None):
        super().__init__()
        layers = [nn.Conv2d(n_in, n_out, kernel, padding=kernel // 2)]
        if batch_norm:
            layers.append(nn.BatchNorm2d(n_out))
        if activation is not None:
            layers.append(activation)
        self.conv_block = nn.Sequential(*layers)

    def forward(self, x):
        return self.conv_block(x)


class SubPixelConvolutionalBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels * 4, SMALL, padding=SMALL // 2)
        self.pixel_shuffle = nn.PixelShuffle(2)
        self.prelu = nn.PReLU()

    def forward(self, x):
        return self.prelu(self.pixel_shuffle(self.conv(x)))


class ResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv_block1 = ConvolutionalBlock(channels, channels, SMALL, True, nn.PReLU())
        self.conv_block2 = ConvolutionalBlock(channels, channels, SMALL, True)

    def forward(self, x):
        return self.conv_block2(self.conv_block1(x)) + x


class SRResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_block1 = ConvolutionalBlock(3, CHANNELS, LARGE, False, nn.PReLU())
        self.residual_blocks = nn.Sequential(*[ResidualBlock(CHANNELS) for _ in range(BLOCKS)])
        self.conv_block2 = ConvolutionalBlock(CHANNELS, CHANNELS, SMALL, True)
        self.subpixel_convolutional_blocks = nn.Sequential(*[SubPixelConvolutionalBlock(CHANNELS) for _ in range(2)])
        self.conv_block3 = ConvolutionalBlock(CHANNELS, 3, LARGE, False, nn.Tanh())

    def forward(self, x):
        x = self.conv_block1(x)
        return self.conv_block3(self.subpixel_convolutional_blocks(self.conv_block2(self.residual_blocks(x)) + x))


def snapshot(out, prefix, model):
    for name, tensor in model.state_dict().items():
        if tensor.dtype == torch.float32:
            out[f'{prefix}/{name}'] = tensor.detach().clone()


def main():
    torch.manual_seed(7)
    torch.set_num_threads(1)
    model = SRResNet().train()
    out, losses = {}, []
    snapshot(out, 'start', model)
    for i in range(BATCHES):
        hr = torch.nn.functional.interpolate(torch.rand(4, 3, 6, 6), size=32, mode='bicubic', align_corners=False)
        lr = torch.nn.functional.avg_pool2d(hr, SCALE)
        out[f'lr/{i}'], out[f'hr/{i}'] = (lr - 0.45) / 0.225, 2 * hr - 1
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for step in range(STEPS):
        sr = model(out[f'lr/{step % BATCHES}'])
        loss = nn.functional.mse_loss(sr, out[f'hr/{step % BATCHES}'])
        optimizer.zero_grad()
        loss.backward()
        losses.append(loss.detach().clone())
        if step == 0:
            out['sr'] = sr.detach().clone()
            for name, parameter in model.named_parameters():
                out[f'gradient/{name}'] = parameter.grad.detach().clone()
        optimizer.step()
        if step + 1 in (1, STEPS):
            snapshot(out, f'step{step + 1}', model)
    out['loss'] = torch.stack(losses)
    target = pathlib.Path(__file__).resolve().parents[1] / 'resources/io/sparksr/nn/parity-v1.safetensors'
    save_file({k: v.contiguous() for k, v in out.items()}, target, metadata={'torch': torch.__version__})
    print(target, target.stat().st_size, 'bytes')


if __name__ == '__main__':
    main()
