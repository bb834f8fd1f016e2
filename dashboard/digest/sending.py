"""Sending: mail over TLS, a chat's webhook over HTTPS, again only after what may pass."""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any, Final

import requests
import stamina

from dashboard.digest.content import one_line
from dashboard.settings import ChatSettings, MailSettings

ATTEMPTS: Final = 3
CHAT_TIMEOUT: Final = (5.0, 15.0)
"""Seconds to connect, and to wait for an answer."""
_LATER: Final = range(400, 500)
"""Replies of a mail server that ask to come back later."""


class SendError(Exception):
    """It was not sent; the message says why, without an address or a secret."""

    def __init__(self, why: str, *, may_pass: bool) -> None:
        super().__init__(why)
        self.may_pass = may_pass


def send_mail(message: EmailMessage, settings: MailSettings, *, at: datetime) -> None:
    """Hand a message to the mail server, dated now; one that came twice has the same id.

    Raises
    ------
    SendError
        The server refused it, or did not take it in time.
    """
    message["Date"] = format_datetime(at)
    _persistently(lambda: _mailed(message, settings))


def send_chat(payload: dict[str, Any], settings: ChatSettings) -> None:
    """Hand a message to the webhook of a chat.

    Raises
    ------
    SendError
        The chat refused it, or did not take it in time.
    """
    _persistently(lambda: _posted(payload, settings))


def _persistently(send: Callable[[], None]) -> None:
    def may_pass(error: Exception) -> bool:
        return isinstance(error, SendError) and error.may_pass

    for attempt in stamina.retry_context(on=may_pass, attempts=ATTEMPTS, wait_initial=1.0):
        with attempt:
            send()


def _mailed(message: EmailMessage, settings: MailSettings) -> None:
    trusted = _trusted(settings)
    try:
        server = _server(settings, trusted)
        try:
            if settings.security == "starttls":
                server.starttls(context=trusted)
            if settings.user and settings.password is not None:
                server.login(settings.user, settings.password.get_secret_value())
            server.send_message(message)
        finally:
            # What was taken is sent, however the farewell goes.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        why = f"the mail server refused the recipient ({_listed(codes)})"
        raise SendError(why, may_pass=all(code in _LATER for code in codes)) from error
    except smtplib.SMTPResponseException as error:
        # What the server says may hold anything: its number is enough.
        why = f"the mail server answered {error.smtp_code}"
        raise SendError(why, may_pass=error.smtp_code in _LATER) from error
    except smtplib.SMTPNotSupportedError as error:
        why = one_line(f"the mail server cannot do what is needed: {error}")
        raise SendError(why, may_pass=False) from error
    except ssl.SSLError as error:
        why = f"the mail server's certificate or encryption is not trusted ({error.reason})"
        raise SendError(why, may_pass=False) from error
    except (smtplib.SMTPException, OSError) as error:
        why = f"the mail server could not be reached ({type(error).__name__})"
        raise SendError(why, may_pass=True) from error


def _trusted(settings: MailSettings) -> ssl.SSLContext:
    # The library's own context trusts any certificate: see decision 40.
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except OSError as error:
        why = "the certificates of digest.mail.ca_file cannot be read"
        raise SendError(why, may_pass=False) from error


def _server(settings: MailSettings, trusted: ssl.SSLContext) -> smtplib.SMTP:
    place = (settings.host, settings.port)
    if settings.security == "tls":
        return smtplib.SMTP_SSL(*place, timeout=settings.timeout, context=trusted)
    return smtplib.SMTP(*place, timeout=settings.timeout)


def _posted(payload: dict[str, Any], settings: ChatSettings) -> None:
    try:
        answer = requests.post(
            settings.url.get_secret_value(),
            json=payload,
            timeout=CHAT_TIMEOUT,
            allow_redirects=False,
        )
    except requests.exceptions.SSLError as error:
        raise SendError("the chat's certificate is not trusted", may_pass=False) from error
    except requests.exceptions.RequestException as error:
        # The error's own words hold the URL, which is a secret.
        why = f"the chat could not be reached ({type(error).__name__})"
        raise SendError(why, may_pass=True) from None
    if not answer.ok or answer.is_redirect:
        code = answer.status_code
        later = code == HTTPStatus.TOO_MANY_REQUESTS or code >= HTTPStatus.INTERNAL_SERVER_ERROR
        raise SendError(f"the chat answered {code}", may_pass=later)


def _listed(codes: list[int]) -> str:
    return ", ".join(str(code) for code in sorted(set(codes)))
