"""What the kernel refuses to a test's process, by seccomp: ways to memory that nobody counts.

The watch on memory sees what processes hold. A segment of System V, a file without a name and
shared memory stay when no process has them in its pages, and whoever may make namespaces may mount
a file system in memory. No answer needs any of it. Other machines than those below, and macOS,
refuse nothing.
https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys

# AUDIT_ARCH, then the numbers of the calls
MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
CALLS = {
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "fsopen": (430, 430),
    "io_uring_setup": (425, 425),
    "bpf": (321, 280),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
}
CLONE3 = (435, 435)  # its flags lie where a filter cannot read; without it, libraries use clone
FLAGS = {  # a call, the place of its flags among its arguments, and those that it may not have
    "mmap": ((9, 222), 3, 0x01),  # MAP_SHARED
    "clone": ((56, 220), 0, 0x7E020000),  # CLONE_NEW…
}
X32 = 0x40000000  # a second set of numbers on x86_64
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
LOAD, EQUAL, AT_LEAST, ANY_OF, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NO_NEW_PRIVS, SECCOMP, FILTER = 38, 22, 2


def refuse_calls() -> None:
    """From now on, for this process and all that it starts. Raises OSError where it cannot be."""
    if sys.platform != "linux" or platform.machine() not in MACHINES:
        return
    code = ctypes.create_string_buffer(b"".join(_program(platform.machine())))
    size = len(code.raw) // 8
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", size, ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    for words in ((NO_NEW_PRIVS, 1, 0), (SECCOMP, FILTER, ctypes.byref(program))):
        if libc.prctl(*words, 0, 0):
            number = ctypes.get_errno()
            raise OSError(number, "seccomp does not work")


def _program(machine: str) -> list[bytes]:
    """Instructions of the classic BPF: operation, steps if true, steps if false, operand."""
    which = list(MACHINES).index(machine)
    refused, unknown = _return(REFUSE | errno.EPERM), _return(REFUSE | errno.ENOSYS)
    code = [_one(LOAD, 4), _one(EQUAL, MACHINES[machine], 1, 0), refused, _one(LOAD, 0)]
    code += [_one(AT_LEAST, X32, 0, 1), unknown] if machine == "x86_64" else []
    code += [_one(EQUAL, CLONE3[which], 0, 1), unknown]
    for numbers in CALLS.values():
        code += [_one(EQUAL, numbers[which], 0, 1), refused]
    for numbers, place, flags in FLAGS.values():
        code += [_one(EQUAL, numbers[which], 0, 4), _one(LOAD, 16 + 8 * place)]
        code += [_one(ANY_OF, flags, 0, 1), refused, _return(ALLOW)]
    return [*code, _return(ALLOW)]


def _one(operation: int, operand: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", operation, yes, no, operand)


def _return(value: int) -> bytes:
    return _one(RETURN, value)
