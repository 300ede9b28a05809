"""An operator's walk through the consent."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.channels.zalo.connect import Code, ConnectTexts, Consent, Pkce, Unfit, consent_url, fresh_pkce, read_pasted
from bot.channels.zalo.http import Http
from bot.channels.zalo.oauth import OauthClient
from bot.errors import OperatorError
from tests.channels.zalo_world import World, a_pair, an_account
from tests.fakes.zalo import FakeZalo

CALLBACK = "https://xa.example.vn/zalo/xong"
TEXTS = ConnectTexts(
    open_link="open {url}",
    paste_here="paste",
    no_code="no code",
    wrong_state="wrong state",
    wrong_oa="wrong oa",
    refused="refused {code}",
    not_stored="not stored",
    connected="connected",
)


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        pytest.param(f"{CALLBACK}?code=c&oa_id=2&state=s", Code("c"), id="the whole address"),
        pytest.param(f"  {CALLBACK}?state=s&code=c%2B1 \n", Code("c+1"), id="without the OA, with spaces around"),
        pytest.param("c-123_x", Code("c-123_x"), id="only the code"),
        pytest.param(f"{CALLBACK}?code=c&oa_id=2&state=other", Unfit.WRONG_STATE, id="someone else's consent"),
        pytest.param(f"{CALLBACK}?code=c&oa_id=2", Unfit.WRONG_STATE, id="no state"),
        pytest.param(f"{CALLBACK}?code=c&oa_id=9&state=s", Unfit.WRONG_OA, id="another OA"),
        pytest.param(f"{CALLBACK}?error=-14003&state=s", Unfit.NO_CODE, id="a refusal"),
        pytest.param(CALLBACK, Unfit.NO_CODE, id="an address without anything"),
        pytest.param("", Unfit.NO_CODE, id="nothing"),
        pytest.param("I do not know", Unfit.NO_CODE, id="a sentence"),
    ],
)
def test_what_is_pasted_is_checked(pasted: str, expected: Code | Unfit) -> None:
    """State and OA must be ours."""
    assert read_pasted(pasted, state="s", oa_id="2") == expected


def test_the_challenge_is_the_verifiers_digest() -> None:
    """The example of RFC 7636, appendix B."""
    pkce = Pkce("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert pkce.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_each_walk_has_its_own_secret() -> None:
    """43 characters, never the same."""
    assert len(fresh_pkce().verifier) == 43
    assert fresh_pkce() != fresh_pkce()


def test_a_callback_with_a_query_is_refused() -> None:
    """Zalo would not match it."""
    with pytest.raises(OperatorError):
        consent_url(an_account(), f"{CALLBACK}?x=1", Pkce("v"), "s")


@dataclass
class Operator:
    """Does what is said, and keeps what was said to them; ``consent`` turns a link into what they paste."""

    consent: Callable[[str], Awaitable[str]]
    heard: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Hear *text*."""
        self.heard.append(text)

    async def ask(self, prompt: str) -> str:
        """Paste what the consent gave."""
        assert prompt == "paste"
        return await self.consent(self.heard[0].removeprefix("open "))


@pytest.fixture
def world() -> World:
    """The token store and the clock."""
    return World()


@pytest.fixture
async def fake() -> AsyncIterator[FakeZalo]:
    """Zalo, whose admin consents at once."""
    async with FakeZalo() as fake:
        yield fake


async def walk(world: World, fake: FakeZalo, operator: Operator, *, verifier: str = "") -> bool:
    """Walk *operator* through the consent and return whether the OA is connected."""
    account = an_account(fake)
    async with Http() as http:
        oauth = OauthClient(http, account, world.clock)
        return await Consent(account, oauth, world.store, TEXTS, CALLBACK, verifier).run(operator.ask, operator.say)


async def agree(url: str) -> str:
    """Consent as an admin in a browser, and return the address they end up at."""
    async with aiohttp.ClientSession() as session, session.get(url, allow_redirects=False) as response:
        return response.headers["Location"]


async def test_a_walk_ends_with_a_stored_pair(world: World, fake: FakeZalo) -> None:
    """With a fresh challenge that Zalo checks."""
    operator = Operator(agree)
    assert await walk(world, fake, operator)
    assert operator.heard[1:] == ["connected"]
    assert world.store.pair is not None
    assert world.store.pair.access_token == fake.access_token


async def test_a_new_grant_replaces_the_stored_one(world: World, fake: FakeZalo) -> None:
    """Whatever was stored."""
    world.store.pair = a_pair(7)
    assert await walk(world, fake, Operator(agree))
    assert world.store.pair.access_token == fake.access_token


async def test_a_verifier_saved_in_the_console_can_be_used(world: World, fake: FakeZalo) -> None:
    """Where the app has one fixed challenge."""
    operator = Operator(agree)
    assert await walk(world, fake, operator, verifier="v" * 43)
    challenge = parse_qs(urlsplit(operator.heard[0].removeprefix("open ")).query)["code_challenge"]
    assert challenge == [Pkce("v" * 43).challenge]


async def test_a_wrong_paste_can_be_repeated(world: World, fake: FakeZalo) -> None:
    """The code is not spent by it."""
    pastes = ["", "https://xa.example.vn/?code=c&state=bad"]

    async def clumsy(url: str) -> str:
        return pastes.pop(0) if pastes else await agree(url)

    operator = Operator(clumsy)
    assert await walk(world, fake, operator)
    assert operator.heard[1:] == ["no code", "wrong state", "connected"]


async def test_after_three_wrong_pastes_it_ends(world: World, fake: FakeZalo) -> None:
    """Nothing is stored."""

    async def helpless(_: str) -> str:
        return ""

    operator = Operator(helpless)
    assert not await walk(world, fake, operator)
    assert operator.heard[1:] == ["no code"] * 3
    assert world.store.pair is None


async def test_a_refused_code_is_reported_with_zalos_own_code(world: World, fake: FakeZalo) -> None:
    """An old or invented one."""

    async def invent(_: str) -> str:
        return "code-of-yesterday"

    operator = Operator(invent)
    assert not await walk(world, fake, operator)
    assert operator.heard[1:] == ["refused -14014"]


async def test_another_oas_consent_is_not_stored(world: World, fake: FakeZalo) -> None:
    """The admin may have several."""
    fake.oa_id = "2999999999999999999"
    operator = Operator(agree)
    assert not await walk(world, fake, operator)
    assert operator.heard[1:] == ["wrong oa"] * 3
    assert world.store.pair is None
