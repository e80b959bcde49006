"""A filter in the kernel: from here on this process starts, connects and writes nothing.

Native code is not seen by Python's audit hooks; it is by seccomp. Numbers are those of x86-64
(``unistd_64.h``); the program is classic BPF as ``seccomp(2)`` describes it.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _MODE_FILTER = 38, 22, 2
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_ARCH_X86_64 = 0xC000003E
_NUMBER_AT, _ARCH_AT, _ARGS_AT = 0, 4, 16
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_OPEN, _OPENAT, _CLONE, _CLONE3 = 2, 257, 56, 435
_NO_SUCH_CALL = 0x00050000 | 38  # the C library then starts its threads by clone
_THREAD = 0x00010000
FORBIDDEN = {
    41: "socket", 42: "connect", 49: "bind", 50: "listen", 53: "socketpair",
    57: "fork", 58: "vfork", 59: "execve", 322: "execveat", 101: "ptrace",
    76: "truncate", 82: "rename", 83: "mkdir", 84: "rmdir", 85: "creat", 86: "link",
    87: "unlink", 88: "symlink", 90: "chmod", 92: "chown", 133: "mknod", 165: "mount",
    258: "mkdirat", 259: "mknodat", 263: "unlinkat", 264: "renameat", 265: "linkat",
    266: "symlinkat", 268: "fchmodat", 316: "renameat2", 437: "openat2", 425: "io_uring_setup",
}  # fmt: skip


def forbid() -> bool:
    """Install the filter; False where this system has none that is known here."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return False
    program = _program()
    code = ctypes.create_string_buffer(program, len(program))
    head = ctypes.create_string_buffer(
        struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    )
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    if prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    return bool(prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(head), 0, 0) == 0)


def _program() -> bytes:
    steps = [_step(_LOAD, _ARCH_AT), _step(_EQUAL, _ARCH_X86_64, 1, 0), _step(_RETURN, _ALLOW)]
    steps.append(_step(_LOAD, _NUMBER_AT))
    for number in FORBIDDEN:
        steps += [_step(_EQUAL, number, 0, 1), _step(_RETURN, _KILL)]
    for number, argument in ((_OPEN, 1), (_OPENAT, 2)):
        steps += [
            _step(_EQUAL, number, 0, 4),
            _step(_LOAD, _ARGS_AT + 8 * argument),
            _step(_ANY_BIT, _WRITING, 0, 1),
            _step(_RETURN, _KILL),
            _step(_RETURN, _ALLOW),
        ]
    steps += [_step(_EQUAL, _CLONE3, 0, 1), _step(_RETURN, _NO_SUCH_CALL)]
    steps += [
        _step(_EQUAL, _CLONE, 0, 3),
        _step(_LOAD, _ARGS_AT),
        _step(_ANY_BIT, _THREAD, 1, 0),
        _step(_RETURN, _KILL),
    ]
    return b"".join([*steps, _step(_RETURN, _ALLOW)])


def _step(code: int, value: int, when_true: int = 0, when_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, when_true, when_false, value)
