"""The frames of a websocket, and what pages say of who is there."""

import os

from hypothesis import given
from hypothesis import strategies as st
from tornado.util import _websocket_mask

from jupyterlab_hpc.apps.presence import Presence
from jupyterlab_hpc.apps.relay import Messages
from jupyterlab_hpc.apps.specs import BUILT_IN


def frame(payload: bytes, *, opcode: int = 2, mask: bytes = b"mask") -> bytes:
    """Return a frame as a browser sends it; without a mask as a server does."""
    length = len(payload)
    masked = 0x80 if mask else 0
    if length < 126:
        head = bytes([0x80 | opcode, masked | length])
    elif length < 2**16:
        head = bytes([0x80 | opcode, masked | 126]) + length.to_bytes(2, "big")
    else:
        head = bytes([0x80 | opcode, masked | 127]) + length.to_bytes(8, "big")
    return head + mask + (_websocket_mask(mask, payload) if mask else payload)


SIZES = st.integers(0, 300) | st.sampled_from([125, 126, 127, 65535, 65536, 70000])
FRAMES = st.lists(st.tuples(SIZES, st.sampled_from([1, 2, 8, 9, 10]), st.booleans()), max_size=6)


@given(FRAMES, st.lists(st.integers(1, 80000), max_size=12), st.sampled_from([0, 5, 70000]))
def test_messages_are_found_however_they_come(frames, cuts, most):
    stream, wanted = b"", []
    for size, opcode, masked in frames:
        control = opcode >= 8
        payload = os.urandom(min(size, 125) if control else size)
        stream += frame(payload, opcode=opcode, mask=os.urandom(4) if masked else b"")
        if not control:
            wanted.append(payload[:most])
    messages = Messages(most)
    found = []
    for cut in [*cuts, len(stream) + 1]:
        found += messages.take(stream[:cut])
        stream = stream[cut:]
    assert found == wanted


def test_messages_come_byte_by_byte():
    messages = Messages(100)
    stream = frame(b"one") + frame(b"", opcode=9) + frame(b"two")
    found = [messages.take(stream[at : at + 1]) for at in range(len(stream))]
    assert [message for part in found for message in part] == [b"one", b"two"]


# What VS Code 1.139 said in code-server 4.139, heads shortened.
GONE = b"\x01\x00\x00\x04vIv\x18$onDidChangeWindowActive\x00\x00\x00\x07[false]"
BACK = b"\x01\x00\x00\x05Y\x04v\x18$onDidChangeWindowActive\x00\x00\x00\x06[true]"
CHATTER = b"\x01\x00\x00\x04gf\x0c$onFileEvent\x00\x00\x01\x03[{'created':[false],'changed':[true]"


def test_vscode_tells_who_is_there():
    vscode = BUILT_IN["vscode"]
    presence = Presence(vscode["gone"], vscode["back"])
    one, other = object(), object()
    presence.hear(one, CHATTER)
    assert presence.somebody
    presence.hear(one, GONE + CHATTER)
    presence.hear(other, CHATTER)
    assert not presence.somebody
    presence.hear(one, CHATTER + BACK)
    assert presence.somebody
    presence.hear(one, GONE)
    presence.hear(other, GONE)
    presence.leave(one)
    assert not presence.somebody
    presence.leave(other)
    assert presence.somebody


def test_who_says_nothing_is_there():
    presence = Presence("", "")
    presence.hear(object(), GONE)
    assert presence.somebody
    assert presence.most == 0
