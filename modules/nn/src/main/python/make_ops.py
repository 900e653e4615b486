#!/usr/bin/env python3
"""Writes the TorchScript operations of the networks: src/main/resources/io/sparksr/nn/ops.pt.

Usage:  python3 modules/nn/src/main/python/make_ops.py        (needs PyTorch 2.x; the build does not run it)

DJL has no pixel shuffle, its PReLU is not implemented on PyTorch, and a chain of small calls through JNI costs time. Each
operation here is one layer group of a super-resolution network as a pure function of its activation, always the first
argument, and its weights. The element type follows the activation: weights are kept in float32 and cast where the activation
is bfloat16, so one set of operations serves both precisions; batch norm keeps its parameters and statistics in float32.
Activations travel in channels-last layout, which oneDNN and cuDNN prefer.
"""
import pathlib
from typing import Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def conv(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """Stride 1, zero padding that keeps height and width (odd kernels)."""
    return torch.conv2d(x, w.to(x.dtype), b.to(x.dtype), padding=(w.size(2) // 2, w.size(3) // 2))


def shuffle(x: Tensor, channels_in: int) -> Tensor:
    """Pixel shuffle by the square root of the growth in channels: r * r * C channels of H x W to C channels of rH x rW."""
    growth = x.size(1) // channels_in
    factor = 1
    while factor * factor < growth:
        factor += 1
    return F.pixel_shuffle(x, factor)


def strided(x: Tensor, w: Tensor, b: Tensor, stride: int, padding: int) -> Tensor:
    return torch.conv2d(x, w.to(x.dtype), b.to(x.dtype), stride=stride, padding=padding)


def leaky(x: Tensor) -> Tensor:
    """In place: neither a convolution nor batch norm needs its output to go back."""
    return F.leaky_relu(x, 0.2, inplace=True)


def moments(sums: Tensor) -> Tuple[Tensor, Tensor]:
    """Mean and biased variance, float64, of what sync_sums returned and replicas have added up."""
    first, second = (sums[1:] / sums[0]).chunk(2)
    return first, torch.clamp(second - first.square(), min=0.0)


def sync_norm(x: Tensor, sums: Tensor, gamma: Tensor, beta: Tensor, running_mean: Tensor, running_var: Tensor) -> Tensor:
    """Batch norm with statistics that are given, as constants; updates the running ones as torch does (unbiased)."""
    mean, var = moments(sums)
    running_mean.lerp_(mean.float(), 0.1)
    running_var.lerp_((var * (sums[0] / torch.clamp(sums[0] - 1.0, min=1.0))).float(), 0.1)
    return F.batch_norm(x, mean.float(), var.float(), gamma, beta, False, 0.1, 1e-5)


class Ops(nn.Module):
    """Every exported method is one operation; `forward` exists because a module needs one."""

    def forward(self, x: Tensor) -> Tensor:
        return x

    # ------------------------------------------------------------------ the way in

    @torch.jit.export
    def enter_fp32(self, x: Tensor) -> Tensor:
        return x.contiguous(memory_format=torch.channels_last)

    @torch.jit.export
    def enter_bf16(self, x: Tensor) -> Tensor:
        return x.contiguous(memory_format=torch.channels_last).to(torch.bfloat16)

    # ------------------------------------------------------------------ SRResNet (Ledig et al. 2017, figure 4)

    @torch.jit.export
    def conv_prelu(self, x: Tensor, w: Tensor, b: Tensor, a: Tensor) -> Tensor:
        return F.prelu(conv(x, w, b), a.to(x.dtype))

    @torch.jit.export
    def conv_bn_prelu_train(self, x: Tensor, w: Tensor, b: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, var: Tensor,
                            a: Tensor) -> Tensor:
        return F.prelu(F.batch_norm(conv(x, w, b), mean, var, gamma, beta, True, 0.1, 1e-5), a.to(x.dtype))

    @torch.jit.export
    def conv_bn_prelu_eval(self, x: Tensor, w: Tensor, b: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, var: Tensor,
                           a: Tensor) -> Tensor:
        return F.prelu(F.batch_norm(conv(x, w, b), mean, var, gamma, beta, False, 0.1, 1e-5), a.to(x.dtype))

    @torch.jit.export
    def conv_bn_add_train(self, x: Tensor, w: Tensor, b: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, var: Tensor,
                          skip: Tensor) -> Tensor:
        return F.batch_norm(conv(x, w, b), mean, var, gamma, beta, True, 0.1, 1e-5) + skip

    @torch.jit.export
    def conv_bn_add_eval(self, x: Tensor, w: Tensor, b: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, var: Tensor,
                         skip: Tensor) -> Tensor:
        return F.batch_norm(conv(x, w, b), mean, var, gamma, beta, False, 0.1, 1e-5) + skip

    @torch.jit.export
    def conv_shuffle_prelu(self, x: Tensor, w: Tensor, b: Tensor, a: Tensor) -> Tensor:
        return F.prelu(shuffle(conv(x, w, b), x.size(1)), a.to(x.dtype))

    @torch.jit.export
    def conv_tanh(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        return torch.tanh(conv(x, w, b).float())

    # ------------------------------------------------------------------ MSRResNet (no batch norm, enlarged input added)

    @torch.jit.export
    def conv_leaky(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        return F.leaky_relu(conv(x, w, b), 0.1)

    @torch.jit.export
    def residual(self, x: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor) -> Tensor:
        return x + conv(F.relu(conv(x, w1, b1)), w2, b2)

    @torch.jit.export
    def conv_shuffle_leaky(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        return F.leaky_relu(shuffle(conv(x, w, b), x.size(1)), 0.1)

    @torch.jit.export
    def conv_add_bilinear(self, x: Tensor, w: Tensor, b: Tensor, lr: Tensor) -> Tensor:
        # The operator itself: F.interpolate would bring along every mode of the newest PyTorch, unknown to older libtorch.
        base = torch._C._nn.upsample_bilinear2d(lr, [x.size(2), x.size(3)], False, None, None)
        return conv(x, w, b).float() + base

    # ------------------------------------------------------------------ discriminators (Ledig et al. 2017, figure 4; Isola et al. 2017)

    @torch.jit.export
    def strided1_leaky(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        return leaky(strided(x, w, b, 1, w.size(2) // 2))

    @torch.jit.export
    def strided1_only(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        return strided(x, w, b, 1, w.size(2) // 2)

    @torch.jit.export
    def strided2_only(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        return strided(x, w, b, 2, w.size(2) // 2)

    @torch.jit.export
    def strided1_bn_leaky_train(self, x: Tensor, w: Tensor, b: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor,
                                var: Tensor) -> Tensor:
        return leaky(F.batch_norm(strided(x, w, b, 1, w.size(2) // 2), mean, var, gamma, beta, True, 0.1, 1e-5))

    @torch.jit.export
    def strided1_bn_leaky_eval(self, x: Tensor, w: Tensor, b: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor,
                               var: Tensor) -> Tensor:
        return leaky(F.batch_norm(strided(x, w, b, 1, w.size(2) // 2), mean, var, gamma, beta, False, 0.1, 1e-5))

    @torch.jit.export
    def strided2_bn_leaky_train(self, x: Tensor, w: Tensor, b: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor,
                                var: Tensor) -> Tensor:
        return leaky(F.batch_norm(strided(x, w, b, 2, w.size(2) // 2), mean, var, gamma, beta, True, 0.1, 1e-5))

    @torch.jit.export
    def strided2_bn_leaky_eval(self, x: Tensor, w: Tensor, b: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor,
                               var: Tensor) -> Tensor:
        return leaky(F.batch_norm(strided(x, w, b, 2, w.size(2) // 2), mean, var, gamma, beta, False, 0.1, 1e-5))

    @torch.jit.export
    def pool_linear_leaky(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        """Pools to 6x6 whatever the size. In float32 always: casting a weight this large costs more than it saves."""
        pooled = torch._C._nn.adaptive_avg_pool2d(x, [6, 6]).float().contiguous()
        return leaky(F.linear(pooled.flatten(1), w, b))

    @torch.jit.export
    def linear(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        return F.linear(x, w, b)

    @torch.jit.export
    def patch2_leaky(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        return leaky(strided(x, w, b, 2, 1))

    @torch.jit.export
    def patch1_leaky(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        return leaky(strided(x, w, b, 1, 1))

    @torch.jit.export
    def patch1(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        return strided(x, w, b, 1, 1).float()

    # ------------------------------------------------------------------ VGG19 (Simonyan and Zisserman 2015, configuration E)

    @torch.jit.export
    def conv_relu(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        return torch.relu_(conv(x, w, b))

    @torch.jit.export
    def conv_only(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        return conv(x, w, b)

    @torch.jit.export
    def max_pool(self, x: Tensor) -> Tensor:
        return torch.max_pool2d(x, [2, 2])

    @torch.jit.export
    def leave(self, x: Tensor) -> Tensor:
        return x.float()

    @torch.jit.export
    def change_range(self, x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
        return torch.addcmul(shift.view(1, 3, 1, 1), x, scale.view(1, 3, 1, 1))

    # ------------------------------------------------------------------ batch norm over all replicas (SyncTape.java)

    @torch.jit.export
    def sync_sums(self, x: Tensor) -> Tensor:
        """float64 [1 + 2 C], what replicas add up: n, then n * mean and n * (var + mean^2) of each channel."""
        c = x.size(1)
        unused = torch.zeros([2, c], device=x.device)
        mean, var = torch.batch_norm_update_stats(x, unused[0], unused[1], 0.1)
        n = torch.full([1], x.numel() // c, dtype=torch.float64, device=x.device)
        return torch.cat([n, n * mean, n * (var.double() + mean.double().square())])

    @torch.jit.export
    def sync_bn_prelu(self, x: Tensor, sums: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, var: Tensor, a: Tensor) -> Tensor:
        return F.prelu(sync_norm(x, sums, gamma, beta, mean, var), a.to(x.dtype))

    @torch.jit.export
    def sync_bn_add(self, x: Tensor, sums: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, var: Tensor, skip: Tensor) -> Tensor:
        return sync_norm(x, sums, gamma, beta, mean, var) + skip

    @torch.jit.export
    def sync_bn_leaky(self, x: Tensor, sums: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return leaky(sync_norm(x, sums, gamma, beta, mean, var))

    @torch.jit.export
    def sync_gradient(self, x: Tensor, direct: Tensor, gradients: Tensor, sums: Tensor, gamma: Tensor) -> Tensor:
        """The gradient of x when the statistics depend on it too.

        direct: as if they did not. gradients: float64 [2 C], of gamma and then of beta over all replicas.
        """
        mean, var = moments(sums)
        scale = gamma.double() / torch.sqrt(var + 1e-5)
        of_gamma, of_beta = gradients.chunk(2)
        a = -scale * of_gamma / torch.sqrt(var + 1e-5) / sums[0]
        b = -scale * of_beta / sums[0] - a * mean
        shape = [1, x.size(1), 1, 1]
        return torch.addcmul(direct.float() + b.float().view(shape), x.float(), a.float().view(shape)).to(x.dtype)

    @torch.jit.export
    def sync_affine(self, of_gamma: Tensor, of_beta: Tensor, gamma: Tensor, beta: Tensor, bias: Tensor) -> Tensor:
        """Has these gradients; that of the bias is zero."""
        return (of_gamma * gamma).sum() + (of_beta * beta).sum() + (0.0 * bias).sum()

    # ------------------------------------------------------------------ losses: scalars, float32

    @torch.jit.export
    def weigh(self, x: Tensor, weight: Tensor) -> Tensor:
        """Reads the weight now: its memory may be gone by the time of back-propagation."""
        return x * float(weight.item())

    @torch.jit.export
    def loss_mse(self, sr: Tensor, hr: Tensor) -> Tensor:
        return F.mse_loss(sr, hr)

    @torch.jit.export
    def loss_l1(self, sr: Tensor, hr: Tensor) -> Tensor:
        return F.l1_loss(sr, hr)

    @torch.jit.export
    def loss_charbonnier(self, sr: Tensor, hr: Tensor) -> Tensor:
        """Of operators that TorchScript does not derive itself; see the adversarial losses."""
        d = sr - hr
        root = torch.hypot(d, torch.full_like(d, 1e-3))
        return F.l1_loss(root, torch.zeros_like(root))

    # ------------------------------------------------------------------ adversarial losses on logits
    # As single operators with their own derivatives: TorchScript derives means and logarithms itself once it has seen them run,
    # which rounds differently from the first run, so that a resumed training would not end with the same bytes.

    @torch.jit.export
    def vanilla_generator(self, sr: Tensor, hr: Tensor) -> Tensor:
        return F.binary_cross_entropy_with_logits(sr, torch.ones_like(sr))

    @torch.jit.export
    def vanilla_discriminator(self, hr: Tensor, sr: Tensor) -> Tensor:
        return (F.binary_cross_entropy_with_logits(hr, torch.ones_like(hr))
                + F.binary_cross_entropy_with_logits(sr, torch.zeros_like(sr)))

    @torch.jit.export
    def least_squares_generator(self, sr: Tensor, hr: Tensor) -> Tensor:
        return 0.5 * F.mse_loss(sr, torch.ones_like(sr))

    @torch.jit.export
    def least_squares_discriminator(self, hr: Tensor, sr: Tensor) -> Tensor:
        return 0.5 * F.mse_loss(hr, torch.ones_like(hr)) + 0.5 * F.mse_loss(sr, torch.zeros_like(sr))

    @torch.jit.export
    def relativistic_generator(self, sr: Tensor, hr: Tensor) -> Tensor:
        return F.binary_cross_entropy_with_logits(sr - hr, torch.ones_like(sr))

    @torch.jit.export
    def relativistic_discriminator(self, hr: Tensor, sr: Tensor) -> Tensor:
        return F.binary_cross_entropy_with_logits(hr - sr, torch.ones_like(hr))

    @torch.jit.export
    def score_probability(self, hr: Tensor, sr: Tensor) -> Tensor:
        return torch.stack([torch.sigmoid(hr).mean(), torch.sigmoid(sr).mean()])

    @torch.jit.export
    def score_plain(self, hr: Tensor, sr: Tensor) -> Tensor:
        return torch.stack([hr.mean(), sr.mean()])

    @torch.jit.export
    def score_relative(self, hr: Tensor, sr: Tensor) -> Tensor:
        return torch.stack([torch.sigmoid(hr - sr).mean(), torch.sigmoid(sr - hr).mean()])

    # ------------------------------------------------------------------ flat buffers, in place

    @torch.jit.export
    def zero(self, x: Tensor) -> Tensor:
        return x.zero_()

    @torch.jit.export
    def copy(self, target: Tensor, source: Tensor) -> Tensor:
        """Between devices too, which waits until it is done."""
        return target.copy_(source)

    @torch.jit.export
    def alias(self, x: Tensor, memory: Tensor) -> Tensor:
        """Points the storage of a tensor at that of another of the same shape."""
        return x.set_(memory)

    @torch.jit.export
    def clip_value(self, gradient: Tensor, limit: Tensor) -> Tensor:
        bound = float(limit.item())
        return gradient.clamp_(-bound, bound)

    @torch.jit.export
    def clip_norm(self, gradient: Tensor, limit: Tensor) -> Tensor:
        """As torch.nn.utils.clip_grad_norm_: returns the norm before clipping."""
        norm = torch.linalg.vector_norm(gradient)
        gradient.mul_(torch.clamp(float(limit.item()) / (norm + 1e-6), max=1.0))
        return norm

    @torch.jit.export
    def ema(self, average: Tensor, value: Tensor, decay: Tensor) -> Tensor:
        return average.lerp_(value, 1.0 - float(decay.item()))

    @torch.jit.export
    def adam(self, parameter: Tensor, gradient: Tensor, m: Tensor, v: Tensor, h: Tensor) -> Tensor:
        """One step of torch.optim.Adam (not fused, not amsgrad) or AdamW.

        h: float64 [step, learning rate, beta1, beta2, epsilon, weight decay, 1 if decoupled (AdamW)]. All arrays are flat. On a
        processor piece by piece, so that the ten passes over a piece find it in the cache: a large layer is many times larger.
        """
        step, rate, beta1, beta2 = float(h[0].item()), float(h[1].item()), float(h[2].item()), float(h[3].item())
        epsilon, decay, decoupled = float(h[4].item()), float(h[5].item()), bool(h[6].item() != 0)
        correction2 = (1.0 - beta2 ** step) ** 0.5
        count = parameter.numel()
        piece = count if parameter.is_cuda else 262144
        for start in range(0, count, piece):
            length = min(piece, count - start)
            p, m_piece, v_piece = parameter.narrow(0, start, length), m.narrow(0, start, length), v.narrow(0, start, length)
            g = gradient.narrow(0, start, length)
            if decay != 0.0:
                if decoupled:
                    p.mul_(1.0 - rate * decay)
                else:
                    g = g.add(p, alpha=decay)
            m_piece.lerp_(g, 1.0 - beta1)
            v_piece.mul_(beta2).addcmul_(g, g, value=1.0 - beta2)
            denominator = (v_piece.sqrt() / correction2).add_(epsilon)
            p.addcdiv_(m_piece, denominator, value=-(rate / (1.0 - beta1 ** step)))
        return parameter


def main():
    target = pathlib.Path(__file__).resolve().parents[1] / 'resources/io/sparksr/nn/ops.pt'
    target.parent.mkdir(parents=True, exist_ok=True)
    torch.jit.script(Ops()).save(str(target))
    print(target, target.stat().st_size, 'bytes, torch', torch.__version__)


if __name__ == '__main__':
    main()
