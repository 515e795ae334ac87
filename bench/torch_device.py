"""The book's jobs, and products of large matrices, with PyTorch on a device, under the names of devices.ts.

python bench/torch_device.py [cuda|cpu] [side ...]: a line of JSON each, ms a step of many at once, f32 without
TF32, eager.
"""

import json
import math
import sys
import time

import torch
from torch import nn

device = torch.device(sys.argv[1] if len(sys.argv) > 1 else "cuda")
sides = [int(side) for side in sys.argv[2:]] or [512, 1024, 2048, 4096]
torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False
AT_ONCE_S, ROUNDS = 0.3, 3
NAME = torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU"


def elapsed(step, count):
    """Seconds of so many steps, to their end."""
    start = time.perf_counter()
    for _ in range(count):
        step()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - start


def job(name, flops, step):
    """Times a step and prints its line."""
    elapsed(step, 2)
    count = math.ceil(AT_ONCE_S / (elapsed(step, 3) / 3))
    elapsed(step, count)
    ms = sorted(elapsed(step, count) / count for _ in range(ROUNDS))[ROUNDS // 2] * 1000
    line = {"backend": f"torch {torch.__version__}", "device": NAME, "job": name}
    print(json.dumps({**line, "ms": round(ms, 4), "gflops": round(flops / ms / 1e6, 1)}), flush=True)


def training(name, flops, model, x, y, loss, optimizer):
    """Times steps of training."""
    model = model.to(device)
    optimizer = optimizer(model.parameters())

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss(model(x), y).backward()
        optimizer.step()

    job(name, flops, step)


def dense(sizes, activation):
    """Dense layers, all with one activation."""
    layers = []
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b), activation()]
    return nn.Sequential(*layers)


class Reader(nn.Module):
    """A recurrent layer of 128 units on 40 of 38 characters, and the next character."""

    def __init__(self, layer):
        super().__init__()
        self.layer, self.out = layer(38, 128, batch_first=True), nn.Linear(128, 38)

    def forward(self, x):
        return self.out(self.layer(x)[0][:, -1])


def dense_flops(sizes, batch):
    return 2 * batch * sum((2 if i == 0 else 3) * a * b for i, (a, b) in enumerate(zip(sizes, sizes[1:])))


for side in sides:
    a, b = (torch.rand(side, side, device=device) for _ in range(2))
    job(f"product {side}", 2 * side**3, lambda: a @ b)

adam = torch.optim.Adam
x, y = torch.rand(128, 784, device=device), torch.rand(128, 10, device=device)
training("mlp-784-512-10 b128 sgd", dense_flops([784, 512, 10], 128), dense([784, 512, 10], nn.Sigmoid), x, y,
         nn.MSELoss(), lambda p: torch.optim.SGD(p, 0.5))

lenet = nn.Sequential(
    nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(16, 120, 5), nn.ReLU(), nn.Flatten(),
    nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
)
macs = [28 * 28 * 25 * 6, 10 * 10 * 150 * 16, 400 * 120, 120 * 84, 84 * 10]
images, labels = torch.rand(128, 1, 28, 28, device=device), torch.randint(10, (128,), device=device)
training("lenet5 b128 adam", 2 * 128 * (3 * sum(macs) - macs[0]), lenet, images, labels, nn.CrossEntropyLoss(), adam)

x = torch.rand(256, 784, device=device)
training("autoencoder-64 b256 adam", dense_flops([784, 64, 784], 256), dense([784, 64, 784], nn.ReLU), x, x,
         nn.MSELoss(), adam)

text = nn.functional.one_hot(torch.randint(38, (256, 40)), 38).float().to(device)
after = torch.randint(38, (256,), device=device)
for name, layer, gates in [("lstm", nn.LSTM, 4), ("gru", nn.GRU, 3)]:
    flops = 2 * 256 * (40 * gates * 128 * (2 * 38 + 3 * 128) + 3 * 128 * 38)
    training(f"{name}-128 seq40 b256 adam", flops, Reader(layer), text, after, nn.CrossEntropyLoss(), adam)
