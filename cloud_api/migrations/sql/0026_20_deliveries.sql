-- Deliveries (F15, ADR 78): parcels and letters that wait for a host. What was written of one is sealed under the host's own
-- key. remind_at: when the host is reminded, null once that was done or where it is not wanted.
create table lodge.delivery (
    tenant_id uuid not null references lodge.organisation,
    id uuid not null,
    site_id uuid not null,
    host_id uuid not null,
    data_key_id uuid not null,
    items integer not null check (items between 1 and 1000),
    carrier bytea not null,
    note bytea not null,
    place bytea not null,
    recorded_at timestamptz not null,
    remind_at timestamptz,
    collected_at timestamptz,
    collected_by bytea,
    check ((collected_at is null) = (collected_by is null)),
    primary key (tenant_id, id),
    foreign key (tenant_id, site_id) references lodge.site (tenant_id, id),
    foreign key (tenant_id, host_id) references lodge.host (tenant_id, id),
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);
create index delivery_by_time on lodge.delivery (tenant_id, recorded_at, id);
create index delivery_by_reminder on lodge.delivery (tenant_id, remind_at) where remind_at is not null;

select ops.classify('lodge.delivery', 'internal',
    'tenant_id id site_id host_id data_key_id items recorded_at remind_at collected_at');
select ops.classify('lodge.delivery', 'restricted', 'carrier note place collected_by');
select ops.protect('lodge.delivery'::regclass);
select ops.make_writable('lodge.delivery'::regclass);

-- Letters to hosts about them go the way of those to staff: at most once.
alter table lodge.letter drop constraint letter_kind_check;
alter table lodge.letter add constraint letter_kind_check check (kind in
    ('invitation', 'password_link', 'password_changed', 'address_link', 'address_changed',
     'delivery_here', 'delivery_waits'));

create policy lookup on lodge.delivery for select to lodge_lookup using (true);
grant select (tenant_id, remind_at) on lodge.delivery to lodge_lookup;
grant create on schema lodge to lodge_lookup;
