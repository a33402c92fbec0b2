# SPDX-License-Identifier: Apache-2.0
"""Network namespaces: to be inside of one, to set its switches, to remove it."""
import ctypes
import os
import subprocess

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000


def run(command, text=None, check=True):
    done = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done


def remove(name):
    """Ends the processes in a namespace and removes it; nothing when there is none."""
    for pid in run(["ip", "netns", "pids", name], check=False).stdout.split():
        if int(pid) != os.getpid():
            try:
                os.kill(int(pid), 9)
            except ProcessLookupError:
                pass
    run(["ip", "netns", "del", name], check=False)


class Inside:
    """This thread is in a namespace for as long as the block lasts."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        self.before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        enter(f"/run/netns/{self.name}")

    def __exit__(self, *_):
        libc.setns(self.before, CLONE_NEWNET)
        os.close(self.before)


def enter(path):
    fd = os.open(path, os.O_RDONLY)
    if libc.setns(fd, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), path)
    os.close(fd)


def sysctl(entry, value):
    with open(f"/proc/sys/{entry}", "w") as file:
        file.write(str(value))
