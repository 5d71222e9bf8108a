"""https://docs.slack.dev/messaging/unfurling-links-in-messages and https://docs.slack.dev/messaging/working-with-files"""

import httpx
import pytest
from slack_sdk import WebClient

from sandbox.client import Sandbox
from sandbox.persona import Persona
from tests.sandbox.manifest import SCOPES
from tests.sandbox.refusing import refused
from tests.sandbox.stub_bot import StubBot
from tests.sandbox.views import field, home, menu, modal, section

LINK = "https://cases.example/1"
BEARER = {"Authorization": "Bearer xoxb-sandbox"}


def test_an_unfurl_stands_below_the_message(analyst: Persona, web: WebClient) -> None:
    message = analyst.says(f"see {LINK}", channel="C0OPS")
    web.chat_unfurl(channel="C0OPS", ts=message.ts, unfurls={LINK: {"blocks": [section("A case")]}})
    seen = analyst.sees("A case", channel="C0OPS")
    assert seen.ts == message.ts
    assert seen.raw["attachments"][0]["app_unfurl_url"] == LINK
    assert "edited" not in seen.raw


def test_an_unfurl_goes_by_unfurl_id_as_well(analyst: Persona, bot: StubBot, web: WebClient) -> None:
    analyst.says(f"see {LINK}", channel="C0OPS")
    event = bot.gets("link_shared").payload["event"]
    web.chat_unfurl(unfurl_id=event["unfurl_id"], source=event["source"], unfurls={LINK: {"text": "A case"}})
    analyst.sees("A case", channel="C0OPS")


def test_a_link_that_is_still_being_written_is_previewed(
    sandbox: Sandbox, analyst: Persona, bot: StubBot, web: WebClient
) -> None:
    sandbox.post(f"/sandbox/people/{analyst.id}/preview", {"channel": "C0OPS", "text": f"see {LINK}"})
    event = bot.gets("link_shared").payload["event"]
    assert (event["channel"], event["source"]) == ("COMPOSER", "composer")
    before = sandbox.get("/sandbox/changes")["version"]
    web.chat_unfurl(unfurl_id=event["unfurl_id"], source="composer", unfurls={LINK: {"text": "A case"}})
    kinds = [change["kind"] for change in sandbox.get("/sandbox/changes", {"after": str(before)})["changes"]]
    assert "preview" in kinds


def test_what_cannot_be_unfurled(analyst: Persona, web: WebClient) -> None:
    ts = analyst.says(f"see {LINK}", channel="C0OPS").ts
    there = {"channel": "C0OPS", "ts": ts}
    refused("missing_unfurls", web.api_call, api_method="chat.unfurl", json=there)
    other = {"https://cases.example/2": {"text": "x"}}
    refused("cannot_unfurl_message", web.chat_unfurl, **there, unfurls=other)
    refused("cannot_unfurl_url", web.chat_unfurl, **there, unfurls={"https://other.example": {"text": "x"}})
    refused(
        "cannot_parse_attachment", web.chat_unfurl, **there, unfurls={LINK: {"blocks": [{"type": "nope"}]}}
    )
    refused(
        "cannot_find_message", web.chat_unfurl, channel="C0OPS", ts="1.000001", unfurls={LINK: {"text": "x"}}
    )
    own = web.chat_postMessage(channel="C0OPS", text=f"<{LINK}>")["ts"]
    refused("cannot_unfurl_url", web.chat_unfurl, channel="C0OPS", ts=own, unfurls={LINK: {"text": "x"}})


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"unfurls": "{"}, "invalid_unfurls_format"),
        ({"unfurls": [LINK]}, "invalid_unfurls_format"),
        ({"unfurls": {LINK: "x"}}, "cannot_parse_attachment"),
        ({"metadata": "{"}, "invalid_metadata_format"),
        ({}, "missing_unfurls"),
        ({"unfurls": {LINK: {"text": "x"}}}, "missing_channel"),
        ({"unfurls": {LINK: {"text": "x"}}, "channel": "C0OPS"}, "missing_ts"),
        ({"unfurls": {LINK: {"text": "x"}}, "channel": "C0NOWHERE", "ts": "1.000001"}, "cannot_find_channel"),
        ({"unfurls": {LINK: {"text": "x"}}, "source": "composer"}, "missing_unfurl_id"),
        ({"unfurls": {LINK: {"text": "x"}}, "unfurl_id": "x"}, "missing_source"),
        ({"unfurls": {LINK: {"text": "x"}}, "unfurl_id": "x", "source": "elsewhere"}, "invalid_source"),
        ({"unfurls": {LINK: {"text": "x"}}, "unfurl_id": "x", "source": "composer"}, "invalid_unfurl_id"),
        (
            {"unfurls": {LINK: {"text": "x"}}, "unfurl_id": "x", "source": "conversations_history"},
            "invalid_unfurl_id",
        ),
    ],
)
def test_what_an_unfurl_must_say(web: WebClient, arguments: dict[str, object], error: str) -> None:
    refused(error, web.api_call, api_method="chat.unfurl", json=arguments)


VIDEO = {
    "type": "video",
    "alt_text": "How to read a label",
    "title": {"type": "plain_text", "text": "Reading a label"},
    "thumbnail_url": "https://other.example/t.png",
    "video_url": "https://cases.example/v",
}


def test_a_video_needs_a_scope_of_its_own(
    sandbox: Sandbox, analyst: Persona, bot: StubBot, web: WebClient
) -> None:
    ts = analyst.says(f"see {LINK}", channel="C0OPS").ts
    needed = [
        refused("missing_scope", web.chat_postMessage, channel="C0OPS", text="x", blocks=[VIDEO]),
        refused("missing_scope", web.views_publish, user_id=analyst.id, view=home(VIDEO)),
        refused(
            "missing_scope", web.chat_unfurl, channel="C0OPS", ts=ts, unfurls={LINK: {"blocks": [VIDEO]}}
        ),
    ]
    assert {answer["needed"] for answer in needed} == {"links.embed:write"}
    sandbox.post("/sandbox/app", {"scopes": [*SCOPES, "links.embed:write"]})
    web.chat_postMessage(channel="C0OPS", text="x", blocks=[VIDEO])
    web.views_publish(user_id=analyst.id, view=home(VIDEO))
    web.chat_unfurl(channel="C0OPS", ts=ts, unfurls={LINK: {"blocks": [VIDEO]}})


def test_a_video_is_at_one_of_the_apps_unfurl_domains(
    sandbox: Sandbox, analyst: Persona, web: WebClient
) -> None:
    sandbox.post("/sandbox/app", {"scopes": [*SCOPES, "links.embed:write"]})
    far = {**VIDEO, "video_url": "https://other.example/v"}
    ts = analyst.says(f"see {LINK}", channel="C0OPS").ts
    inside = {"type": "container", "title": {"type": "plain_text", "text": "x"}, "child_blocks": [far]}
    for block in (far, inside):
        refused("invalid_blocks", web.chat_postMessage, channel="C0OPS", text="x", blocks=[block])
    attached = [{"blocks": [far]}]
    refused("invalid_attachments", web.chat_postMessage, channel="C0OPS", text="x", attachments=attached)
    refused("invalid_arguments", web.views_publish, user_id=analyst.id, view=home(far))
    refused(
        "cannot_parse_attachment", web.chat_unfurl, channel="C0OPS", ts=ts, unfurls={LINK: {"blocks": [far]}}
    )


def test_a_file_goes_up_by_its_own_address_and_into_a_channel(
    sandbox: Sandbox, analyst: Persona, web: WebClient
) -> None:
    content = "Zoll ✓".encode()
    answer = web.files_upload_v2(
        channel="C0OPS", filename="report.txt", content=content, title="Report", initial_comment="The digest"
    )
    message = analyst.sees("The digest", channel="C0OPS")
    assert message.raw["files"][0]["title"] == "Report"
    assert message.raw["subtype"] == "file_share"
    about = web.files_info(file=answer["file"]["id"])["file"]
    assert about["shares"]["public"]["C0OPS"][0]["ts"] == message.ts
    assert httpx.get(about["url_private"], headers=BEARER).content == content
    sandbox.check()


def test_a_download_without_the_token_leads_to_a_login_page(sandbox: Sandbox, analyst: Persona) -> None:
    analyst.uploads("label.png", b"\x89PNG", channel="C0OPS", text="the label")
    url = analyst.sees("the label").raw["files"][0]["url_private"]
    for headers in ({}, {"Authorization": "Bearer xoxb-wrong"}, {"Authorization": "Bearer xapp-sandbox"}):
        assert httpx.get(url, headers=headers).status_code == 302
        refusal = sandbox.refusals()[-1]
        assert refusal["error"] == "not_authed"
        assert "needs the bot's token" in refusal["sentence"]
    assert httpx.get(url, headers=BEARER).content == b"\x89PNG"
    sandbox.post("/sandbox/app", {"scopes": [scope for scope in SCOPES if scope != "files:read"]})
    assert httpx.get(url, headers=BEARER).status_code == 302


def test_the_length_is_counted_in_bytes(sandbox: Sandbox, web: WebClient) -> None:
    begun = web.files_getUploadURLExternal(filename="a.txt", length=len("Zoll ✓"))
    answer = httpx.post(begun["upload_url"], content="Zoll ✓".encode())
    assert answer.status_code == 400
    assert "bytes, not characters" in sandbox.refusals()[-1]["sentence"]
    refused("file_not_found", web.files_completeUploadExternal, files=[{"id": begun["file_id"]}])


def test_an_upload_of_nothing_and_a_snippet_of_too_much_are_not_begun(web: WebClient) -> None:
    begin = web.files_getUploadURLExternal
    for length in (0, -1):
        refused("missing_argument", begin, filename="a.txt", length=length)
    begin(filename="a.txt", length=1_000_001)
    begin(filename="a.txt", length=1_000_000, snippet_type="text")
    refused("snippet_too_large", begin, filename="a.txt", length=1_000_001, snippet_type="text")
    begin(filename="a.png", length=1, alt_txt="x" * 1000)
    refused("alt_txt_too_large", begin, filename="a.png", length=1, alt_txt="x" * 1001)


def test_a_file_comes_in_a_form_as_well(web: WebClient) -> None:
    content = bytes(range(256)) + b"\r\n--\n"
    begun = web.files_getUploadURLExternal(filename="a.bin", length=len(content))
    assert httpx.post(begun["upload_url"], files={"filename": ("a.bin", content)}).status_code == 200
    web.files_completeUploadExternal(files=[{"id": begun["file_id"], "title": "A"}])
    url = web.files_info(file=begun["file_id"])["file"]["url_private"]
    assert httpx.get(url, headers=BEARER).content == content


def test_files_go_only_where_the_bot_is(web: WebClient) -> None:
    begun = web.files_getUploadURLExternal(filename="a.txt", length=1)
    assert httpx.post(begun["upload_url"], content=b"x").text == "OK - 1"
    files = [{"id": begun["file_id"], "title": "A"}]
    refused("channel_not_found", web.files_completeUploadExternal, files=files, channel_id="C0NOWHERE")
    refused("not_in_channel", web.files_completeUploadExternal, files=files, channel_id="C0GENERAL")
    assert web.files_completeUploadExternal(files=files)["files"] == files


def test_a_file_goes_into_a_hundred_channels_and_no_more(web: WebClient) -> None:
    begun = web.files_getUploadURLExternal(filename="a.txt", length=1)
    httpx.post(begun["upload_url"], content=b"x")
    files = [{"id": begun["file_id"]}]
    complete = web.files_completeUploadExternal
    refused("channels_limit_exceeded", complete, files=files, channels=["C0OPS"] * 101)
    complete(files=files, channels=["C0OPS", "C0DHL"])


@pytest.mark.parametrize("multiple", [1, 3])
def test_a_file_of_a_form_can_be_downloaded(
    analyst: Persona, bot: StubBot, web: WebClient, multiple: int
) -> None:
    analyst.types("/flag", channel="C0OPS")
    trigger = bot.gets("command").payload["trigger_id"]
    web.views_open(trigger_id=trigger, view=modal(field("Files", menu("file_input", max_files=multiple))))
    uploads = [analyst.uploads(f"{number}.txt", b"evidence") for number in range(multiple)]
    analyst.fills("Files", uploads)
    analyst.submits()
    values = bot.gets("view_submission").payload["view"]["state"]["values"]
    files = values["files"]["choice"]["files"]
    assert [file["id"] for file in files] == uploads
    assert httpx.get(files[0]["url_private_download"], headers=BEARER).content == b"evidence"


def test_a_shared_file_is_told(analyst: Persona, bot: StubBot) -> None:
    file_id = analyst.uploads("label.png", b"\x89PNG", channel="C0OPS")
    assert bot.gets("file_shared").payload["event"]["file_id"] == file_id
    assert bot.gets("message").payload["event"]["subtype"] == "file_share"
