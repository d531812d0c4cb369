"""Fine-tuning a head on integer counts, for `ablate.py`: what quantization costs, and what that gives back."""
import torch
from torch.nn import functional as F

import model as network
from head import balanced_log_loss, logits_of


def refit(start: network.Head, features, labels, teacher, log_prior, weights, held_out, options,
          seed):
    """Fine-tunes squeeze-and-excitation and classifier on features of the training folds.

    Loss: d * KL(teacher || head) + (1 - d) * logit-adjusted cross-entropy; `teacher` are the float
    network's logits of the same views. `held_out` = (features, labels) of the choosing fold picks
    the step count (0 is allowed) by class-balanced log loss.
    """
    generator = torch.Generator().manual_seed(seed)
    x, y = torch.from_numpy(features).float(), torch.from_numpy(labels)
    soft = F.softmax(torch.from_numpy(teacher).float(), 1)
    head = network.Head(x.shape[1])
    head.load_state_dict(start.state_dict())
    optimiser = torch.optim.AdamW(head.parameters(), lr=0.0, weight_decay=options["weightDecay"])
    mixture, best = options["distillation"], None
    for step in range(options["steps"] + 1):
        if step % 50 == 0:
            score = balanced_log_loss(logits_of(head, held_out[0]), held_out[1])
            if best is None or score < best[0]:
                best = (score, step, {k: v.clone() for k, v in head.state_dict().items()})
        for group in optimiser.param_groups:
            group["lr"] = options["learningRate"] * (1 - step / (options["steps"] + 1))
        rows = torch.multinomial(weights, options["batch"], True, generator=generator)
        logits = head(x[rows])
        loss = mixture * F.kl_div(F.log_softmax(logits, 1), soft[rows], reduction="batchmean") \
            + (1 - mixture) * F.cross_entropy(logits + log_prior, y[rows], label_smoothing=0.05)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    head.load_state_dict(best[2])
    return head, best[1]
