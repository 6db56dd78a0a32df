"""NVIDIA's GPUs, asked with nvidia-smi. Knows no room and no HTTP."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from time import monotonic

from traitlets import Float, Unicode
from traitlets.config import LoggingConfigurable

from ..errors import HPCError, beginning_and_end
from ..process import run

_FIELDS = "name,utilization.gpu,memory.used,memory.total"
# Other makers' GPUs have no nvidia-smi, and a driver that hangs does so for a while.
PAUSE = 300.0  # seconds after a failure before it is asked again
_DEVICES = re.compile(r"\w[\w-]*(,\w[\w-]*)*")


@dataclass(frozen=True, kw_only=True)
class Gpu:
    """A GPU; `busy` is a share of 1, memory in bytes. None is what was not told."""

    name: str
    busy: float | None
    memory: int | None
    memory_total: int | None


class NvidiaSmi(LoggingConfigurable):
    """The GPUs of the session's job."""

    command = Unicode("nvidia-smi", help="NVIDIA's program; empty: GPUs are not asked.").tag(
        config=True
    )
    timeout = Float(5.0, help="Seconds to wait for nvidia-smi.").tag(config=True)

    def __init__(self, *, environment: Mapping[str, str] | None = None, **kwargs: object) -> None:
        """`environment` is what the server was started with."""
        super().__init__(**kwargs)
        self._environment = dict(os.environ if environment is None else environment)
        self._failed = -inf

    async def gpus(self) -> list[Gpu]:
        """Return the GPUs and how busy they are; none where it cannot be told.

        Where it fails it is left alone for a while.
        """
        if not self.command or monotonic() - self._failed < PAUSE:
            return []
        # Where the devices of others are in sight, the job's own are named here.
        devices = self._environment.get("CUDA_VISIBLE_DEVICES", "")
        mine = ["-i", devices] if _DEVICES.fullmatch(devices) else []
        argv = [self.command, *mine, f"--query-gpu={_FIELDS}", "--format=csv,noheader,nounits"]
        try:
            done = await run(argv, timeout=self.timeout, env=self._environment | {"LC_ALL": "C"})
        except HPCError as error:
            self.log.info("GPUs cannot be asked: %s %s", error, error.detail)
            self._failed = monotonic()
            return []
        if done.code != 0:
            said = beginning_and_end(f"{done.stdout_text}{done.stderr_text}".strip())
            self.log.info("GPUs cannot be asked: %s", said)
            self._failed = monotonic()
            return []
        return parse_gpus(done.stdout_text)


def parse_gpus(text: str) -> list[Gpu]:
    """Return the GPUs of lines such as `NVIDIA H100, 37, 2048, 81559`; sizes are MiB."""
    found = []
    for line in text.splitlines():
        fields = [field.strip() for field in line.rsplit(",", 3)]
        if len(fields) != len(_FIELDS.split(",")):
            continue
        name, busy, memory, total = fields
        # "[N/A]" of a GPU in parts (MIG), "[Not Supported]" of an old one
        found.append(
            Gpu(
                name=name,
                busy=int(busy) / 100 if busy.isdigit() else None,
                memory=int(memory) << 20 if memory.isdigit() else None,
                memory_total=int(total) << 20 if total.isdigit() else None,
            )
        )
    return found
