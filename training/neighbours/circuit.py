"""Qubits simulated as a state vector, exactly and with gradients by autograd.

A state of n qubits is a complex tensor (N, 2, ..., 2); qubit 0 is the most significant bit of a
basis state's number, as in Nielsen & Chuang, "Quantum Computation and Quantum Information", 2000.
"""
import itertools

import torch

PAULI = torch.tensor([[[1, 0], [0, 1]], [[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]],
                     dtype=torch.complex64)
# The 15 products of two Pauli matrices, the identity left out: a basis of su(4).
PAIRS = torch.stack([torch.kron(PAULI[a], PAULI[b])
                     for a, b in itertools.product(range(4), repeat=2)][1:])
CNOT = torch.tensor([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]], dtype=torch.complex64)


def apply(state, gate, qubits):
    """The state after `gate`, (2^k, 2^k), on the k `qubits`; the first is its most significant."""
    last = list(range(-len(qubits), 0))
    moved = state.movedim([qubit + 1 for qubit in qubits], last)
    result = moved.flatten(-len(qubits)) @ gate.to(state.dtype).T
    return result.view(moved.shape).movedim(last, [qubit + 1 for qubit in qubits])


def two_qubit(angles):
    """Any unitary of two qubits: exp(i sum angle_k P_k), angles (15,)."""
    return torch.matrix_exp(1j * torch.einsum("k,kij->ij", angles.to(PAIRS.dtype), PAIRS))


def rotation_y(angle):
    c, s = torch.cos(angle / 2), torch.sin(angle / 2)
    return torch.stack([torch.stack([c, -s]), torch.stack([s, c])]).to(PAULI.dtype)


def rotation_z(angle):
    return torch.diag(torch.exp(0.5j * torch.stack([-angle, angle])))


def encoded(angles):
    """A qubit an angle, (N, n): the state (cos a/2, sin a/2) of each, side by side."""
    state = torch.ones(len(angles), 1, dtype=torch.complex64)
    for angle in angles.unbind(1):
        qubit = torch.stack([torch.cos(angle / 2), torch.sin(angle / 2)], 1).to(state.dtype)
        state = (state[:, :, None] * qubit[:, None, :]).flatten(1)
    return state.view(-1, *[2] * angles.shape[1])


def expectations_z(state):
    """(N, n): each qubit's probability of 0 less that of 1."""
    p = state.abs() ** 2
    every = range(1, state.dim())
    sums = [p.sum([other for other in every if other != axis]) for axis in every]
    return torch.stack([each[:, 0] - each[:, 1] for each in sums], 1)


def expectations_pair(state, qubits):
    """(N, 15): the expectations of PAIRS on two qubits, whatever the others are."""
    moved = state.movedim([qubit + 1 for qubit in qubits], [-2, -1]).reshape(len(state), -1, 4)
    density = torch.einsum("nri,nrj->nij", moved, moved.conj())
    return torch.einsum("kij,nji->nk", PAIRS, density).real


def check():
    """Asserts that gates are what the textbook says, and gradients those of the shift rule."""
    torch.manual_seed(0)
    state = encoded(torch.randn(5, 3))
    gate = two_qubit(torch.randn(15))
    assert torch.allclose(gate @ gate.conj().T, torch.eye(4, dtype=gate.dtype), atol=1e-5)
    whole = torch.kron(gate, torch.eye(2))
    expected = state.reshape(5, 8) @ whole.T
    assert torch.allclose(apply(state, gate, [0, 1]).reshape(5, 8), expected, atol=1e-5)
    swapped = apply(apply(state, CNOT, [0, 2]), CNOT, [0, 2])
    assert torch.allclose(swapped, state)
    assert torch.allclose(expectations_z(state)[:, 1],
                          torch.einsum("i,ni->n", torch.tensor([1., -1.]),
                                       (state.abs() ** 2).sum((1, 3))), atol=1e-6)
    assert torch.allclose(expectations_pair(state, [0, 2])[:, 2], expectations_z(state)[:, 2],
                          atol=1e-5)   # PAIRS[2] is the identity times Z

    def energy(angle):
        return expectations_z(apply(apply(state, rotation_y(angle), [1]), CNOT, [1, 2]))[:, 2].sum()
    angle = torch.tensor(0.7, requires_grad=True)
    energy(angle).backward()
    shifted = (energy(angle + torch.pi / 2) - energy(angle - torch.pi / 2)) / 2
    assert torch.allclose(angle.grad, shifted, atol=1e-5)
