-- Epochs that kiosks begin by themselves, and histories beside the log (docs/protocol.md section 15).

-- What a key's standing follows from; the standing itself is derived, so that no two statements can disagree.
alter table lodge.kiosk_epoch
    add column previous text,
    add column began_seq bigint check (began_seq >= 0),
    add column began_head bytea,
    add column reason text,
    add column start bytea,
    add column confirmed_at timestamptz,
    add column frozen_at timestamptz,
    add column revoked_at timestamptz,
    add column forked_seq bigint not null default 0 check (forked_seq >= 0),
    add column clear_seq bigint check (clear_seq >= 0),
    add column clear_head bytea,
    add check ((previous is null) = (began_seq is null) and (previous is null) = (began_head is null)
        and (previous is null) = (reason is null) and (previous is null) = (start is null)),
    add check ((clear_seq is null) = (clear_head is null)),
    add foreign key (tenant_id, kiosk_id, previous) references lodge.kiosk_epoch (tenant_id, kiosk_id, epoch);

-- Before, an epoch was frozen for a fork alone: its evidence says where. The owner is behind the tenant door like
-- everybody; for this statement, within this transaction, it is not.
alter table lodge.kiosk_epoch no force row level security;
alter table lodge.event_fork no force row level security;
update lodge.kiosk_epoch e set
    confirmed_at = case when standing <> 'unconfirmed' then started_at end,
    frozen_at = case when standing = 'frozen' then started_at end,
    revoked_at = case when standing = 'revoked' then started_at end,
    forked_seq = coalesce((select min(f.seq) from lodge.event_fork f
        where f.tenant_id = e.tenant_id and f.kiosk_id = e.kiosk_id and f.epoch = e.epoch), 0);
alter table lodge.kiosk_epoch force row level security;
alter table lodge.event_fork force row level security;

alter table lodge.kiosk_epoch drop column standing;
alter table lodge.kiosk_epoch
    add column standing text not null generated always as (case
        when revoked_at is not null then 'revoked'
        when confirmed_at is null then 'unconfirmed'
        when frozen_at is not null then 'frozen'
        else 'current' end) stored,
    add check (previous is not null or confirmed_at is not null);

-- What a kiosk says of itself when it greets: for the administrator.
alter table lodge.kiosk
    add column software text not null default '',
    add column speaks bigint[] not null default '{}',
    add column waiting bigint not null default 0 check (waiting >= 0),
    add column checkpoint text;

-- Versions of pages follow the clock, in seconds: a database restored from a copy must not count up to what kiosks hold.
alter table lodge.feed_page alter column version type bigint;

select ops.classify('lodge.kiosk_epoch', 'internal', 'previous began_seq began_head reason start confirmed_at'
    ' frozen_at revoked_at forked_seq clear_seq clear_head standing');
select ops.classify('lodge.kiosk', 'internal', 'software speaks waiting checkpoint');

grant create on schema lodge to lodge_ledger;
