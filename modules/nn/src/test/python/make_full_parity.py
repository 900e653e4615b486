#!/usr/bin/env python3
"""Writes what PyTorch computes for the full SRResNet (64 channels, 16 blocks), in a form that stays small.

Usage:  python3 modules/nn/src/test/python/make_full_parity.py [compare]     (needs PyTorch 2.x, NumPy and safetensors)

Initial weights, batches and directions come from `uniform`, which FullSizeParityTest has too. float32, MSE, Adam 1e-5, four
batches in turn. (With 1e-4 rounding grows so fast that the loss of PyTorch itself differs by 1e-4 between the default layout
and channels-last after 20 steps.) Keys: "loss" (20), and for each of gradient, step1 and step20 "WHAT/norm" (tensors) and "WHAT/projections"
(tensors, 4): sums in float64, stored as float32. Tensors are in the order of the state_dict without num_batches_tracked;
gradients lack the running statistics.

With `compare` it also prints how far this is from the same training in float64: the rounding that any float32 program has.
"""
import pathlib
import sys

import numpy as np
import torch
from safetensors.torch import save_file

import make_parity

PROJECTIONS, STEPS, RATE, BATCHES = 4, 20, 1e-5, 4


def uniform(stream, count):
    """Values in [-1, 1), the i-th a hash of (stream, i): "lowbias32"-style integer mixing."""
    x = np.arange(count, dtype=np.uint32) + np.uint32(stream * 0x9E3779B9 & 0xFFFFFFFF)
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x7FEB352D)
    x = (x ^ (x >> np.uint32(15))) * np.uint32(0x846CA68B)
    x = x ^ (x >> np.uint32(16))
    return ((x >> np.uint32(8)).astype(np.float64) / (1 << 23) - 1).astype(np.float32)


def tensors_of(model):
    return [(n, t) for n, t in model.state_dict().items() if t.is_floating_point()]


def start(model):
    """No tensor starts at zero, where a weight after one step would be nothing but Adam's normalised gradient."""
    with torch.no_grad():
        bound = np.float32(0)
        for number, (name, tensor) in enumerate(tensors_of(model)):
            values = uniform(number, tensor.numel())
            if tensor.dim() == 4:
                bound = np.float32(tensor[0].numel() ** -0.5)
                values = values * bound
            elif name.endswith('conv.bias') or name.endswith('block.0.bias'):
                values = values * bound
            elif name.endswith('1.weight') and tensor.numel() > 1:
                values = np.float32(1) + np.float32(0.125) * values
            elif name.endswith('1.bias'):
                values = np.float32(0.125) * values
            else:
                continue
            tensor.copy_(torch.from_numpy(values).reshape(tensor.shape))


def images(batch, side):
    """Four images of 4x4 plain squares: something to learn, so that gradients do not cancel to rounding."""
    squares = torch.from_numpy(uniform(900 + batch, 4 * 3 * 16)).reshape(4, 3, 4, 4)
    return squares.repeat_interleave(side, 2).repeat_interleave(side, 3)


def noise(batch):
    """What can't be learned, so that the loss does not go to zero."""
    return torch.from_numpy(uniform(950 + batch, 4 * 3 * 32 * 32)).reshape(4, 3, 32, 32)


def train(dtype):
    """The losses, and (name, values) of the tensors for each of gradient, step1 and step20."""
    model = make_parity.SRResNet().train()
    start(model)
    model = model.to(dtype)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    losses, found = [], {}
    for step in range(STEPS):
        batch = step % BATCHES
        lr, hr = images(batch, 2), 0.5 * images(batch, 8) + 0.5 * noise(batch)
        lr, hr = lr.to(dtype), hr.to(dtype)
        loss = torch.nn.functional.mse_loss(model(lr), hr)
        optimizer.zero_grad()
        loss.backward()
        losses.append(loss.item())
        if step == 0:
            found['gradient'] = [(n, p.grad.detach().double().numpy().ravel()) for n, p in model.named_parameters()]
        optimizer.step()
        if step + 1 in (1, STEPS):
            found[f'step{step + 1}'] = [(n, t.double().numpy().ravel().copy()) for n, t in tensors_of(model)]
    return losses, found


def summary(out, what, tensors):
    norms = [np.linalg.norm(values) for _, values in tensors]
    projections = [[values @ uniform(1000 * (p + 1) + number, values.size).astype(np.float64) for p in range(PROJECTIONS)]
                   for number, (_, values) in enumerate(tensors)]
    out[f'{what}/norm'] = torch.tensor(np.array(norms), dtype=torch.float32)
    out[f'{what}/projections'] = torch.tensor(np.array(projections), dtype=torch.float32)


def before_batch_norm(name):
    """Biases without influence: their gradient is zero but for rounding."""
    return name.endswith('conv_block.0.bias') and not name.startswith(('conv_block1.', 'conv_block3.'))


def main():
    torch.set_num_threads(2)
    make_parity.CHANNELS, make_parity.BLOCKS = 64, 16
    losses, found = train(torch.float32)
    out = {'loss': torch.tensor(losses, dtype=torch.float32)}
    for what, tensors in found.items():
        summary(out, what, tensors)
    target = pathlib.Path(__file__).resolve().parents[1] / 'resources/io/sparksr/nn/full-parity-v1.safetensors'
    save_file(out, target, metadata={'torch': torch.__version__})
    print(target, target.stat().st_size, 'bytes')

    if sys.argv[1:] != ['compare']:
        return
    exact_losses, exact = train(torch.float64)
    print('losses', losses[0], losses[-1])
    print('loss, relative to float64:', max(abs(a / b - 1) for a, b in zip(losses, exact_losses)))
    for what in found:
        far = sorted((np.linalg.norm(a - b) / np.linalg.norm(b), name) for (name, a), (_, b) in zip(found[what], exact[what]))
        print(what, 'relative to float64, furthest:', [(f'{d:.1e}', name) for d, name in far[::-1] if not before_batch_norm(name) and 'running_mean' not in name][:5])


if __name__ == '__main__':
    main()
