-- Rate limits by GCRA (ADR 80): for each key the theoretical arrival time of its next attempt. Keys are keyed hashes: no
-- address is readable here. Unlogged: after a crash of the database everybody starts afresh.
-- ops.rate_limit stays for the version before, which counts there while both run; a later revision drops it.
create unlogged table ops.rate_allowance (
    key bytea primary key check (length(key) = 16),
    arrives_at timestamptz not null,
    allowed boolean not null
);
create index rate_allowance_by_arrival on ops.rate_allowance (arrives_at);
grant select, insert, update, delete on ops.rate_allowance to lodge_app, lodge_worker;
