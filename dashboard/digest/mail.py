"""A digest as a message: plain text first, HTML beside it, the same bytes for the same digest."""

from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage

from dashboard.digest.content import Digest, one_line
from dashboard.digest.markup import html
from dashboard.digest.plain import text

NOWHERE = "dashboard@localhost"
"""Stands for the sender in a dry run without one."""


class AddressError(ValueError):
    """An address that no mail can go to."""


def message(digest: Digest, *, sender: str) -> EmailMessage:
    """The message without a date: whoever sends it puts the moment on it.

    Its id is that of the digest's content, so that a mail program knows one that came twice.

    Raises
    ------
    AddressError
        The address of the recipient or the sender is none.
    """
    made = EmailMessage(policy=policy.SMTP)
    sent_by = _address(sender or NOWHERE, "Customer-success dashboard")
    made["From"] = sent_by
    made["To"] = _address(digest.email, digest.name)
    made["Subject"] = digest.subject
    made["Message-ID"] = f"<digest.{digest.fingerprint[:40]}@{sent_by.domain}>"
    # No automatic answer is to come back.
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made.set_content(text(digest), cte="quoted-printable")
    made.add_alternative(html(digest), subtype="html", cte="quoted-printable")
    made.set_boundary(f"digest-{digest.fingerprint[:40]}")
    return made


def _address(address: str, name: str) -> Address:
    plain = address.strip()
    try:
        found = Address(display_name=one_line(name, longest=100), addr_spec=plain)
    except (ValueError, IndexError, MessageError) as error:
        raise AddressError(f"{one_line(address)!r} is no address that mail can go to") from error
    # Read back it must be what was given: nothing else may have been understood.
    if not found.username or not found.domain or f"{found.username}@{found.domain}" != plain:
        raise AddressError(f"{one_line(address)!r} is no address that mail can go to")
    return found
