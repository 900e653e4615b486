#!/usr/bin/env python3
"""Writes what torchvision's VGG19 computes with made-up weights: src/test/resources/io/sparksr/nn/vgg19-v1.safetensors.

Usage:  make_vgg.py [FOLDER]     (needs PyTorch, torchvision and safetensors; the build does not run it)

The weights are a hash of their place, which the test computes again (20 million of them do not fit here). Keys: "images" and
"target", two batches; "POOL_CONVOLUTION_after" or "_before" the features of a cut, as they are or, with "/means", their mean and
mean square per channel; "gradient" of MSE between the features of "images" and "target" after (5, 4), with respect to "images".

Beside it, for Vgg19WeightsTest: foreign/vgg19_first_legacy.pth and foreign/vgg19_first_zip.pth, the first convolution and another tensor of
the state_dict as torch.save wrote files before PyTorch 1.6 and writes them now.

With a FOLDER: writes the whole state_dict there as torchvision's official file is (legacy.pth), as torch.save does today
(zip.pth) and as vgg.safetensors, 548 MB each, for Vgg19FilesIT.
"""
import math
import pathlib
import sys

import numpy as np
import torch
from safetensors.torch import save_file
from torchvision.models import vgg19

GAMMA = np.uint64(0x9E3779B97F4A7C15)
CUTS = {'1_1': 0, '2_2': 7, '3_4': 16, '5_4': 34}


def mix(z):
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def uniform(stream, shape, bound):
    """Float32 in [-bound, bound): the hash of a stream's number and the place."""
    place = np.arange(int(np.prod(shape)), dtype=np.uint64)
    with np.errstate(over='ignore'):
        bits = mix((np.uint64(stream) << np.uint64(32)) + place * GAMMA)
    unit = (bits >> np.uint64(40)).astype(np.float64) * 2.0 ** -24
    return torch.from_numpy((unit * 2 * bound - bound).astype(np.float32).reshape(shape))


def main():
    torch.set_num_threads(1)
    model = vgg19(weights=None).eval()
    with torch.no_grad():
        for stream, parameter in enumerate(model.parameters()):
            fan_in = parameter[0].numel() if parameter.dim() > 1 else 600
            parameter.copy_(uniform(stream, parameter.shape, math.sqrt(6 / fan_in)))
    out = {'images': uniform(1000, (2, 3, 32, 32), 2), 'target': uniform(1001, (2, 3, 32, 32), 2)}
    for cut, convolution in CUTS.items():
        for side, end in (('before', convolution + 1), ('after', convolution + 2)):
            with torch.no_grad():
                features = model.features[:end](out['images'].clone())
            if cut == '5_4':
                out[f'{cut}_{side}'] = features
            else:
                out[f'{cut}_{side}/means'] = torch.stack([features.mean((0, 2, 3)), features.square().mean((0, 2, 3))])
    images = out['images'].clone().requires_grad_(True)
    torch.nn.functional.mse_loss(model.features[:36](images), model.features[:36](out['target']).detach()).backward()
    out['gradient'] = images.grad
    target = pathlib.Path(__file__).resolve().parents[1] / 'resources/io/sparksr/nn/vgg19-v1.safetensors'
    if len(sys.argv) == 1:
        save_file({k: v.detach().contiguous() for k, v in out.items()}, target, metadata={'torch': torch.__version__})
        print(target, target.stat().st_size, 'bytes')
        first = {name: model.state_dict()[name].clone() for name in ('features.0.weight', 'features.0.bias', 'classifier.6.bias')}
        torch.save(first, target.parent / 'foreign/vgg19_first_legacy.pth', _use_new_zipfile_serialization=False)
        torch.save(first, target.parent / 'foreign/vgg19_first_zip.pth')
    else:
        folder = pathlib.Path(sys.argv[1])
        torch.save(model.state_dict(), folder / 'legacy.pth', _use_new_zipfile_serialization=False)
        torch.save(model.state_dict(), folder / 'zip.pth')
        save_file(model.state_dict(), folder / 'vgg.safetensors')


if __name__ == '__main__':
    main()
