-- A visitor at a kiosk wants a code mailed to their address, to begin the visit that they are invited to (F04). There is a
-- row whether or not anybody of that address is invited: what is done for either takes the same time. The code itself is
-- made from the row by a key of the organisation, and stands nowhere.
create table lodge.mailed_code (
    tenant_id uuid not null references lodge.organisation,
    id uuid not null,
    site_id uuid not null,
    kiosk_id uuid not null,
    asked_at timestamptz not null,
    ends_at timestamptz not null,
    tries integer not null default 0,
    used_at timestamptz,
    data_key_id uuid not null,
    email bytea not null,
    email_mac bytea not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, kiosk_id) references lodge.kiosk (tenant_id, id),
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);
create index mailed_code_asked on lodge.mailed_code (tenant_id, kiosk_id, email_mac, asked_at);
create index mailed_code_over on lodge.mailed_code (tenant_id, ends_at);

select ops.classify('lodge.mailed_code', 'internal',
    'tenant_id id site_id kiosk_id asked_at ends_at tries used_at data_key_id');
select ops.classify('lodge.mailed_code', 'restricted', 'email email_mac');
select ops.protect('lodge.mailed_code'::regclass);
select ops.make_writable('lodge.mailed_code'::regclass);

-- One kind of letter more, whatever other kinds there are by now.
do $$
declare
    known text := (select pg_get_constraintdef(oid) from pg_constraint
        where conrelid = 'lodge.letter'::regclass and conname = 'letter_kind_check');
begin
    alter table lodge.letter drop constraint letter_kind_check;
    execute format('alter table lodge.letter add constraint letter_kind_check check (kind = %L or (%s))',
        'visitor_code', regexp_replace(known, '^CHECK ', ''));
end $$;
