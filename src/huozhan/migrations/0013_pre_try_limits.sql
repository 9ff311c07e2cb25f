-- How often something may be tried before it costs a wait: rules, no longer constants.
-- Expects: 0001. Locks: nothing that is read long. Back: delete the rules.

INSERT INTO rule_version (code, version, value, unit, reason) VALUES
    ('tries.sign_in.free', 1, 5, 'count', 'A4 API2'),
    ('tries.sign_in.wait', 1, 15, 'seconds', 'A4 API2'),
    ('tries.sign_in.wait_max', 1, 30, 'minutes', 'A4 API2'),
    ('tries.sign_in.forgotten', 1, 6, 'hours', 'A4 API2'),
    ('tries.address.free', 1, 40, 'count', 'A4 API2'),
    ('tries.address.wait', 1, 15, 'seconds', 'A4 API2'),
    ('tries.address.wait_max', 1, 30, 'minutes', 'A4 API2'),
    ('tries.address.forgotten', 1, 1, 'hours', 'A4 API2'),
    ('tries.code.free', 1, 5, 'count', 'A4 API2'),
    ('tries.code.wait', 1, 300, 'seconds', 'A4 API2'),
    ('tries.code.wait_max', 1, 120, 'minutes', 'A4 API2'),
    ('tries.code.forgotten', 1, 6, 'hours', 'A4 API2'),
    ('tries.mail.free', 1, 4, 'count', 'A4 API2'),
    ('tries.mail.wait', 1, 60, 'seconds', 'A4 API2'),
    ('tries.mail.wait_max', 1, 120, 'minutes', 'A4 API2'),
    ('tries.mail.forgotten', 1, 3, 'hours', 'A4 API2'),
    ('tries.mail_address.free', 1, 40, 'count', 'A4 API2'),
    ('tries.mail_address.wait', 1, 60, 'seconds', 'A4 API2'),
    ('tries.mail_address.wait_max', 1, 60, 'minutes', 'A4 API2'),
    ('tries.mail_address.forgotten', 1, 1, 'hours', 'A4 API2'),
    ('tries.reveal.free', 1, 60, 'count', 'A4 API2'),
    ('tries.reveal.wait', 1, 60, 'seconds', 'A4 API2'),
    ('tries.reveal.wait_max', 1, 60, 'minutes', 'A4 API2'),
    ('tries.reveal.forgotten', 1, 1, 'hours', 'A4 API2');
