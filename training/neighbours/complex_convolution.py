"""A complex-valued convolution as a real one, for engines and formats that know real numbers alone.

The channels of a map are the real parts of all complex channels, then their imaginary parts:

    [re']   [Wr  -Wi] [re]
    [im'] = [Wi   Wr] [im]

(Trabelsi et al., "Deep complex networks", 2018.) No new operator, so importer, engines and devices
stay as they are. Four real products stand for a complex one; the weights take twice the bytes.
"""
import torch
from torch.nn import functional as F


def lowered(kernel):
    """Complex (O, I, ...) -> real (2 O, 2 I, ...)."""
    return torch.cat([torch.cat([kernel.real, -kernel.imag], 1),
                      torch.cat([kernel.imag, kernel.real], 1)], 0)


def parts(x):
    """Complex (N, C, ...) -> real (N, 2 C, ...)."""
    return torch.cat([x.real, x.imag], 1)


def whole(x):
    """The inverse of `parts`."""
    return torch.complex(*x.chunk(2, 1))


def check():
    """Asserts that the lowered convolution of Gaussian integers is the complex one, written out as
    its definition in integers and compared to the last digit."""
    random = torch.Generator().manual_seed(0)

    def gaussian(*shape):
        pair = torch.randint(-127, 128, (2, *shape), generator=random).double()
        return torch.complex(pair[0], pair[1])
    x, kernel = gaussian(2, 3, 9, 8), gaussian(4, 3, 3, 5)
    result = whole(F.conv2d(parts(x), lowered(kernel)))
    for n, o, row, column in [(0, 0, 0, 0), (1, 3, 6, 3), (0, 2, 4, 1), (1, 1, 0, 2)]:
        window = x[n, :, row:row + 3, column:column + 5]
        assert result[n, o, row, column] == (window * kernel[o]).sum()
    assert torch.equal(result, F.conv2d(x, kernel))
