"""nvidia-smi's answers; the program itself is replaced."""

from jupyterlab_hpc.tools.nvidia import Gpu, NvidiaSmi, parse_gpus

H100 = Gpu(name="NVIDIA H100 80GB HBM3", busy=0.37, memory=2048 << 20, memory_total=81559 << 20)


def test_gpus_are_read():
    text = "NVIDIA H100 80GB HBM3, 37, 2048, 81559\nNVIDIA, odd, [N/A], [N/A], 100\n\nnonsense\n"
    part = Gpu(name="NVIDIA, odd", busy=None, memory=None, memory_total=100 << 20)
    assert parse_gpus(text) == [H100, part]


async def test_only_the_jobs_own_are_asked(fake_tool, tmp_path):
    seen = tmp_path / "seen"
    tool = fake_tool("nvidia-smi", f'echo "$1 $2" >> {seen}; echo "{H100.name}, 37, 2048, 81559"')
    smi = NvidiaSmi(environment={"CUDA_VISIBLE_DEVICES": "1,3"}, command=str(tool))
    assert await smi.gpus() == [H100]
    assert seen.read_text() == "-i 1,3\n"
    # nothing but names of devices becomes an argument
    smi = NvidiaSmi(environment={"CUDA_VISIBLE_DEVICES": "--help"}, command=str(tool))
    await smi.gpus()
    assert "--help" not in seen.read_text()


async def test_what_fails_is_not_tried_again(fake_tool, tmp_path):
    seen = tmp_path / "seen"
    tool = fake_tool("nvidia-smi", f"echo asked >> {seen}; exit 9")
    smi = NvidiaSmi(environment={}, command=str(tool))
    assert await smi.gpus() == []
    assert await smi.gpus() == []
    assert seen.read_text() == "asked\n"
    assert await NvidiaSmi(environment={}, command="/nowhere/nvidia-smi").gpus() == []
    assert await NvidiaSmi(environment={}, command="").gpus() == []
