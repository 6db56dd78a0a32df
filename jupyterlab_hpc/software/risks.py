"""Which changes of the environment can stop a kernel from starting. Knows no module system."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress

# What lies before a kernel's own Python on its path takes the place of it.
PYTHON = frozenset(
    {
        "encodings",
        "os.py",
        "site.py",
        "typing.py",
        "ipykernel",
        "IPython",
        "jupyter_client",
        "jupyter_core",
        "tornado",
        "traitlets",
        "zmq",
    }
)
# What Python and its libraries are linked with. Compilers bring a libstdc++ and a
# libgcc_s of their own, which are newer and do no harm.
LIBRARIES = (
    "ld-linux",
    "libbz2.so",
    "libc.so",
    "libcrypto.so",
    "libexpat.so",
    "libffi.so",
    "liblzma.so",
    "libm.so",
    "libncurses",
    "libpthread.so",
    "libpython3",
    "libreadline.so",
    "libsqlite3.so",
    "libssl.so",
    "libtinfo.so",
    "libuuid.so",
    "libz.so",
    "libzmq.so",
)
ALWAYS = ("PYTHONHOME", "LD_PRELOAD")
FOLDERS: dict[str, Callable[[str], bool]] = {
    "PYTHONPATH": lambda file: file in PYTHON,
    "LD_LIBRARY_PATH": lambda file: file.startswith(LIBRARIES),
}
WATCHED = (*ALWAYS, *FOLDERS)


def kernel_risks(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Return the variables that now lead a new kernel to another Python or to other libraries.

    Reads folders: not for the event loop.
    """
    risky = [name for name in ALWAYS if after.get(name) and before.get(name) != after[name]]
    for name, harms in FOLDERS.items():
        known = before.get(name, "").split(os.pathsep)
        new = {folder for folder in after.get(name, "").split(os.pathsep) if folder}
        if any(_holds(folder, harms) for folder in new.difference(known)):
            risky.append(name)
    return sorted(risky)


def _holds(folder: str, harms: Callable[[str], bool]) -> bool:
    with suppress(OSError, ValueError), os.scandir(folder) as files:
        return any(harms(file.name) for file in files)
    return False
