"""An accelerator on a simulated HID port: what Linux's hidraw would say of it.

Its reports carry the standard input and output of a virtual device, as docs/wire-protocol.md says.
"""

import errno
import struct

import gi

gi.require_version("UMockdev", "1.0")
from gi.repository import GLib, UMockdev  # noqa: E402
from usb_device import describe_port  # noqa: E402

PORT = "/devices/pci0000:00/0000:00:14.0/usb1/1-5"
REPORT_BYTES = 64
# How long a read may wait for a report.
READ_WAIT_MS = 2

HIDIOCGRDESCSIZE, HIDIOCGRDESC = 0x80044801, 0x90044802

# One vendor-defined collection with an input and an output report of 64 bytes, without ids.
DESCRIPTOR = bytes.fromhex("0600ff0901a101150026ff007508954009018102" "09019102c0")


class HidDevice(UMockdev.IoctlBase):
    def __init__(self, testbed, ids, pipe):
        super().__init__()
        self._testbed, self._ids, self._pipe = testbed, ids, pipe
        self._count = -1
        self._is_plugged = False
        self._incoming = bytearray()
        self._readers = []

    def plug(self):
        vendor, product = self._ids
        self._count += 1
        name = f"hidraw{self._count}"
        self._node = f"/dev/{name}"
        self._hid = f"{PORT}/1-5:1.0/0003:{vendor:04X}:{product:04X}.0001"
        uevent = f"HID_ID=0003:{vendor:08X}:{product:08X}\\nHID_NAME=Dermaspike Simulated\\nHID_UNIQ=H1"
        # Before it can be found.
        self._testbed.attach_ioctl(self._node, self)
        self._testbed.add_from_string(
            describe_port(PORT, 20 + self._count, self._ids, 3)
            + f"P: {PORT}/1-5:1.0\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\nA: bInterfaceNumber=00\\n\n\n"
            + f"P: {self._hid}\nE: SUBSYSTEM=hid\n"
            + "".join(f"E: {line}\n" for line in uevent.split("\\n"))
            + f"H: report_descriptor={DESCRIPTOR.hex().upper()}\n\n"
            + f"P: {self._hid}/hidraw/{name}\nN: {name}=00\n"
            + f"E: DEVNAME={self._node}\nE: SUBSYSTEM=hidraw\nE: MAJOR=241\nE: MINOR={self._count}\n"
            + f"L: device=../../../0003:{vendor:04X}:{product:04X}.0001\n"
        )
        self._is_plugged = True
        self._pipe.start(self._receive, self.unplug)
        self._testbed.uevent(f"/sys{PORT}", "add")
        self._testbed.uevent(f"/sys{self._hid}/hidraw/{name}", "add")

    def unplug(self):
        if not self._is_plugged:
            return
        self._is_plugged = False
        self._pipe.stop()
        self._incoming.clear()
        for read in list(self._readers):
            read()
        self._testbed.uevent(f"/sys{self._hid}/hidraw/hidraw{self._count}", "remove")
        self._testbed.uevent(f"/sys{PORT}", "remove")
        raw = f"{self._hid}/hidraw/hidraw{self._count}"
        for path in (raw, self._hid, f"{PORT}/1-5:1.0", PORT):
            self._testbed.remove_device(f"/sys{path}")

    def do_handle_ioctl(self, client):
        request, arg = client.get_request() & 0xFFFFFFFF, client.get_arg()
        if not self._is_plugged:
            client.complete(-1, errno.ENODEV)
        elif request == HIDIOCGRDESCSIZE:
            arg.resolve(0, 4).update(0, struct.pack("<i", len(DESCRIPTOR)))
            client.complete(0, 0)
        elif request == HIDIOCGRDESC:
            arg.resolve(0, 4 + len(DESCRIPTOR)).update(4, DESCRIPTOR)
            client.complete(0, 0)
        else:
            client.complete(-1, errno.ENOTTY)
        return True

    def do_handle_write(self, client):
        written = bytes(client.get_arg().retrieve())
        if not self._is_plugged:
            client.complete(-1, errno.ENODEV)
            return True
        # The number of the report stands first; then how much of it is meant.
        report = written[1:]
        if len(report) == REPORT_BYTES and written[0] == 0 and 0 < report[0] < REPORT_BYTES:
            self._pipe.write(report[1 : 1 + report[0]])
        client.complete(len(written), 0)
        return True

    def do_handle_read(self, client):
        is_answered = False

        def answer():
            nonlocal is_answered
            if is_answered:
                return False
            is_answered = True
            if answer in self._readers:
                self._readers.remove(answer)
            if not self._is_plugged:
                client.complete(-1, errno.ENODEV)
            elif self._incoming:
                piece = bytes(self._incoming[: REPORT_BYTES - 1])
                del self._incoming[: REPORT_BYTES - 1]
                report = bytes([len(piece)]) + piece.ljust(REPORT_BYTES - 1, b"\0")
                client.get_arg().update(0, report)
                client.complete(REPORT_BYTES, 0)
            else:
                client.complete(-1, errno.EAGAIN)
            return False

        if self._incoming or not self._is_plugged:
            answer()
        else:
            self._readers.append(answer)
            GLib.timeout_add(READ_WAIT_MS, answer)
        return True

    def _receive(self, piece):
        self._incoming += piece
        while self._readers and self._incoming:
            self._readers[0]()
