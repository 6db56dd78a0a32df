"""What the tests of the Software room share."""

import pytest


@pytest.fixture
def ask(rest):
    """Change what is loaded, over REST."""

    async def change(**body):
        return await rest("software/loaded", method="PATCH", body=body)

    return change
