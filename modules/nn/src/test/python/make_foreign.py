#!/usr/bin/env python3
"""Writes small checkpoints in every format and type that is read: src/test/resources/io/sparksr/nn/foreign/.

Usage:  python3 modules/nn/src/test/python/make_foreign.py    (needs PyTorch 2.x, NumPy and safetensors; the build does not run it)

A seeded SRResNet with the tutorial's names (2 channels, 1 block, kernels 3 and 3, scale 2). `expected.safetensors` holds the
float32 values of every file that stores float32; `expected_half.safetensors` and `expected_bfloat.safetensors` what the
narrower types hold, widened again.
"""
import collections
import copy
import pathlib

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

OUT = pathlib.Path(__file__).parents[1] / "resources/io/sparksr/nn/foreign"
OUT.mkdir(parents=True, exist_ok=True)


class ConvolutionalBlock(nn.Module):
    def __init__(self, n_in, n_out, batch_norm, activation):
        super().__init__()
        layers = [nn.Conv2d(n_in, n_out, 3, padding=1)]
        layers += [nn.BatchNorm2d(n_out)] if batch_norm else []
        layers += [activation] if activation is not None else []
        self.conv_block = nn.Sequential(*layers)


class ResidualBlock(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_block1 = ConvolutionalBlock(2, 2, True, nn.PReLU())
        self.conv_block2 = ConvolutionalBlock(2, 2, True, None)


class SubPixel(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.pixel_shuffle, self.prelu = nn.Conv2d(2, 8, 3, padding=1), nn.PixelShuffle(2), nn.PReLU()


class SRResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_block1 = ConvolutionalBlock(3, 2, False, nn.PReLU())
        self.residual_blocks = nn.Sequential(ResidualBlock())
        self.conv_block2 = ConvolutionalBlock(2, 2, True, None)
        self.subpixel_convolutional_blocks = nn.Sequential(SubPixel())
        self.conv_block3 = ConvolutionalBlock(2, 3, False, nn.Tanh())


class Generator(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 1)


torch.manual_seed(3)
net = SRResNet()
for p in net.parameters():
    p.grad = torch.randn_like(p)
optimizer = torch.optim.Adam(net.parameters())
optimizer.step()
optimizer.zero_grad()
state = {k: v.detach().clone() for k, v in net.state_dict().items()}


def cast(dtype):
    return {k: v.to(dtype) if v.is_floating_point() else v for k, v in state.items()}


def floats(tensors):
    return {k: v.float().contiguous() for k, v in tensors.items() if v.is_floating_point()}


save_file(floats(state), OUT / "expected.safetensors")
save_file(floats(cast(torch.float16)), OUT / "expected_half.safetensors")
save_file(floats(cast(torch.bfloat16)), OUT / "expected_bfloat.safetensors")
ordered = collections.OrderedDict
for name, dtype in (("float", torch.float32), ("half", torch.float16), ("bfloat", torch.bfloat16), ("double", torch.float64)):
    tensors = cast(dtype)
    torch.save(ordered(tensors), OUT / f"{name}_zip.pt")
    torch.save(ordered(tensors), OUT / f"{name}_legacy.pth", _use_new_zipfile_serialization=False)
    save_file(tensors, OUT / f"{name}.safetensors")
    if dtype != torch.bfloat16:
        np.savez(OUT / f"{name}.npz", **{k: v.numpy() for k, v in tensors.items()})
np.savez_compressed(OUT / "compressed_fortran.npz", **{k: np.asfortranarray(v.numpy()) for k, v in state.items()})

# Views: columns stored first, every other element, several tensors in one storage.
shared = torch.cat([v.reshape(-1) for v in state.values() if v.is_floating_point()])
views, offset = ordered(), 0
for k, v in state.items():
    if not v.is_floating_point():
        views[k] = v
    elif v.dim() == 4:
        views[k] = v.permute(3, 2, 1, 0).contiguous().permute(3, 2, 1, 0)
    else:
        views[k] = torch.stack([v, v], dim=-1)[..., 1] if k.endswith("bias") else shared[offset:offset + v.numel()].view(v.shape)
    offset += v.numel() if v.is_floating_point() else 0
torch.save(views, OUT / "strided_zip.pt")
torch.save(views, OUT / "strided_legacy.pth", _use_new_zipfile_serialization=False)

torch.save({f"module.{k}": v for k, v in state.items()}, OUT / "prefixed.pt")
torch.save({"step": 3, "nested": {"state_dict": state, "note": "x", "history": [1.5, None, True, (1, 2)]}}, OUT / "nested.pt")
for legacy in (False, True):
    kind = "legacy" if legacy else "zip"
    torch.save({"epoch": 5, "model": net, "optimizer": optimizer}, OUT / f"srresnet_{kind}.pth.tar",
               _use_new_zipfile_serialization=not legacy)
    d = Discriminator()
    torch.save({"epoch": 5, "generator": Generator(net), "discriminator": d, "optimizer_g": optimizer,
                "optimizer_d": torch.optim.Adam(d.parameters())}, OUT / f"srgan_{kind}.pth.tar",
               _use_new_zipfile_serialization=not legacy)

# Whole modules in half precision, and state_dicts that say their tensors lay on a GPU.
for name, dtype in (("half", torch.float16), ("bfloat", torch.bfloat16)):
    narrow = copy.deepcopy(net).to(dtype)
    for legacy in (False, True):
        torch.save({"epoch": 5, "model": narrow, "optimizer": torch.optim.Adam(narrow.parameters())},
                   OUT / f"srresnet_{name}_{'legacy' if legacy else 'zip'}.pth.tar",
                   _use_new_zipfile_serialization=not legacy)
torch.serialization.location_tag = lambda storage: "cuda:0"
for legacy in (False, True):
    torch.save(ordered(state), OUT / ("cuda_legacy.pth" if legacy else "cuda_zip.pt"),
               _use_new_zipfile_serialization=not legacy)
