"""JupyterHub, asked through its REST API with this server's own token. Knows no room.

The token stays in this process: it goes to the Hub and nowhere else.
"""

import asyncio
import json
import os
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

from traitlets import Float
from traitlets.config import LoggingConfigurable

from ..errors import ToolMissingError, ToolRefusedError, ToolTimeoutError
from ..sentences import trans


@dataclass(frozen=True, kw_only=True)
class HubAnswer:
    """An answer of the Hub; `message` is what it says where it refuses.

    `date` is the Hub's clock as HTTP writes it, empty where it is not told.
    """

    status: int
    body: Any
    message: str
    date: str = ""


class HubApi(LoggingConfigurable):
    """The Hub that started this server, where there is one."""

    timeout = Float(10.0, help="Seconds to wait for JupyterHub's answer.").tag(config=True)
    stop_timeout = Float(
        300.0, help="Seconds to wait for JupyterHub to have stopped this server."
    ).tag(config=True)

    def __init__(self, *, environment: Mapping[str, str] | None = None, **kwargs: object) -> None:
        """`environment` is what the server was started with."""
        super().__init__(**kwargs)
        said = os.environ if environment is None else environment
        self._url = said.get("JUPYTERHUB_API_URL", "").rstrip("/")
        self._token = said.get("JUPYTERHUB_API_TOKEN", "")
        self.user = said.get("JUPYTERHUB_USER", "")
        self.server_name = said.get("JUPYTERHUB_SERVER_NAME", "")
        self._certificates = {
            name: said.get(f"JUPYTERHUB_SSL_{name}", "")
            for name in ("KEYFILE", "CERTFILE", "CLIENT_CA")
        }

    @property
    def present(self) -> bool:
        """Whether a JupyterHub started this server."""
        return bool(self._url and self._token and self.user)

    @property
    def _path(self) -> str:
        user = f"/users/{quote(self.user, safe='')}"
        if self.server_name:
            return f"{user}/servers/{quote(self.server_name, safe='')}"
        return f"{user}/server"

    async def may_stop(self) -> bool:
        """Tell whether the token may stop this server: the Hub's own word for it.

        Raises ToolMissingError where the Hub cannot be reached, ToolTimeoutError where
        it does not answer, ToolRefusedError where it does not know the token.
        """
        answer = await self.me()
        if answer.status != 200 or not isinstance(answer.body, dict):  # noqa: PLR2004 - OK
            raise ToolRefusedError(
                trans.gettext("JupyterHub did not accept this server's token."),
                detail=f"{answer.status} {answer.message}".strip(),
            )
        return may_stop(answer.body.get("scopes") or [], self.user, self.server_name)

    async def me(self) -> HubAnswer:
        """Return what the Hub knows of the token's owner; raises as `may_stop` does."""
        return await self._ask("GET", "/user", self.timeout)

    async def stop(self) -> HubAnswer:
        """Stop this server and its job; the answer may come when this process is gone."""
        return await self._ask("DELETE", self._path, self.stop_timeout)

    async def _ask(self, method: str, path: str, timeout: float) -> HubAnswer:
        """Ask in a thread that does not keep a server alive that is to end.

        The Hub answers a stop when this process is gone, and Python joins the threads of
        `asyncio.to_thread` before it goes: each would wait for the other until the
        scheduler kills the job.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[HubAnswer] = loop.create_future()

        def tell(said: HubAnswer | Exception) -> None:
            if answer.done():  # whoever asked has gone
                return
            if isinstance(said, Exception):
                answer.set_exception(said)
            else:
                answer.set_result(said)

        def ask() -> None:
            said: HubAnswer | Exception
            try:
                said = self._ask_now(method, path, timeout)
            except Exception as error:  # noqa: BLE001 - it is raised where it was asked for
                said = error
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(tell, said)

        Thread(target=ask, name="jupyterlab-hpc-hub", daemon=True).start()
        return await answer

    def _ask_now(self, method: str, path: str, timeout: float) -> HubAnswer:
        if urlsplit(self._url).scheme not in {"http", "https"}:
            raise ToolMissingError(
                trans.gettext("JUPYTERHUB_API_URL is no address: %1."), self._url
            )
        request = Request(  # noqa: S310 - the scheme was looked at
            self._url + path, method=method, headers={"Authorization": f"token {self._token}"}
        )
        # The site's proxy for the internet is not the way to its Hub.
        handlers: list[Any] = [ProxyHandler({})]
        if self._certificates["KEYFILE"]:
            context = ssl.create_default_context(cafile=self._certificates["CLIENT_CA"] or None)
            context.load_cert_chain(self._certificates["CERTFILE"], self._certificates["KEYFILE"])
            handlers.append(HTTPSHandler(context=context))
        try:
            with build_opener(*handlers).open(request, timeout=timeout) as response:
                return _answer(response.status, response.read(), response.headers.get("Date", ""))
        except HTTPError as error:
            with error:
                return _answer(error.code, error.read(), error.headers.get("Date", ""))
        except TimeoutError as error:
            raise self._slow(timeout) from error
        except (URLError, OSError) as error:
            if isinstance(error, URLError) and isinstance(error.reason, TimeoutError):
                raise self._slow(timeout) from error
            raise ToolMissingError(
                trans.gettext(
                    "JupyterHub cannot be reached from this server. Nothing was stopped; the "
                    "Hub's own page may still work."
                ),
                detail=str(error),
            ) from error

    @staticmethod
    def _slow(timeout: float) -> ToolTimeoutError:
        return ToolTimeoutError(
            trans.gettext("JupyterHub did not answer within %1 seconds."), f"{timeout:g}"
        )


def may_stop(scopes: list[str], user: str, server_name: str) -> bool:
    """Tell whether these scopes let their owner stop that server.

    A named server is `delete:servers!server=USER/NAME`, the default one
    `delete:servers!server=USER/`.
    """
    enough = {
        "delete:servers",
        "admin:servers",
        *(
            f"{scope}!{which}"
            for scope in ("delete:servers", "admin:servers")
            for which in (f"user={user}", f"server={user}/{server_name}")
        ),
    }
    return not enough.isdisjoint(scopes)


def _answer(status: int, body: bytes, date: str) -> HubAnswer:
    try:
        said = json.loads(body) if body else None
    except ValueError:  # a proxy's page
        said = None
    message = said.get("message", "") if isinstance(said, dict) else ""
    return HubAnswer(status=status, body=said, message=str(message), date=date)
