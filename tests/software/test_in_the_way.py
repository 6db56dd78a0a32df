"""Sites where Lmod swaps nothing by itself: what is in the way is told, as it was tried."""

import pytest


@pytest.fixture
def session_variables(demo_session):
    return {
        **demo_session,
        "LMOD_DISABLE_SAME_NAME_AUTOSWAP": "yes",
        "LMOD_AUTO_SWAP": "no",
    }


@pytest.mark.parametrize(
    ("loaded", "name", "away"),
    [
        ("gcc/12.3", "gcc/13.3", ["gcc/12.3"]),
        ("gcc/12.3", "intel/2023.2", ["gcc/12.3"]),
        ("scipy-stack/2023b", "conflicting/1.0", ["scipy-stack/2023b"]),
    ],
)
@pytest.mark.parametrize("preview", [False, True])
async def test_what_is_in_the_way_is_told(ask, rest, loaded, name, away, preview):
    before = (await ask(load=[loaded])).body["modules"]
    answer = await ask(load=[name], preview=preview)
    assert (answer.code, answer.body["reason"]) == (409, "in-the-way"), answer.body
    assert answer.body["arguments"] == [name, ", ".join(away)]
    assert answer.body["detail"]
    assert (await rest("software/loaded")).body["modules"] == before
    answer = await ask(load=[name], unload=away)
    assert answer.code == 200
    now = [module["full_name"] for module in answer.body["modules"]]
    assert name in now
    assert loaded not in now


async def test_what_fails_otherwise_is_the_module_systems_refusal(ask):
    await ask(load=["gcc/12.3"])
    answer = await ask(load=["gcc/13.3", "broken/1.0"])
    assert (answer.code, answer.body["reason"]) == (422, "tool-refused")
