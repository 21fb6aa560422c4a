-- What kiosks are commanded to do (ADR 57). Commands are signed when the page is made, so that they outlive their key.
-- What kiosks said of them is in their own logs.

create table lodge.command (
    tenant_id uuid not null references lodge.organisation,
    id uuid not null,
    name text,
    site_id uuid not null,
    kiosk_id uuid,
    order_name text not null check (length(order_name) between 1 and 40),
    arguments json not null,
    issued_at timestamptz not null,
    expires_at timestamptz not null check (expires_at > issued_at),
    primary key (tenant_id, id),
    unique (tenant_id, name),
    foreign key (tenant_id, site_id) references lodge.site (tenant_id, id),
    foreign key (tenant_id, kiosk_id) references lodge.kiosk (tenant_id, id)
);

-- Since when what a kiosk recorded may be lost by a wipe that it was commanded to; null once a person has compared the list.
alter table lodge.kiosk add column wipe_since timestamptz;

select ops.classify('lodge.command', 'internal',
    'tenant_id id name site_id kiosk_id order_name arguments issued_at expires_at');
select ops.classify('lodge.kiosk', 'internal', 'wipe_since');
select ops.protect('lodge.command'::regclass);
grant select, insert on lodge.command to lodge_app, lodge_worker;
