#!/usr/bin/env python3
"""Loads exported models elsewhere and compares what they give.

Usage:  check_exports.py torch|onnx FOLDER     (run by ExportPeersIT)

FOLDER holds the exported file (model.safetensors or model.onnx) and cases.json: the network's sizes, and the shapes of float32
inputs in I.lr with the outputs expected in I.sr. The torch check ends with saving the module again, in the ways of the tutorial.
"""
import json
import pathlib
import sys

import numpy as np


def cases(folder, settings):
    for i, shape in enumerate(settings["shapes"]):
        lr = np.fromfile(folder / f"{i}.lr", np.float32).reshape(shape)
        yield lr, np.fromfile(folder / f"{i}.sr", np.float32)


def compare(actual, expected, level):
    assert actual.size == expected.size, (actual.shape, expected.size)
    largest = np.abs(actual.reshape(-1) - expected).max() / level
    assert largest < 0.05, f"differs by {largest} levels of 256"
    print(f"{actual.shape}: {largest:.2g} levels")


def with_torch(folder, settings):
    import torch
    from safetensors.torch import load_file
    from torch import nn

    class ConvolutionalBlock(nn.Module):
        def __init__(self, n_in, n_out, kernel, batch_norm, activation):
            super().__init__()
            layers = [nn.Conv2d(n_in, n_out, kernel, padding=kernel // 2)]
            layers += [nn.BatchNorm2d(n_out)] if batch_norm else []
            layers += [activation] if activation is not None else []
            self.conv_block = nn.Sequential(*layers)

        def forward(self, x):
            return self.conv_block(x)

    class ResidualBlock(nn.Module):
        def __init__(self, n, kernel):
            super().__init__()
            self.conv_block1 = ConvolutionalBlock(n, n, kernel, True, nn.PReLU())
            self.conv_block2 = ConvolutionalBlock(n, n, kernel, True, None)

        def forward(self, x):
            return x + self.conv_block2(self.conv_block1(x))

    class SubPixel(nn.Module):
        def __init__(self, n, kernel):
            super().__init__()
            self.conv, self.pixel_shuffle = nn.Conv2d(n, 4 * n, kernel, padding=kernel // 2), nn.PixelShuffle(2)
            self.prelu = nn.PReLU()

        def forward(self, x):
            return self.prelu(self.pixel_shuffle(self.conv(x)))

    class SRResNet(nn.Module):
        def __init__(self, n, blocks, large, small):
            super().__init__()
            self.conv_block1 = ConvolutionalBlock(3, n, large, False, nn.PReLU())
            self.residual_blocks = nn.Sequential(*[ResidualBlock(n, small) for _ in range(blocks)])
            self.conv_block2 = ConvolutionalBlock(n, n, small, True, None)
            self.subpixel_convolutional_blocks = nn.Sequential(SubPixel(n, small), SubPixel(n, small))
            self.conv_block3 = ConvolutionalBlock(n, 3, large, False, nn.Tanh())

        def forward(self, lr):
            head = self.conv_block1(lr)
            body = self.conv_block2(self.residual_blocks(head)) + head
            return self.conv_block3(self.subpixel_convolutional_blocks(body))

    class Generator(nn.Module):
        def __init__(self, net):
            super().__init__()
            self.net = net

    for c in (ConvolutionalBlock, ResidualBlock, SubPixel, SRResNet, Generator):
        globals()[c.__name__], c.__qualname__ = c, c.__name__
    net = SRResNet(settings["channels"], settings["blocks"], settings["largeKernel"], settings["smallKernel"])
    state = load_file(folder / "model.safetensors")
    assert list(sorted(state)) == list(sorted(net.state_dict()))
    net.load_state_dict(state, strict=True)
    assert int(net.conv_block2.conv_block[1].num_batches_tracked) == settings["step"]
    net.eval()
    with torch.no_grad():
        for lr, sr in cases(folder, settings):
            compare(net(torch.from_numpy(lr)).numpy(), sr, settings["level"])
    optimizer = torch.optim.Adam(net.parameters())
    for p in net.parameters():
        p.grad = torch.ones_like(p)
    values = {k: v.clone() for k, v in net.state_dict().items()}
    optimizer.step()
    net.load_state_dict(values)
    torch.save({"epoch": 3, "model": net, "optimizer": optimizer}, folder / "checkpoint_srresnet.pth.tar")
    torch.save({"epoch": 3, "generator": Generator(net), "discriminator": nn.Linear(2, 1), "optimizer_g": optimizer,
                "optimizer_d": optimizer}, folder / "checkpoint_srgan.pth.tar", _use_new_zipfile_serialization=False)


def with_onnx(folder, settings):
    import onnx
    import onnxruntime
    path = str(folder / "model.onnx")
    onnx.checker.check_model(path, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    for lr, sr in cases(folder, settings):
        compare(session.run(None, {"lr": lr})[0], sr, settings["level"])


def main():
    folder = pathlib.Path(sys.argv[2])
    settings = json.loads((folder / "cases.json").read_text())
    {"torch": with_torch, "onnx": with_onnx}[sys.argv[1]](folder, settings)
    print("same")


if __name__ == "__main__":
    main()
