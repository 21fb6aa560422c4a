-- The organisation's logo (R22, ADR 79): a picture of our own making, sealed like everything that an organisation gives.
create table lodge.logo (
    tenant_id uuid not null references lodge.organisation,
    id uuid not null,
    data_key_id uuid not null,
    picture bytea not null,
    size integer not null,
    uploaded_at timestamptz not null,
    primary key (tenant_id),
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);

select ops.classify('lodge.logo', 'internal', 'tenant_id id data_key_id size uploaded_at');
select ops.classify('lodge.logo', 'restricted', 'picture');
select ops.protect('lodge.logo'::regclass);
select ops.make_writable('lodge.logo'::regclass);
