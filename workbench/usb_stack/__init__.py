"""The real kernel's USB stack without hardware: a virtual machine whose USB device port is plugged into itself.

Usage::

    machine = prepare(CHECKOUT / ".lodge" / "usb")
    result = machine.run(CHECKOUT, sys.executable)

The machine is QEMU's, without acceleration and without a network. Its kernel is Debian's, taken out of its package and
never installed; everything else is this machine's own file system, read-only (ADR 0090).
"""
