"""F01 in the console: types of visitor and documents are edited there, and kiosks have it with their next request."""

from typing import TypeVar

import httpx
import msgspec
import pytest

from cloud_api.services.organisation_file import InvitationEntry, VisitorTypeEntry, WindowEntry
from sync.protocol.feed import Documents, PageKind, VisitorTypes
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_server import OPERATOR, Ground, sample_file
from tests.fakes.feed_pages import content_of
from tests.fakes.filled_page import sent_by

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]
C = TypeVar("C", bound=msgspec.Struct)


async def heard(ground: Ground, kiosk: FakeKiosk, kind: PageKind, shape: type[C]) -> C:
    """What a kiosk is told that asks now."""
    device = await ground.cloud.devices.find(kiosk.key.epoch)
    assert device is not None
    return content_of(await ground.cloud.feed.answer(device, {}), kind, shape)


class Desk:
    """Somebody at the console who opens a form, changes values in it, and saves it or presses another button."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def open(self, path: str) -> dict[str, str | list[str]]:
        answer = await self._client.get(path)
        assert answer.status_code == 200, answer.text
        return form_of(answer)

    async def save(self, path: str, form: dict[str, str | list[str]], **changes: str) -> httpx.Response:
        """``words__en`` stands for ``words.en``."""
        told = {**form, **{name.replace("__", "."): value for name, value in changes.items()}}
        return await self._client.post(path, data=told)

    async def edit(self, path: str, **changes: str) -> httpx.Response:
        return await self.save(path, await self.open(path), **changes)


def form_of(answer: httpx.Response) -> dict[str, str | list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in sent_by(answer.text):
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


async def test_f01_what_the_console_saves_is_on_the_page_that_a_kiosk_is_given(
    ground: Ground, client: httpx.AsyncClient
) -> None:
    """F01: a type with a document, a question and a condition, made by hand from nothing; and each act is on record."""
    desk, kiosk = Desk(client), await ground.enrol()
    made = await desk.edit("/types/_new", words__en="Courier", words__de="Kurier", badge="contractor")
    assert (made.status_code, made.headers["location"]) == (303, "/types/courier?done=made")
    car = {"words__en": "By car?", "kind": "yes_no", "purpose": "To know the yard", "required": "on"}
    assert (await desk.edit("/types/courier/fields/_new", **car)).status_code == 303
    plate = {"words__en": "Number plate", "kind": "vehicle", "purpose": "To call the driver", "when": "by-car"}
    said = await desk.edit("/types/courier/fields/_new", **plate)
    assert (said.status_code, "Needs at least one." in said.text) == (422, True)
    assert 'value="Number plate"' in said.text, "what was typed is there still"
    assert (await desk.edit("/types/courier/fields/_new", **plate, **{"answers.by-car": "yes"})).status_code == 303
    text = {"title": "Parcels", "paragraphs": "Ring twice.\r\n\r\nWait here.", "signature": "on"}
    assert (await desk.edit("/documents/_new", **text)).headers["location"] == "/documents/parcels?done=made"
    form = await desk.open("/types/courier")
    pressed = await desk.save("/types/courier", form, do="documents:add:parcels")
    assert "not saved yet" in pressed.text
    pressed = await desk.save("/types/courier", form_of(pressed), do="steps:remove:photo", rules__approval="on")
    assert (await desk.save("/types/courier", form_of(pressed))).status_code == 303
    types = (await heard(ground, kiosk, PageKind.VISITOR_TYPES, VisitorTypes)).types
    courier = next(kind for kind in types if kind.id == "courier")
    assert (courier.words, courier.badge, courier.position) == ({"en": "Courier", "de": "Kurier"}, "contractor", 1)
    assert (courier.steps, courier.documents) == (("details", "host", "document"), ("parcels",))
    assert courier.rules.approval
    assert [(field.id, field.required) for field in courier.fields] == [("by-car", True), ("number-plate", False)]
    assert courier.fields[1].when != msgspec.UNSET
    documents = (await heard(ground, kiosk, PageKind.DOCUMENTS, Documents)).documents
    parcels = next(document for document in documents if document.id == "parcels")
    assert (parcels.signature, parcels.texts[0].paragraphs) == (True, ("Ring twice.", "Wait here."))
    turned = await desk.save("/types/courier", await desk.open("/types/courier"), do="fields:up:number-plate")
    refused = await desk.save("/types/courier", form_of(turned))
    assert refused.status_code == 422
    assert '<a href="#fields.number-plate">Fields</a>: There is no earlier field' in refused.text
    opened = await desk.open("/documents/parcels/texts/en")
    previewed = await desk.save(
        "/documents/parcels/texts/en", opened, do="preview:add:shown", paragraphs="Knock.\n\nWait."
    )
    assert "<p>Knock.</p><p>Wait.</p></article>" in previewed.text
    shown = (await client.get("/types/courier")).text
    assert 'only if <bdi dir="auto">“By car?”</bdi> is <bdi dir="auto">Yes</bdi>' in shown
    while await ground.cloud.sequencer.integrate(ground.tenant):
        pass
    log = (await client.get("/audit")).text
    for words in ("Type of visitor added: courier", "Document added: parcels", "Type of visitor changed: courier"):
        assert words in log


async def test_who_saves_second_is_told_and_nothing_is_overwritten_unseen(
    ground: Ground, client: httpx.AsyncClient
) -> None:
    """F01: two people have the same type open."""
    desk, kiosk = Desk(client), await ground.enrol()
    mine, theirs = await desk.open("/types/visitor"), await desk.open("/types/visitor")
    assert (await desk.save("/types/visitor", theirs, words__en="Guest", badge_hours="4")).status_code == 303
    told = await desk.save("/types/visitor", mine, words__en="Caller")
    assert told.status_code == 409
    assert "Somebody else saved this while you were editing it." in told.text
    assert "It differs from what is saved now in: Name, Badge hours." in told.text
    assert 'value="Caller"' in told.text
    (kind,) = (await heard(ground, kiosk, PageKind.VISITOR_TYPES, VisitorTypes)).types
    assert (kind.words["en"], kind.badge_hours) == ("Guest", 4)
    assert (await desk.save("/types/visitor", form_of(told))).status_code == 303, "knowingly"
    (kind,) = (await heard(ground, kiosk, PageKind.VISITOR_TYPES, VisitorTypes)).types
    assert (kind.words["en"], kind.badge_hours) == ("Caller", 0)


async def test_a_changed_text_is_another_version_and_what_is_used_cannot_go(
    ground: Ground, client: httpx.AsyncClient
) -> None:
    """F05."""
    desk, kiosk = Desk(client), await ground.enrol()
    text = "/documents/rules/texts/en"
    assert (await desk.edit(text, title="Site rules")).status_code == 303
    (rules,) = (await heard(ground, kiosk, PageKind.DOCUMENTS, Documents)).documents
    assert rules.texts[0].version == "1", "nothing was changed"
    assert (await desk.edit(text, paragraphs="Be kinder.")).status_code == 303
    said = await desk.edit(text, paragraphs="Be kindest.", version="1")
    assert (said.status_code, "is another text already" in said.text) == (422, True)
    assert "Be kindest." in said.text
    (rules,) = (await heard(ground, kiosk, PageKind.DOCUMENTS, Documents)).documents
    assert (rules.texts[0].version, rules.texts[0].paragraphs) == ("2", ("Be kinder.",))
    assert (await desk.edit("/documents/rules/texts/de", title="Regeln", paragraphs="Seid nett.")).status_code == 303
    asked = "/documents/rules/questions/_new"
    wrong = await desk.edit(asked, words__en="Kind?", **{"choices.0.words.en": "Yes", "choices.1.words.en": "No"})
    assert (wrong.status_code, "None of them is right." in wrong.text) == (422, True)
    assert (await desk.save(asked, form_of(wrong), **{"choices.0.right": "on"})).status_code == 303
    assert (await desk.edit("/documents/rules", pass_right="2")).status_code == 422
    assert (await desk.edit("/documents/rules", pass_right="1", again_after_days="365")).status_code == 303
    (rules,) = (await heard(ground, kiosk, PageKind.DOCUMENTS, Documents)).documents
    assert (rules.pass_right, rules.again_after_days, len(rules.quiz)) == (1, 365, 1)
    assert {one.language: one.version for one in rules.texts} == {"en": "2", "de": "2"}
    form = await desk.open("/types/visitor")
    named = form_of(await desk.save("/types/visitor", form, do="documents:add:rules"))
    assert (await desk.save("/types/visitor", named)).status_code == 303
    for path, words in (("/documents/rules/remove", "agree to it"), ("/types/visitor/remove", "This is the last type")):
        answer = await client.post(path)
        assert (answer.status_code, words in answer.text) == (409, True), path
    assert (await client.post("/documents/rules/texts/de/remove")).status_code == 303
    assert (await client.post("/documents/rules/texts/en/remove")).status_code == 409


async def test_types_are_moved_in_the_order_that_was_seen_and_taken_away(
    ground: Ground, client: httpx.AsyncClient
) -> None:
    desk, kiosk = Desk(client), await ground.enrol()
    assert (await desk.edit("/types/_new", words__en="Driver")).status_code == 303
    moved = await client.post("/types/driver/move", data={"way": "up", "order": "visitor driver"})
    assert moved.headers["location"] == "/types?done=up-driver"
    types = (await heard(ground, kiosk, PageKind.VISITOR_TYPES, VisitorTypes)).types
    assert sorted((kind.position, kind.id) for kind in types) == [(0, "driver"), (1, "visitor")]
    late = await client.post("/types/driver/move", data={"way": "down", "order": "visitor driver"})
    assert (late.status_code, "nothing was moved" in late.text) == (409, True)
    assert (await client.post("/types/driver/remove")).status_code == 303
    assert (await client.get("/types/driver")).status_code == 404
    kinds = tuple(
        VisitorTypeEntry(id=key, words={language: key.title()}, badge="visitor")
        for key, language in (("visitor", "en"), ("guest", "de"))
    )
    window = WindowEntry(begins="2027-01-01T09:00Z", ends="2027-01-01T10:00Z")
    guest = InvitationEntry(key="robin", type="guest", name="Robin Alder", windows=(window,))
    await ground.cloud.organisations.apply(
        ground.tenant, sample_file(visitor_types=kinds, invitations=(guest,)), OPERATOR
    )
    assert "No name in English" in (await client.get("/types")).text
    announced = await client.post("/types/guest/remove")
    assert (announced.status_code, "announced as of this type" in announced.text) == (409, True)
    for path in ("/types/driver", "/types/visitor/fields/none", "/documents/none", "/documents/rules/texts/tlh"):
        assert (await client.get(path)).status_code == 404, path
    foreign = await client.post("/types/visitor", data={}, headers={"Origin": "https://elsewhere.example"})
    assert foreign.status_code == 403
