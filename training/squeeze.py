"""Wider and narrower ghost modules with the weights that they had (Net2Net's widening, Chen et al.,
2016; squeezing by magnitude), for `compress.py`."""
import torch

import model as network


def resized(block, kept):
    """The ghost block with the primary features `kept`, an index each; one that stands there twice
    has its weight in the sums shared, so that widening changes nothing."""
    inputs, outputs = block.primary.conv.in_channels, block.value.conv.out_channels
    old = block.primary.conv.out_channels
    new = network.GhostBlock(inputs, len(kept), outputs)
    both = torch.cat([kept, kept + old])
    share = 1 / torch.bincount(both, minlength=2 * old)[both].float()[None, :, None, None]
    for name in ("primary", "ghost", "gate_depthwise"):
        take(getattr(new, name), getattr(block, name), both if name == "gate_depthwise" else kept)
    for name in ("value", "gate_pointwise"):
        unit, source = getattr(new, name), getattr(block, name)
        unit.conv.weight.data.copy_(source.conv.weight[:, both] * share)
        unit.norm.load_state_dict(source.norm.state_dict())
    return new


def take(unit, source, outputs):
    """Copies the weights and normalisation of these output channels."""
    unit.conv.weight.data.copy_(source.conv.weight[outputs])
    for name in ("weight", "bias", "running_mean", "running_var"):
        getattr(unit.norm, name).data.copy_(getattr(source.norm, name)[outputs])


def importance(block):
    """Of each primary feature: how large it and its ghost are, times what reads them."""
    primary = block.primary.conv.out_channels
    gain = torch.cat([block.primary.norm.weight, block.ghost.norm.weight]).abs()
    read = block.value.conv.weight.abs().sum((0, 2, 3))
    return (gain * read).view(2, primary).sum(0)


def _each_ghost_block(net, change):
    for index, block in enumerate(net.backbone.blocks):
        if isinstance(block, network.GhostBlock):
            net.backbone.blocks[index] = change(block)


def doubled(net):
    """Every primary feature twice, told apart by a hundredth of noise in the first copy's weights."""
    def change(block):
        count = block.primary.conv.out_channels
        new = resized(block, torch.arange(count).repeat(2))
        weight = new.primary.conv.weight.data
        weight[:count] += 0.01 * weight.std() * torch.randn_like(weight[:count])
        return new
    _each_ghost_block(net, change)


def squeezed(net, width=48):
    """Keeps the `width` most important primary features of each block, half of what ships."""
    _each_ghost_block(net, lambda block: resized(
        block, importance(block).topk(width).indices.sort().values))
