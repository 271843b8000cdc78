"""A Google spreadsheet as a backend.

Every write that must not happen twice carries a token whose identifier follows from what was
read (:mod:`identity`).  Where no answer came, the token tells whether it happened.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import field

from custbook_gen.backends import Written
from custbook_gen.backends.sheets import contents
from custbook_gen.backends.sheets.account import ALL_FILES, OWN_FILES, SHEETS, Account, find_account
from custbook_gen.backends.sheets.address import Address
from custbook_gen.backends.sheets.channel import Channel
from custbook_gen.backends.sheets.drawing import Drawing, tab_ids
from custbook_gen.backends.sheets.identity import WORKBOOK, Generation
from custbook_gen.backends.sheets.losses import losses
from custbook_gen.backends.sheets.making import (
    file_properties,
    making_requests,
    replacing_requests,
    tab_bodies,
    value_ranges,
)
from custbook_gen.backends.sheets.pace import Pace
from custbook_gen.backends.sheets.preparing import Preparation, Seen, prepare
from custbook_gen.backends.sheets.sharing import Share, share_request
from custbook_gen.backends.sheets.structure import EMPTINESS, MASK, Structure, read_structure
from custbook_gen.backends.sheets.transport import (
    FILES,
    SPREADSHEETS,
    OutcomeUnknownError,
    Request,
    Transport,
)
from custbook_gen.backends.sheets.wire import CELL_LIMIT, Json, parts_of
from custbook_gen.errors import WorkbookError
from custbook_gen.layout import META
from custbook_gen.texts import Saying
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import Loss, Patch, Plan, RawWorkbook

SHEET_TYPE = "application/vnd.google-apps.spreadsheet"
_UNSHARED = frozenset({"online-not-shared", "online-missing", "online-refused"})
"""How it is said that somebody cannot be given access; the spreadsheet itself was seen before."""
_NO_SPREADSHEET = "Request contains an invalid argument"
"""How the reading of another kind of file is refused."""
UNFINISHED = 1
"""Cells that hold something on the meta tab of a spreadsheet whose making was cut off."""


@value_object
class Online:
    """How a spreadsheet is reached: the account, the clock, and tokens that nobody else has."""

    account: Callable[[tuple[str, ...]], Account] = find_account
    pace: Pace = field(default_factory=Pace)
    nonce: Callable[[], str] = lambda: secrets.token_hex(8)


class GoogleSheet:
    """A spreadsheet, or one that is still to be made.

    Args:
        address: which one.
        name: what the user calls it.
        shares: whom to give access, once it is written.
        online: how it is reached.
    """

    def __init__(
        self, address: Address, name: str, shares: Sequence[Share] = (), online: Online | None = None
    ) -> None:
        self._address = address
        self._name = name
        self._shares = tuple(shares)
        self._online = online or Online()
        self._opened: Transport | None = None
        self._seen: Seen | None = None
        self._held: RawWorkbook | None = None

    # ------------------------------------------------------------ reading

    def prefetch(self) -> None:
        """Nothing: its server is asked when the answer is needed."""

    def peek(self) -> RawWorkbook:
        """Everything: it comes in a few answers.

        Raises:
            WorkbookError: as of :meth:`read`.
        """
        self._held = self.read()
        return self._held

    def read(self) -> RawWorkbook:
        """Everything that the spreadsheet says, in three requests; what was just peeked at, in none.

        Raises:
            WorkbookError: it is not there, not shared with us, no spreadsheet, or out of reach.
        """
        held, self._held = self._held, None
        return self._fetch() if held is None else held

    def _fetch(self) -> RawWorkbook:
        structure = self._structure(MASK)
        wanted = contents.filters(structure.tabs)
        answer = self._post(
            "/values:batchGetByDataFilter",
            {"dataFilters": wanted, "valueRenderOption": "FORMULA", "dateTimeRenderOption": "SERIAL_NUMBER"},
        )
        cells = {
            data_filter["gridRange"]["sheetId"]: grid for data_filter, grid in contents.grids(answer, wanted)
        }
        asked = contents.doubtful(structure.tabs, cells)
        details = {}
        if asked:
            found = self._post(":getByDataFilter", {"dataFilters": asked}, fields=contents.DETAILS)
            details = contents.read_details(found)
        raw = contents.read_workbook(structure, cells, details, _digest(structure.generation))
        self._seen = Seen(structure, cells, raw)
        return raw

    # ------------------------------------------------------------ writing

    def losses(self, plan: Plan) -> tuple[Loss, ...]:
        """What a spreadsheet of Google cannot carry of a plan."""
        return losses(plan)

    def write(self, plan: Plan, *, replace: bool = False) -> Written:
        """Make the spreadsheet, or fill one that is empty.

        Args:
            plan: what it shall be.
            replace: whether tabs of ours that are there may be replaced; others never are.

        Raises:
            WorkbookError: it holds something, may not be written, or is out of reach.
        """
        workbook = plan.properties[WORKBOOK]
        drawing = Drawing(workbook, tab_ids(workbook, plan.sheets), plan.names, self._editors())
        if self._address.spreadsheet_id is not None:
            self._fill(plan, drawing, replace=replace)
            return Written(self._address.url)
        has_tabs = self._address.folder is None
        if has_tabs:
            self._create(plan, drawing)
        else:
            self._create_in_folder(plan)
        try:
            if has_tabs:
                self._furnish(plan, drawing, None)
            else:
                self._fill(plan, drawing, replace=False)
        except WorkbookError as error:
            reason = Saying(f"error.{error.code}", {**error.facts, "file": self._address.url})
            raise WorkbookError("online-made-unfinished", address=self._address.url, reason=reason) from error
        return Written(self._address.url)

    def prepare(self, patch: Patch, digest: str) -> Preparation:
        """Everything ready to be sent: rows found again, sizes known, nothing changed meanwhile.

        Raises:
            WorkbookError: ``file-changed``: read it again; or out of reach.
        """
        seen = self._seen
        if seen is None or seen.raw.digest != digest:
            raise WorkbookError("file-changed", file=self._name)
        return prepare(patch, seen, self._channel(seen.structure))

    # ------------------------------------------------------------ details

    def _create(self, plan: Plan, drawing: Drawing) -> None:
        """A new spreadsheet with empty tabs; never sent twice, because nothing tells two apart."""
        body = {
            "properties": file_properties(plan),
            "sheets": [{"properties": properties} for properties in tab_bodies(plan, drawing)],
        }
        request = Request("POST", SPREADSHEETS, {"fields": "spreadsheetId"}, body, repeatable=False)
        self._address = Address(self._created(request, plan)["spreadsheetId"])

    def _create_in_folder(self, plan: Plan) -> None:
        body = {"name": plan.title, "mimeType": SHEET_TYPE, "parents": [self._address.folder]}
        params = {"fields": "id", "supportsAllDrives": "true"}
        answer = self._created(Request("POST", FILES, params, body, repeatable=False), plan)
        self._address = Address(answer["id"])

    def _fill(self, plan: Plan, drawing: Drawing, *, replace: bool) -> None:
        """Fill a spreadsheet that is there, if it may be filled."""
        there = self._structure(EMPTINESS)
        _refuse_filled(there, plan, self._name, replace=replace)
        self._furnish(plan, drawing, there)

    def _furnish(self, plan: Plan, drawing: Drawing, there: Structure | None) -> None:
        """Give access first: only who may edit the file can be an editor of what is protected."""
        for share in self._shares:
            self._share(share)
        self._draw(plan, drawing, there)

    def _share(self, share: Share) -> None:
        transport = self._transport()
        try:
            transport.send(share_request(share, self._id()))
        except WorkbookError as error:
            if error.code not in _UNSHARED:
                raise
            who = {"email": share.email, "account": transport.account.who}
            raise WorkbookError("online-share-refused", file=self._name, **who) from error

    def _created(self, request: Request, plan: Plan) -> Json:
        transport = self._transport()
        try:
            return transport.send(request)
        except OutcomeUnknownError as error:
            raise WorkbookError("online-made-perhaps", title=plan.title) from error
        except WorkbookError as error:
            if error.code == "online-not-shared" and transport.account.is_service:
                raise WorkbookError("online-no-storage", **error.facts) from error
            raise

    def _draw(self, plan: Plan, drawing: Drawing, there: Structure | None) -> None:
        """Draw all tabs, then write the rows, the identity last."""
        before, after = replacing_requests(plan, drawing, there) if there is not None else ([], [])
        needed = sum(
            properties["gridProperties"]["rowCount"] * properties["gridProperties"]["columnCount"]
            for properties in tab_bodies(plan, drawing)
        )
        if needed > (there.room if there is not None else CELL_LIMIT):
            raise WorkbookError("online-cell-limit", file=self._name, limit=CELL_LIMIT)
        nonce = self._online.nonce()
        channel = Channel(self._transport(), self._id(), self._name, nonce, drawing.workbook, None)
        channel.write([*before, *making_requests(plan, drawing), *after])
        for part in parts_of(value_ranges(plan)):
            body = {"valueInputOption": "RAW", "data": part}
            self._post("/values:batchUpdate", body, fields="totalUpdatedCells")

    def _editors(self) -> tuple[str, ...]:
        """Who may change what is protected: the service account itself, and whom the user named."""
        own = self._transport().account.email
        named = [share.email for share in self._shares if share.manages]
        return tuple(dict.fromkeys(filter(None, (own, *named))))

    def _structure(self, mask: str) -> Structure:
        request = Request("GET", f"{SPREADSHEETS}/{self._id()}", {"fields": mask})
        try:
            return read_structure(self._transport().send(request))
        except WorkbookError as error:
            if str(error.facts.get("reason")).startswith(_NO_SPREADSHEET):
                raise WorkbookError("online-no-spreadsheet", file=self._name) from error
            raise

    def _post(self, method: str, body: Json, fields: str | None = None) -> Json:
        params = {"fields": fields} if fields else {}
        return self._transport().send(Request("POST", f"{SPREADSHEETS}/{self._id()}{method}", params, body))

    def _id(self) -> str:
        if self._address.spreadsheet_id is None:
            raise WorkbookError("online-not-yet-made", file=self._name)
        return self._address.spreadsheet_id

    def _scopes(self) -> tuple[str, ...]:
        if self._shares and self._address.spreadsheet_id is not None:
            return SHEETS, ALL_FILES
        return (SHEETS, OWN_FILES) if self._address.spreadsheet_id is None else (SHEETS,)

    def _transport(self) -> Transport:
        if self._opened is None:
            self._opened = Transport(self._online.account(self._scopes()), self._online.pace, self._name)
        return self._opened

    def _channel(self, structure: Structure) -> Channel:
        workbook = structure.properties.get(WORKBOOK, self._id())
        nonce = self._online.nonce()
        return Channel(self._transport(), self._id(), self._name, nonce, workbook, structure.generation)


def _digest(generation: Generation | None) -> str:
    return generation.digest if generation is not None else "never written"


def _refuse_filled(there: Structure, plan: Plan, name: str, *, replace: bool) -> None:
    """Refuse a spreadsheet that holds anything of somebody else's, or a book of ours unless it may go.

    Beside a book of ours that is replaced, tabs of others stay as they are.
    """
    ours = any(tab.key for tab in there.tabs)
    titles = {sheet.title.casefold() for sheet in plan.sheets}
    others = [tab for tab in there.tabs if not tab.key]
    if any(tab.title.casefold() in titles if ours else tab.filled for tab in others):
        raise WorkbookError("online-not-empty", file=name)
    if not replace and any(tab.key == META and tab.filled > UNFINISHED for tab in there.tabs):
        raise WorkbookError("online-book-there", file=name)
