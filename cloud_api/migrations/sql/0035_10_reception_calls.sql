-- Who waits at a kiosk for somebody (ADR 97): one row each stay and occasion, whose id is made from both. What is told of the
-- person and why is sealed under the key of the stay, and the row goes when the visit is erased. escalate_at: when others are
-- told that nobody came, null once that was done or is not needed any more.
create table lodge.reception_call (
    tenant_id uuid not null references lodge.organisation,
    id uuid not null,
    site_id uuid not null,
    kiosk_id uuid not null,
    data_key_id uuid not null,
    told bytea not null,
    asked_at timestamptz,
    heard_at timestamptz not null,
    escalate_at timestamptz,
    taken_at timestamptz,
    taken_by uuid,
    ended_at timestamptz,
    ended_as text check (ended_as in ('done', 'let_in', 'left')),
    check ((ended_at is null) = (ended_as is null)),
    primary key (tenant_id, id),
    foreign key (tenant_id, site_id) references lodge.site (tenant_id, id),
    foreign key (tenant_id, kiosk_id) references lodge.kiosk (tenant_id, id),
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id),
    foreign key (tenant_id, taken_by) references lodge.staff_user (tenant_id, id) on delete set null (taken_by)
);
create index reception_call_open on lodge.reception_call (tenant_id, heard_at) where ended_at is null;
create index reception_call_by_escalation on lodge.reception_call (tenant_id, escalate_at) where escalate_at is not null;
create index reception_call_by_stay on lodge.reception_call (tenant_id, data_key_id);
create index reception_call_by_time on lodge.reception_call (tenant_id, heard_at);

select ops.classify('lodge.reception_call', 'internal',
    'tenant_id id site_id kiosk_id data_key_id asked_at heard_at escalate_at taken_at taken_by ended_at ended_as');
select ops.classify('lodge.reception_call', 'restricted', 'told');
select ops.protect('lodge.reception_call'::regclass);
select ops.make_writable('lodge.reception_call'::regclass);

-- Letters about them go the way of those to staff: at most once.
alter table lodge.letter drop constraint letter_kind_check;
alter table lodge.letter add constraint letter_kind_check check (kind in
    ('invitation', 'password_link', 'password_changed', 'factors_changed', 'address_link', 'address_changed',
     'delivery_here', 'delivery_waits', 'reception_call', 'reception_call_again'));

create policy lookup on lodge.reception_call for select to lodge_lookup using (true);
grant select (tenant_id, escalate_at) on lodge.reception_call to lodge_lookup;
grant create on schema lodge to lodge_lookup;
