"""Starts a kernel, has it work out 1 + 1, and ends it: a process of its own, beside the server.

Started by its path with one argument, a file of JSON, the order: `folder` that holds the
kernelspec, its `name` and `language`, the environment `env` to start it in, `runtime` for
the connection file, `seconds` to take, and `answer`, the file to write what came of it to.

What the kernel says itself goes to the output. Knows jupyter_client and the standard
library: nothing of this package.
"""

import json
import os
import socket
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

# Languages in which this is a sum, and what the kernel then says.
SUM = ("1+1", "2")
SUMS = ("python", "r", "julia")
WHERE = "import sys\nprint(sys.executable)"
LOCAL = "127.0.0.1"
CHANNELS = ("shell", "iopub", "stdin", "hb", "control")


def main(order: dict[str, Any]) -> dict[str, Any]:
    """Return `ok`, and `program` and `modules` of the kernel, or what went wrong."""
    with ExitStack() as held:
        return _main(order, _hold_ports(held))


def _hold_ports(held: ExitStack) -> dict[str, int]:
    """Return ports that no other program is given while the kernel loads its modules.

    jupyter_client lets go of those that it chooses. Where one is gone when the kernel wants
    it, kernels end, and ipykernel 7 hangs where that was `iopub`. A socket that does not
    listen keeps off all who take any port; the kernel asks for it by its number.
    """
    ports = {}
    for channel in CHANNELS:
        place = held.enter_context(socket.socket())
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        place.bind((LOCAL, 0))
        ports[f"{channel}_port"] = place.getsockname()[1]
    return ports


def _main(order: dict[str, Any], ports: dict[str, int]) -> dict[str, Any]:
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import KernelManager

    specs = KernelSpecManager(kernel_dirs=[order["folder"]], ensure_native_kernel=False)
    manager = KernelManager(
        kernel_name=order["name"],
        kernel_spec_manager=specs,
        connection_file=str(Path(order["runtime"], "kernel.json")),
        ip=LOCAL,
        cache_ports=False,
        **ports,
    )
    end = time.monotonic() + order["seconds"]
    step = "start"
    manager.start_kernel(env=order["env"], cwd=order["env"]["HOME"])
    client = manager.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=_left(end))
        step = "run"
        language = order["language"].lower()
        code, wanted = SUM if language in SUMS else ("1+1", "")
        said = _ask(client, code, end)
        if wanted and wanted not in said.split():
            return {"ok": False, "step": "sum", "error": said}
        where = _ask(client, WHERE, end).strip() if language == "python" else ""
        about = _about(manager)
        return {"ok": True, **about, "program": where or about["program"]}
    except (RuntimeError, TimeoutError) as error:
        died = not manager.is_alive()
        return {"ok": False, "step": step, "died": died, "error": str(error)}
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _left(end: float) -> float:
    return max(0.1, end - time.monotonic())


def _ask(client: Any, code: str, end: float) -> str:
    """Run code; return all that it shows as text."""
    shown: list[str] = []

    def hear(message: dict[str, Any]) -> None:
        content = message["content"]
        if message["msg_type"] == "stream":
            shown.append(content["text"])
        elif message["msg_type"] in {"execute_result", "display_data"}:
            shown.append(str(content["data"].get("text/plain", "")))
        elif message["msg_type"] == "error":
            shown.append("\n".join(content["traceback"]))

    client.execute_interactive(
        code, store_history=False, allow_stdin=False, output_hook=hear, timeout=_left(end)
    )
    return " ".join(shown)


def _about(manager: Any) -> dict[str, Any]:
    """Return the kernel's program and what it was started with, as Linux tells them."""
    process = Path("/proc", str(manager.provisioner.pid))
    modules = ""
    program = ""
    with suppress(OSError):
        program = os.readlink(process / "exe")  # noqa: PTH115 - a text
        for pair in (process / "environ").read_bytes().split(b"\0"):
            name, _, value = pair.partition(b"=")
            if name == b"LOADEDMODULES":
                modules = value.decode(errors="replace")
    return {"program": program, "modules": [name for name in modules.split(":") if name]}


if __name__ == "__main__":
    asked = json.loads(Path(sys.argv[1]).read_bytes())
    answer = json.dumps(main(asked))
    Path(asked["answer"]).write_text(answer, encoding="utf-8")
