"""Messages and the demo's mailbox."""

from tests.outside.conftest import Outside


def test_a_message_is_taken_once_and_can_be_read(outside: Outside) -> None:
    taken = outside.message("M-1").json
    assert outside.message("M-1").json == taken
    assert outside.message("M-1", text="另一段").json["code"] == "other_body"
    sms = outside.message("M-2", channel="sms", subject="", text="包裹已签收").json
    listed = outside.ask("GET", "/mail/messages?to=li.ming%40example.com").json["messages"]
    assert listed == [sms, taken]
    assert outside.ask("GET", "/mail/messages?to=nobody").json["messages"] == []
    assert outside.ask("GET", "/mail/messages").json["code"] == "invalid"
    assert [row["reference"] for row in outside.truth("mail")] == ["M-1", "M-2"]


def test_the_mailbox_page_shows_messages_in_both_languages(outside: Outside) -> None:
    assert "还没有消息" in outside.plain("GET", "/mail/mailbox?lang=zh").body.decode()
    outside.message("M-1", subject="<script>x</script>")
    receivers = outside.plain("GET", "/mail/mailbox?lang=en").body.decode()
    assert "1 message" in receivers
    assert "?to=li.ming%40example.com&amp;lang=en" in receivers
    page = outside.plain("GET", "/mail/mailbox?to=li.ming%40example.com&lang=zh").body.decode()
    assert "您的验证码是 482913" in page
    assert "<script>" not in page
    assert "全部收件人" in page
