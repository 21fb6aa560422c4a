-- session_id: the session that a secret which waits for its first code was shown to; no other may confirm it (ADR 62).
alter table lodge.staff_totp add column session_id uuid;

-- When what a passkey is to sign was made: it is good for some minutes.
alter table lodge.staff_session add column challenge_at timestamptz;

select ops.classify('lodge.staff_totp', 'internal', 'session_id');
select ops.classify('lodge.staff_session', 'internal', 'challenge_at');
