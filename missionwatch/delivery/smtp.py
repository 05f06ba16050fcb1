"""Letters by SMTP: ready bytes over one connection for many, and what the answers mean (RFC 5321, RFC 3463).

What is refused because of its address counts against the address. What is refused because of us, such as a login or a
relay that is not allowed, is tried again: an operator's mistake must cost nobody a letter or a subscription.
"""

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from missionwatch.delivery.carrier import MAIL, SENT, Answer
from missionwatch.delivery.deadline import Deadline
from missionwatch.delivery.smtp_words import as_words, dotted, reason_of, refused_as
from store.mailing.model import Letter

Security = Literal["starttls", "tls", "none"]
TIMEOUT = 30.0
"""Seconds for one answer of the server."""
PATIENCE = 60.0
"""Seconds for one letter from beginning to end, and for a connection with its login."""
MAX_LOST = 3
"""Connections lost in a row, after which the server is left alone until the next time."""
_YES = (250, 251)
_POLICIES: tuple[Literal["deferred", "failed"], ...] = ("deferred", "deferred", "failed")
"""What a refusal that is not about the mailbox comes to, of sender, recipient and DATA."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Who takes the letters."""

    host: str
    port: int
    security: Security
    sender: str
    """Plain address that refusals are sent to."""
    user: str = ""
    password: str = field(default="", repr=False)


class _Lost(Exception):
    """The connection broke; `handed_over` if that may have been after the server had the whole letter."""

    def __init__(self, said: str, *, handed_over: bool = False) -> None:
        super().__init__(said)
        self.handed_over = handed_over


class _Refused(Exception):
    """The server does not let us in."""


class SmtpCarrier:
    """Sends to one server. Not for several threads."""

    kinds = MAIL

    def __init__(
        self,
        server: SmtpServer,
        *,
        context: ssl.SSLContext | None = None,
        timeout: float = TIMEOUT,
        patience: float = PATIENCE,
    ) -> None:
        """`context` decides whose certificates are believed; by default those that the system believes."""
        self._server = server
        self._context = context
        self._timeout = timeout
        self._patience = patience
        self._smtp: smtplib.SMTP | None = None
        self._deadline: Deadline | None = None
        self._lost = 0
        self.trouble = ""

    def carry(self, letters: Sequence[Letter]) -> Iterator[tuple[Letter, Answer]]:
        for letter in letters:
            # Nobody gets here with such an address; if somebody did, it would give the server commands.
            plain = letter.recipient.isprintable() and not set(letter.recipient) & set(" <>")
            yield letter, self._one(letter) if plain else Answer(outcome="failed", said="this is no address")

    def rest(self) -> None:
        self._leave(politely=True)
        self._lost, self.trouble = 0, ""

    def reach(self) -> str:
        """Connects and logs in, and sends nothing; one sentence about what went wrong, empty if nothing did."""
        try:
            self._connected()
        except _Refused as error:
            self._leave()
            return str(error)
        self._leave(politely=True)
        return ""

    def _one(self, letter: Letter) -> Answer:
        for is_last in (False, True):
            if self.trouble:
                break
            is_old = self._smtp is not None
            try:
                answer = self._exchange(self._connected(), letter)
            except _Refused as error:
                self._leave()
                self.trouble = str(error)
            except _Lost as error:
                self._leave()
                if error.handed_over:
                    self._count_loss(str(error))
                    return Answer(outcome="doubtful", said=str(error))
                if is_old and not is_last:
                    continue  # servers end connections that have been idle, or have sent enough
                self._count_loss(str(error))
                return Answer(outcome="deferred", said=str(error))
            else:
                self._lost = 0
                return answer
        return Answer(outcome="deferred", said=self.trouble)

    def _count_loss(self, said: str) -> None:
        self._lost += 1
        if self._lost >= MAX_LOST:
            self.trouble = f"the connection was lost {self._lost} times: {said}"

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is not None:
            return self._smtp
        server, context = self._server, self._context
        if context is None and server.security != "none":
            context = ssl.create_default_context()
        try:
            if server.security == "tls":
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(timeout=self._timeout, context=context)
            else:
                smtp = smtplib.SMTP(timeout=self._timeout)
            self._smtp = smtp
            self._deadline = Deadline(lambda: smtp.sock).set(self._patience)
            # Of certificates smtplib checks the name by `_host`, which it knows by its constructor only.
            smtp._host = server.host  # type: ignore[attr-defined]
            code, said = smtp.connect(server.host, server.port)
            if code != 220:
                raise _Refused(as_words(code, said))
            if server.security == "starttls":
                smtp.starttls(context=context)
            smtp.ehlo_or_helo_if_needed()
            if server.user:
                smtp.login(server.user, server.password)
        except smtplib.SMTPResponseException as error:
            raise _Refused(as_words(error.smtp_code, error.smtp_error)) from None
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise _Refused(f"{server.host}:{server.port}: {reason_of(error)}") from None
        return smtp

    def _exchange(self, smtp: smtplib.SMTP, letter: Letter) -> Answer:
        """Hands over one letter. The connection is free for the next one after it, or given up."""
        deadline = self._deadline
        assert deadline is not None
        deadline.set(self._patience)
        handed_over = False
        try:
            code, refusal = self._envelope(smtp, letter.recipient)
            if refusal is not None:
                return self._turned_away(smtp, refusal, code)
            smtp.send(dotted(letter.body))  # without its last bytes nobody has a letter, so an error here is no doubt
            handed_over = True
            code, said = smtp.getreply()
            if code == 250:
                return SENT
            return self._turned_away(smtp, refused_as(code, said, policy="failed"), code)
        except smtplib.SMTPResponseException as error:  # an answer that is none
            raise _Lost(as_words(error.smtp_code, error.smtp_error), handed_over=handed_over) from None
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise _Lost(reason_of(error), handed_over=handed_over) from None
        finally:
            deadline.clear()

    def _envelope(self, smtp: smtplib.SMTP, recipient: str) -> tuple[int, Answer | None]:
        """Says from whom and to whom; None if the server waits for the letter. At once where it can (RFC 2920)."""
        steps = [f"MAIL FROM:<{self._server.sender}>", f"RCPT TO:<{recipient}>", "DATA"]
        at_once = smtp.has_extn("pipelining")
        if at_once:
            smtp.send("".join(f"{step}\r\n" for step in steps))
        refused: tuple[int, Answer] | None = None
        for step, meant, policy in zip(steps, (_YES, _YES, (354,)), _POLICIES, strict=True):
            if not at_once:
                smtp.putcmd(step)
            code, said = smtp.getreply()
            if code in meant:
                continue
            if refused is None:
                answer = refused_as(code, said, policy=policy)
                # Nobody's address is at fault before it was named.
                refused = code, answer if step is not steps[0] else Answer(outcome="deferred", said=answer.said)
            if not at_once:
                break
        else:
            if refused is not None and code == 354:  # it waits for a letter to nobody
                smtp.send(".\r\n")
                smtp.getreply()
        return refused if refused is not None else (354, None)

    def _turned_away(self, smtp: smtplib.SMTP, answer: Answer, code: int) -> Answer:
        if code == 421:
            self._leave()
            return answer
        try:
            if smtp.rset()[0] != 250:
                self._leave()
        except (OSError, smtplib.SMTPException):
            self._leave()
        return answer

    def _leave(self, *, politely: bool = False) -> None:
        smtp, self._smtp = self._smtp, None
        deadline, self._deadline = self._deadline, None
        if smtp is not None:
            try:
                if politely and deadline is not None:
                    deadline.set(self._timeout)
                    smtp.quit()
            except (OSError, smtplib.SMTPException):
                pass
            finally:
                smtp.close()
        if deadline is not None:
            deadline.end()
