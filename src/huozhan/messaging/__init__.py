"""旺旺: notices for organisations, and mail to people. This is the front desk."""

from huozhan.messaging.adapters import HttpMail
from huozhan.messaging.mail import (
    MAIL_JOB,
    SEALED_COLUMNS,
    MailToSend,
    forget_old_mail,
    mail_sent,
    mail_to_send,
    send_mail,
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
from huozhan.messaging.ports import Mail, Message
from huozhan.messaging.reacting import (
    mail_password_changed,
    mail_proofs,
    tell_of_application,
    tell_of_review,
)

__all__ = [
    "MAIL_JOB",
    "SEALED_COLUMNS",
    "HttpMail",
    "Mail",
    "MailToSend",
    "Message",
    "NoticeList",
    "NoticeToTell",
    "NoticeView",
    "Notices",
    "ReadNotices",
    "Unread",
    "forget_old_mail",
    "mail_password_changed",
    "mail_proofs",
    "mail_sent",
    "mail_to_send",
    "notices",
    "read_notices",
    "send_mail",
    "tell",
    "tell_all",
    "tell_of_application",
    "tell_of_review",
    "unread_notices",
]
