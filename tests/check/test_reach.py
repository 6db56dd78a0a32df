"""Who hears kernels: what the check says of a setting, and that it is true of real kernels."""

from pathlib import Path

import pytest
import zmq.asyncio
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, get_kernel_spec
from jupyter_client.manager import AsyncKernelManager, KernelManager

PATIENCE = 120  # seconds
SECRET = "known-to-alice-alone"
ENCRYPTS = hasattr(KernelManager, "transport_encryption")
ENCRYPTED = "ok" if ENCRYPTS else "warning"


async def heard(folder: Path, **settings: str) -> bool:
    """Return whether somebody without the kernel's key hears what it answers on its port."""
    manager = AsyncKernelManager(connection_file=str(folder / "kernel.json"), **settings)
    await manager.start_kernel()
    client = manager.client()
    client.start_channels()
    tell = f"print({SECRET!r})"
    with zmq.asyncio.Context() as context, context.socket(zmq.SUB) as ear:
        ear.setsockopt(zmq.LINGER, 0)
        ear.subscribe(b"")
        ear.connect(f"tcp://127.0.0.1:{manager.iopub_port}")
        words = b""
        try:
            await client.wait_for_ready(timeout=PATIENCE)
            # it takes a moment until a kernel knows of who listens
            for _ in range(10):
                await client.execute_interactive(tell, output_hook=str, timeout=PATIENCE)
                while await ear.poll(200):
                    words += b"".join(await ear.recv_multipart())
                if SECRET.encode() in words:
                    return True
            return False
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)


@pytest.mark.parametrize(
    ("config", "state", "said"),
    [
        ("", "warning", "whoever else is logged in"),
        ("c.KernelManager.transport = 'ipc'", "ok", "only their user"),
        ("c.ConnectionFileMixin.transport = 'ipc'", "ok", "only their user"),
        ("c.KernelManager.transport = 'tcp'", "warning", "whoever else"),
        ("c.KernelManager.transport_encryption = 'disabled'", "warning", "whoever else"),
        ("c.KernelManager.transport_encryption = 'auto'", ENCRYPTED, ""),
        ("c.MappingKernelManager.transport_encryption = 'auto'", ENCRYPTED, ""),
    ],
)
def test_what_is_said_of_a_setting(hpc_check, config, state, said):
    short = {"JUPYTER_RUNTIME_DIR": "/run/user/1"}
    told = hpc_check(only="kernels.reach", config=config, env=short)
    finding = told.by_id["kernels.reach"]
    assert finding.state == state
    assert said in finding.found.text
    assert ("c.KernelManager.transport" in finding.cure.text) == (state == "warning")


def test_sockets_whose_paths_are_too_long(hpc_check, tmp_path):
    place = "/tmp/" + "r" * (107 - len("/tmp/") - len("/kernel--ipc-5") - 36)
    config = "c.KernelManager.transport = 'ipc'"
    for folder, state in ((place, "ok"), (f"{place}r", "broken")):
        env = {"JUPYTER_RUNTIME_DIR": folder}
        finding = hpc_check(only="kernels.reach", config=config, env=env).by_id["kernels.reach"]
        assert finding.state == state, finding
    assert "longer than" in finding.detail
    assert "JUPYTER_RUNTIME_DIR" in finding.cure.text


async def test_the_port_of_a_kernel_is_heard_by_everyone(tmp_path):
    # that nobody else reaches the sockets of one is shown in tests/faults/test_second_user.py
    assert await heard(tmp_path)


async def test_what_is_encrypted_is_not_heard(tmp_path):
    metadata = get_kernel_spec(NATIVE_KERNEL_NAME).metadata
    if not (ENCRYPTS and "supported_encryption" in metadata):
        pytest.skip("this jupyter_client, or this ipykernel, cannot encrypt")
    assert not await heard(tmp_path, transport_encryption="required")
