-- The logo in one colour, for kiosks and badges (ADR 91). A table of its own: a server of the version before puts another
-- logo in the place of the one that this was cut from, and knows nothing of it. logo_id says which logo it is of, and
-- what it is sealed to; where that logo is gone, this is not shown.
create table lodge.logo_stencil (
    tenant_id uuid not null references lodge.organisation,
    logo_id uuid not null,
    data_key_id uuid not null,
    picture bytea not null,
    primary key (tenant_id),
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);

select ops.classify('lodge.logo_stencil', 'internal', 'tenant_id logo_id data_key_id');
select ops.classify('lodge.logo_stencil', 'restricted', 'picture');
select ops.protect('lodge.logo_stencil'::regclass);
select ops.make_writable('lodge.logo_stencil'::regclass);
