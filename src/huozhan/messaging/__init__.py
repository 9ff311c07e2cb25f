"""旺旺: conversations of buyers and suppliers, notices for organisations, mail to people. This is the front desk.

Asks, views and facts of conversations are reached as `messaging.asks.WriteMessage`, `messaging.views.ConversationPage`.
"""

from huozhan.messaging import asks, facts, views
from huozhan.messaging.adapters import HttpMail
from huozhan.messaging.asks import Words
from huozhan.messaging.conversation import Content, Pair, Side, Subject
from huozhan.messaging.greeting import answering, edit_answering
from huozhan.messaging.mail import (
    MAIL_JOB,
    SEALED_COLUMNS,
    MailToSend,
    forget_old_mail,
    mail_sent,
    mail_to_send,
    send_mail,
)
from huozhan.messaging.minding import (
    block_conversation,
    buyer_unread_due,
    forget_author,
    forget_old_messages,
    my_messages,
    seller_unread_due,
    unblock_conversation,
)
from huozhan.messaging.notice import (
    NoticeList,
    Notices,
    NoticeToTell,
    NoticeView,
    ReadNotices,
    Unread,
    notices,
    read_notices,
    tell,
    tell_all,
    unread_notices,
)
from huozhan.messaging.outside import version_that_warns
from huozhan.messaging.ports import Mail, Message
from huozhan.messaging.rates import count_rates, my_response, rates_of_all, response_of, responses_of
from huozhan.messaging.reacting import (
    mail_password_changed,
    mail_proofs,
    tell_of_application,
    tell_of_review,
)
from huozhan.messaging.reading import (
    conversation,
    conversations,
    find_conversation,
    message_picture,
    read_messages,
    unread_conversations,
)
from huozhan.messaging.reporting import (
    judge_report,
    report_conversation,
    report_on_file,
    reported_conversations,
    talk_of,
)
from huozhan.messaging.writing import (
    content_of,
    recall_message,
    say,
    write_message,
    write_to_shop,
)

__all__ = [
    "MAIL_JOB",
    "SEALED_COLUMNS",
    "Content",
    "HttpMail",
    "Mail",
    "MailToSend",
    "Message",
    "NoticeList",
    "NoticeToTell",
    "NoticeView",
    "Notices",
    "Pair",
    "ReadNotices",
    "Side",
    "Subject",
    "Unread",
    "Words",
    "answering",
    "asks",
    "block_conversation",
    "buyer_unread_due",
    "content_of",
    "conversation",
    "conversations",
    "count_rates",
    "edit_answering",
    "facts",
    "find_conversation",
    "forget_author",
    "forget_old_mail",
    "forget_old_messages",
    "judge_report",
    "mail_password_changed",
    "mail_proofs",
    "mail_sent",
    "mail_to_send",
    "message_picture",
    "my_messages",
    "my_response",
    "notices",
    "rates_of_all",
    "read_messages",
    "read_notices",
    "recall_message",
    "report_conversation",
    "report_on_file",
    "reported_conversations",
    "response_of",
    "responses_of",
    "say",
    "seller_unread_due",
    "send_mail",
    "talk_of",
    "tell",
    "tell_all",
    "tell_of_application",
    "tell_of_review",
    "unblock_conversation",
    "unread_conversations",
    "unread_notices",
    "version_that_warns",
    "views",
    "write_message",
    "write_to_shop",
]
