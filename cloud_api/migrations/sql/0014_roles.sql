-- What staff may do (ADR 61): roles, each for all locations (no site) or for one. A person may bear several.

create table lodge.staff_role (
    tenant_id uuid not null,
    user_id uuid not null,
    role text not null check (role in
        ('owner', 'admin', 'location_admin', 'receptionist', 'host', 'security', 'read_only')),
    site_id uuid check (site_id is null or role not in ('owner', 'admin')),
    unique nulls not distinct (tenant_id, user_id, role, site_id),
    foreign key (tenant_id, user_id) references lodge.staff_user (tenant_id, id) on delete cascade,
    foreign key (tenant_id, site_id) references lodge.site (tenant_id, id)
);

-- Which hosts of the directory a person is: found by the e-mail address whenever a bearer of the role signs in, for
-- the directory is sealed and reading all of it at each request would be too much.
create table lodge.staff_host (
    tenant_id uuid not null,
    user_id uuid not null,
    host_id uuid not null,
    primary key (tenant_id, user_id, host_id),
    foreign key (tenant_id, user_id) references lodge.staff_user (tenant_id, id) on delete cascade,
    foreign key (tenant_id, host_id) references lodge.host (tenant_id, id)
);

select ops.classify('lodge.staff_role', 'internal', 'tenant_id user_id role site_id');
select ops.classify('lodge.staff_host', 'internal', 'tenant_id user_id host_id');

-- Until now every account could do everything: all keep that, and the oldest of each organisation becomes its owner.
-- The owner of the tables is behind the tenant door like everybody; for this statement it is not.
alter table lodge.staff_user no force row level security;
insert into lodge.staff_role (tenant_id, user_id, role)
    select tenant_id, id, case when row_number() over (partition by tenant_id order by created_at, id) = 1
        then 'owner' else 'admin' end
    from lodge.staff_user;
alter table lodge.staff_user force row level security;

do $$
declare
    name text;
begin
    foreach name in array array['staff_role', 'staff_host'] loop
        perform ops.protect(('lodge.' || name)::regclass);
        perform ops.make_writable(('lodge.' || name)::regclass);
    end loop;
end $$;
