"""Runs a program that finds an accelerator on a simulated port.

Usage: umockdev-wrapper python3 simulate.py usb|hid VENDOR PRODUCT [OPTION…] -- PROGRAM [ARGUMENT…]

The options are those of the command `virtual-device`, which is the device behind the port. The
program plugs and unplugs it by writing the lines `plug`, `unplug`, `stall-in`, `stall-out` to its
file descriptor 3; each is answered there with a line when it is done.
"""

import os
import socket
import subprocess
import sys
from pathlib import Path

import gi

gi.require_version("UMockdev", "1.0")
from gi.repository import GLib, UMockdev  # noqa: E402
from hid_device import HidDevice  # noqa: E402
from usb_device import UsbDevice  # noqa: E402

CLI = Path(__file__).resolve().parents[3] / "dist" / "cli.mjs"
SIMULATION = ("LD_PRELOAD", "UMOCKDEV_DIR")
CONTROL = 3


class DeviceProcess:
    """The virtual device, from its being plugged to its being unplugged."""

    def __init__(self, options):
        self._command = ["node", str(CLI), "virtual-device", *options]
        self._env = {key: value for key, value in os.environ.items() if key not in SIMULATION}
        self._process = None

    def start(self, receive, gone):
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=self._env
        )
        os.set_blocking(self._process.stdout.fileno(), False)
        self._watch = GLib.io_add_watch(
            self._process.stdout.fileno(),
            GLib.PRIORITY_DEFAULT,
            GLib.IOCondition.IN | GLib.IOCondition.HUP,
            self._read,
            receive,
            gone,
        )

    def stop(self):
        if self._watch:
            GLib.source_remove(self._watch)
            self._watch = 0
        self._process.kill()
        self._process.wait()

    def write(self, data):
        try:
            self._process.stdin.write(data)
            self._process.stdin.flush()
        except BrokenPipeError:
            pass

    def _read(self, fd, _condition, receive, gone):
        try:
            piece = os.read(fd, 65536)
        except BlockingIOError:
            return True
        if piece:
            receive(piece)
            return True
        self._watch = 0
        gone()
        return False


def obey(device, control):
    def read(fd, _condition):
        lines = os.read(fd, 4096).decode()
        # Nothing: the program has ended.
        for line in lines.split():
            action, _, argument = line.partition("-")
            getattr(device, action)(*([0x81 if argument == "in" else 0x01] if argument else []))
            os.write(fd, f"{line}\n".encode())
        return bool(lines)

    GLib.io_add_watch(control, GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN, read)


def main():
    kind, vendor, product, *rest = sys.argv[1:]
    at = rest.index("--")
    options, command = rest[:at], rest[at + 1 :]
    device_class = {"usb": UsbDevice, "hid": HidDevice}[kind]
    testbed = UMockdev.Testbed.new()
    device = device_class(testbed, (int(vendor, 16), int(product, 16)), DeviceProcess(options))
    ours, theirs = socket.socketpair()
    obey(device, ours.fileno())
    program = subprocess.Popen(
        command, pass_fds=[CONTROL], preexec_fn=lambda: os.dup2(theirs.fileno(), CONTROL)
    )
    theirs.close()
    loop = GLib.MainLoop()
    exit_codes = []

    def finish(_pid, status):
        exit_codes.append(os.waitstatus_to_exitcode(status))
        loop.quit()

    GLib.child_watch_add(program.pid, finish)
    loop.run()
    # The testbed's own end would wait for connections that are gone.
    os._exit(exit_codes[0] if exit_codes[0] >= 0 else 1)


if __name__ == "__main__":
    main()
