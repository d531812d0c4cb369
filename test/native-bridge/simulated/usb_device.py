"""An accelerator on a simulated USB port: what Linux's usbfs would say of it.

Transfers on its bulk endpoints are the standard input and output of a virtual device.
"""

import errno
import struct

import gi

gi.require_version("UMockdev", "1.0")
from gi.repository import GLib, UMockdev  # noqa: E402

SYSFS = "/devices/pci0000:00/0000:00:14.0/usb1/1-4"
PACKET_BYTES = 512
# How long a question for finished transfers may wait for one.
REAP_WAIT_MS = 2

CONTROL, BULK = 2, 3
SUBMITURB, DISCARDURB, REAPURB, REAPURBNDELAY = 0x8038550A, 0x550B, 0x4008550C, 0x4008550D
CLAIMINTERFACE, RELEASEINTERFACE, DISCONNECT_CLAIM = 0x8004550F, 0x80045510, 0x8108551B
CLEAR_HALT, RESET, GET_CAPABILITIES, GET_SPEED = 0x80045515, 0x5514, 0x8004551A, 0x551F
SETCONFIGURATION, GETDRIVER = 0x80045505, 0x41045508

URB_BYTES, BUFFER_AT, LENGTH_AT, ACTUAL_AT, STATUS_AT = 56, 16, 24, 28, 4
STRINGS = {1: "Dermaspike", 2: "Simulated accelerator", 3: "S1"}


def descriptors(vendor, product, interface_class):
    device = struct.pack(
        "<BBHBBBBHHHBBBB", 18, 1, 0x200, 0, 0, 0, 64, vendor, product, 0x100, 1, 2, 3, 1
    )
    interface = struct.pack("<BBBBBBBBB", 9, 4, 0, 0, 2, interface_class, 0, 0, 0)
    endpoints = b"".join(
        struct.pack("<BBBBHB", 7, 5, address, 2, PACKET_BYTES, 0) for address in (0x01, 0x81)
    )
    total = 9 + len(interface) + len(endpoints)
    configuration = struct.pack("<BBHBBBBB", 9, 2, total, 1, 1, 0, 0x80, 50)
    return device + configuration + interface + endpoints


def describe_port(path, address, ids, interface_class):
    """A device on bus 1, in the words of `Testbed.add_from_string`."""
    vendor, product = ids
    raw = descriptors(vendor, product, interface_class).hex().upper()
    return (
        f"P: {path}\nN: bus/usb/001/{address:03}={raw}\n"
        f"E: DEVNAME=/dev/bus/usb/001/{address:03}\nE: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\n"
        f"E: BUSNUM=001\nE: DEVNUM={address:03}\nE: MAJOR=189\nE: MINOR={address - 1}\n"
        f"E: PRODUCT={vendor:x}/{product:x}/100\nE: TYPE=0/0/0\n"
        f"A: busnum=1\\n\nA: devnum={address}\\n\nA: speed=480\\n\n"
        f"A: bConfigurationValue=1\\n\nA: bcdDevice=0100\\n\n"
        f"A: idVendor={vendor:04x}\\n\nA: idProduct={product:04x}\\n\n"
        f"A: manufacturer={STRINGS[1]}\\n\nA: product={STRINGS[2]}\\n\n"
        f"A: serial={STRINGS[3]}\\n\nH: descriptors={raw}\n\n"
    )


def string_descriptor(index):
    text = STRINGS.get(index, "").encode("utf-16-le")
    if index == 0:
        text = struct.pack("<H", 0x0409)
    return struct.pack("<BB", 2 + len(text), 3) + text


class Urb:
    def __init__(self, data):
        raw = bytes(data.retrieve())
        self.data = data
        self.kind, self.endpoint = raw[0], raw[1]
        (self.length,) = struct.unpack_from("<i", raw, LENGTH_AT)
        self.buffer = data.resolve(BUFFER_AT, self.length) if self.length else None

    def finish(self, status, actual):
        self.data.update(STATUS_AT, struct.pack("<i", status))
        self.data.update(ACTUAL_AT, struct.pack("<i", actual))


class UsbDevice:
    """A port; each device that is plugged into it is another one to the system."""

    def __init__(self, testbed, ids, pipe):
        self._testbed, self._ids, self._pipe = testbed, ids, pipe
        self._address = 3
        self._plugged = None
        # The system may still speak to those that are gone.
        self._gone = []

    def plug(self):
        self._address += 1
        self._plugged = PluggedDevice(self._pipe)
        # Before it can be found.
        self._testbed.attach_ioctl(f"/dev/bus/usb/001/{self._address:03}", self._plugged)
        self._testbed.add_from_string(describe_port(SYSFS, self._address, self._ids, 0xFF))
        self._pipe.start(self._plugged.receive, self.unplug)
        self._testbed.uevent(f"/sys{SYSFS}", "add")

    def unplug(self):
        device, self._plugged = self._plugged, None
        if device is None:
            return
        self._gone.append(device)
        self._pipe.stop()
        device.pull()
        self._testbed.uevent(f"/sys{SYSFS}", "remove")
        self._testbed.remove_device(f"/sys{SYSFS}")

    def stall(self, address):
        self._plugged.stall(address)


class PluggedDevice(UMockdev.IoctlBase):
    def __init__(self, pipe):
        super().__init__()
        self._pipe = pipe
        self._is_plugged = True
        self._is_serving = self._is_asked = False
        self._incoming = bytearray()
        self._waiting, self._finished, self._reapers = [], [], []
        self._stalls = {0x01: 0, 0x81: 0}

    def pull(self):
        self._is_plugged = False
        self._incoming.clear()
        self._give_up(-errno.ENODEV)

    def do_client_vanished(self, _client):
        """Nobody will ask for what is finished; its memory is gone."""
        for transfers in (self._waiting, self._finished, self._reapers):
            transfers.clear()

    def stall(self, address):
        """The next transfer there is refused, as after a protocol error; so are those after it."""
        self._stalls[address] = 1
        self._serve()

    def do_handle_ioctl(self, client):
        request, arg = client.get_request() & 0xFFFFFFFF, client.get_arg()
        if request in (REAPURB, REAPURBNDELAY):
            return self._reap(client, arg)
        result = self._answer(request, arg)
        if result < 0:
            client.complete(-1, -result)
        else:
            client.complete(result, 0)
        return True

    def _answer(self, request, arg):
        if not self._is_plugged:
            return -errno.ENODEV
        if request == GET_CAPABILITIES:
            arg.resolve(0, 4).update(0, struct.pack("<I", 0))
            return 0
        if request == GET_SPEED:
            return 3
        if request in (CLAIMINTERFACE, DISCONNECT_CLAIM, SETCONFIGURATION, RESET):
            return 0
        if request == RELEASEINTERFACE:
            self._give_up(-errno.ESHUTDOWN)
            return 0
        if request == CLEAR_HALT:
            self._clear_halt(struct.unpack("<I", bytes(arg.resolve(0, 4).retrieve()))[0])
            return 0
        if request == SUBMITURB:
            self._waiting.append(Urb(arg.resolve(0, URB_BYTES)))
            self._serve()
            return 0
        if request == DISCARDURB:
            return self._discard(arg)
        if request == GETDRIVER:
            return -errno.ENODATA
        return -errno.ENOTTY

    def _give_up(self, status):
        while self._waiting:
            self._finish(self._waiting.pop(0), status, 0)

    def _discard(self, arg):
        for urb in self._waiting:
            if urb.data.client_addr == arg.client_addr:
                self._waiting.remove(urb)
                self._finish(urb, -errno.ENOENT, 0)
                return 0
        return -errno.EINVAL

    def _serve(self):
        """Talking to the host's memory runs the main loop, and so comes back here."""
        self._is_asked = True
        if self._is_serving:
            return
        self._is_serving = True
        while self._is_asked:
            self._is_asked = False
            for urb in list(self._waiting):
                done = self._transfer(urb)
                if done is not None and urb in self._waiting:
                    self._waiting.remove(urb)
                    self._finish(urb, *done)
        self._is_serving = False

    def _transfer(self, urb):
        """Status and bytes, or nothing as long as it has to wait."""
        if urb.kind == CONTROL:
            return self._control(urb)
        if self._stalls.get(urb.endpoint):
            return -errno.EPIPE, 0
        if urb.endpoint & 0x80:
            if not self._incoming:
                return None
            piece = bytes(self._incoming[: urb.length])
            del self._incoming[: urb.length]
            urb.buffer.update(0, piece)
            return 0, len(piece)
        if urb.length:
            self._pipe.write(bytes(urb.buffer.retrieve()))
        return 0, urb.length

    def _control(self, urb):
        kind, request, value, index, _length = struct.unpack("<BBHHH", bytes(urb.buffer.retrieve())[:8])
        if (kind, request) == (0x80, 6) and value >> 8 == 3:
            answer = string_descriptor(value & 0xFF)[: urb.length - 8]
            urb.buffer.update(8, answer)
            return 0, len(answer)
        if (kind, request) == (0x02, 1):
            self._clear_halt(index)
            return 0, 0
        return -errno.EPIPE, 0

    def _clear_halt(self, address):
        self._stalls[address & 0xFF] = 0

    def receive(self, piece):
        self._incoming += piece
        self._serve()

    def _finish(self, urb, status, actual):
        urb.finish(status, actual)
        self._finished.append(urb)
        while self._reapers and self._finished:
            self._reapers.pop(0)()

    def _reap(self, client, arg):
        is_answered = False

        def answer():
            nonlocal is_answered
            if is_answered:
                return False
            is_answered = True
            if answer in self._reapers:
                self._reapers.remove(answer)
            if self._finished:
                urb = self._finished.pop(0)
                arg.resolve(0, 8).set_ptr(0, urb.data)
                client.complete(0, 0)
            else:
                client.complete(-1, errno.EAGAIN if self._is_plugged else errno.ENODEV)
            return False

        if self._finished or not self._is_plugged:
            answer()
        else:
            self._reapers.append(answer)
            GLib.timeout_add(REAP_WAIT_MS, answer)
        return True
