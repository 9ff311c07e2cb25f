"""Teaches the net of `search/pictures/learned.py` what goods look like; needs torch (Debian: python3-torch), nothing of ours.

python3 tools/pictures/train.py ../shared/data FOLDER-OF-EXPORT learned.npz

It learns from the photos that `bench/picture_split.py` gives for learning and sees no other. Ten classes of clothes and the
products of groceries pull pictures of one kind together (a softmax over cosines); nine minutes of one core.
"""

import math
import random
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from bench.picture_split import clothes, groceries

SIDE, WIDTHS, NUMBERS = 128, (24, 48, 96, 160), 128
PLAN = ((64, 20), (96, 5))
BATCH, SHARPNESS, RATE, SMOOTHING, SEED = 64, 14, 3e-3, 0.05, 7
GROCERIES_TIMES = 2


class Block(nn.Module):
    """Half the side, more channels, and a second look that is added."""

    def __init__(self, wide: int, wider: int) -> None:
        super().__init__()
        self.c1, self.b1 = nn.Conv2d(wide, wider, 3, padding=1, bias=False), nn.BatchNorm2d(wider)
        self.c2, self.b2 = nn.Conv2d(wider, wider, 3, padding=1, bias=False), nn.BatchNorm2d(wider)

    def forward(self, at: torch.Tensor) -> torch.Tensor:
        at = functional.max_pool2d(functional.relu(self.b1(self.c1(at))), 2)
        return at + functional.relu(self.b2(self.c2(at)))


class Net(nn.Module):
    """From a picture to numbers of length one."""

    def __init__(self, classes: int, products: int) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, WIDTHS[0], 5, stride=2, padding=2, bias=False)
        self.bn = nn.BatchNorm2d(WIDTHS[0])
        self.blocks = nn.Sequential(*[Block(*pair) for pair in pairwise(WIDTHS)])
        self.fc = nn.Linear(2 * WIDTHS[-1], NUMBERS)
        self.middles = nn.ParameterList([torch.randn(classes, NUMBERS), torch.randn(products, NUMBERS)])

    def forward(self, at: torch.Tensor) -> torch.Tensor:
        at = self.blocks(functional.relu(self.bn(self.stem((at - 0.6) / 0.3))))
        pooled = torch.cat([at.mean((2, 3)), at.amax((2, 3))], 1)
        return functional.normalize(self.fc(pooled), dim=1)


def varied(pixels: torch.Tensor, side: int) -> torch.Tensor:
    """The pictures turned, mirrored, moved, nearer or farther, in another light, and half of them partly covered."""
    many = len(pixels)

    def by(most: float, *shape: int) -> torch.Tensor:
        return (torch.rand(many, *shape) * 2 - 1) * most

    turn, near, stretch = by(0.25), 0.62 + torch.rand(many) * 0.5, torch.exp(by(0.18))
    mirror = (torch.rand(many) < 0.5).float() * 2 - 1
    room = (1 - near).clamp(min=0.05)
    rows = [
        torch.stack([mirror * near * stretch * turn.cos(), -near * turn.sin(), by(1) * room], 1),
        torch.stack([mirror * near * turn.sin(), near / stretch * turn.cos(), by(1) * room], 1),
    ]
    grid = functional.affine_grid(torch.stack(rows, 1), [many, 3, side, side], align_corners=False)
    shown = pixels.float() / 255
    shown = functional.avg_pool2d(shown, 2) if side <= SIDE // 2 else shown
    shown = functional.grid_sample(shown - 1, grid, align_corners=False) + 1
    shown = ((shown - 0.5) * (1 + by(0.25, 1, 1, 1)) + 0.5) * (1 + by(0.3, 1, 1, 1)) * (1 + by(0.08, 3, 1, 1))
    for one in shown[torch.rand(many) < 0.5]:
        high, wide = (random.randrange(side // 8, side // 3) for _ in range(2))
        top, left = random.randrange(side - high), random.randrange(side - wide)
        one[:, top : top + high, left : left + wide] = random.random()
    return shown.clamp(0, 1)


def taught(data: Path, export: Path) -> Net:
    """The net after all of the plan."""
    worn, food = clothes(data / "product-photos-clothing"), groceries(data / "product-photos-grocery")
    pixels = [
        torch.from_numpy(np.load(export / f"{n}.npy")).permute(0, 3, 1, 2) for n in ("clothing", "grocery")
    ]
    numbers = [{label: at for at, label in enumerate(sorted(set(one.labels)))} for one in (worn, food)]
    labels = [
        [names[label] for label in one.labels] for names, one in zip(numbers, (worn, food), strict=True)
    ]
    shelf = food.learnt + [at for at in food.catalogue if food.labels[at] not in food.unseen]
    lessons = [(0, at) for at in worn.learnt] + [(1, at) for at in shelf] * GROCERIES_TIMES
    net = Net(*map(len, numbers))
    flat = [weight for weight in net.parameters() if weight.ndim <= 1]
    deep = [weight for weight in net.parameters() if weight.ndim > 1]
    steps = sum(times for _, times in PLAN) * (len(lessons) // BATCH)
    learning = torch.optim.AdamW(
        [{"params": deep, "weight_decay": 0.05}, {"params": flat, "weight_decay": 0}], lr=RATE
    )
    pace = torch.optim.lr_scheduler.OneCycleLR(learning, RATE, total_steps=steps + 1, pct_start=0.15)
    for side in [side for side, times in PLAN for _ in range(times)]:
        random.shuffle(lessons)
        for start in range(0, len(lessons) - BATCH + 1, BATCH):
            batch = lessons[start : start + BATCH]
            said = net(varied(torch.stack([pixels[kind][at] for kind, at in batch]), side))
            loss = torch.zeros(())
            for kind, middles in enumerate(net.middles):
                own = [n for n, (of, _) in enumerate(batch) if of == kind]
                if own:
                    wanted = torch.tensor([labels[kind][batch[n][1]] for n in own])
                    likeness = SHARPNESS * said[own] @ functional.normalize(middles, dim=1).T
                    share = len(own) / len(batch)
                    loss = loss + share * functional.cross_entropy(
                        likeness, wanted, label_smoothing=SMOOTHING
                    )
            learning.zero_grad()
            loss.backward()
            learning.step()
            pace.step()
        print(f"{side} pixels, last loss {float(loss):.3f}", flush=True)
    return net.eval()


def folded(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> tuple[np.ndarray, np.ndarray]:
    """A convolution with its norm folded in, as (height, width, in, out), and what is added."""
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    kernel = (conv.weight * scale[:, None, None, None]).permute(2, 3, 1, 0)
    return kernel.detach().numpy(), (norm.bias - norm.running_mean * scale).detach().numpy()


def main(data: Path, export: Path, out: Path) -> None:
    """Teaches the net and writes it down in half precision."""
    torch.manual_seed(SEED)
    random.seed(SEED)
    net = taught(data, export)
    layers = {"stem": (net.stem, net.bn)}
    for at, block in enumerate(net.blocks):
        layers |= {f"{at}.c1": (block.c1, block.b1), f"{at}.c2": (block.c2, block.b2)}
    written = {"fc.weight": net.fc.weight.detach().numpy(), "fc.bias": net.fc.bias.detach().numpy()}
    for name, layer in layers.items():
        written[f"{name}.weight"], written[f"{name}.bias"] = folded(*layer)
    assert all(math.isfinite(float(part.sum())) for part in written.values())
    np.savez_compressed(out, **{name: part.astype(np.float16) for name, part in written.items()})


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
