"""The kernels room: kernels that load their own modules, and notebooks that remember theirs."""
