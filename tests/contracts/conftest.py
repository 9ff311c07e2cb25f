"""The ground of contracts' tests: the little trade of ordering's tests, and an authority in this process."""

import shutil
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from huozhan.contracts.sealing import read_seal
from tests.conftest import OPENING, TERMS
from tests.contracts.authority import Authority
from tests.contracts.drawing import Drawing
from tests.ordering.trading import Trade


@pytest.fixture(scope="session")
def seal_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The market's seal, made once: a key costs time."""
    file = tmp_path_factory.mktemp("seal") / "seal.pem"
    read_seal(file, TERMS.name_en, OPENING)
    return file


@pytest_asyncio.fixture(loop_scope="session")
async def drawing(trade: Trade, seal_file: Path) -> Drawing:
    """晨光 sells cups to 小李, and both may have a contract about it."""
    authority = Authority(trade.clock)
    shutil.copy(seal_file, trade.hall.settings.seal_file)
    trade.hall.outside = msgspec.structs.replace(trade.hall.outside, signer=authority)
    return Drawing(trade, authority)
