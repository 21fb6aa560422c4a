-- Pages of the feed as a signed head with its content beside it, and what the organisation's file puts on them.

-- Pages of before are made anew: nobody signs in their form any more, and versions go on by the clock.
drop table lodge.feed_page;

create table lodge.feed_content (
    tenant_id uuid not null,
    site_id uuid not null,
    kind text not null,
    hash bytea not null,
    data_key_id uuid not null,
    content bytea not null,
    primary key (tenant_id, site_id, kind, hash),
    foreign key (tenant_id, site_id) references lodge.site (tenant_id, id),
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);

create table lodge.feed_page (
    tenant_id uuid not null,
    site_id uuid not null,
    kind text not null,
    version bigint not null check (version > 0),
    hash bytea not null,
    content_hash bytea not null,
    head text not null,
    expires_at timestamptz not null,
    created_at timestamptz not null,
    primary key (tenant_id, site_id, kind, version),
    foreign key (tenant_id, site_id, kind, content_hash) references lodge.feed_content (tenant_id, site_id, kind, hash)
);
create index feed_page_content on lodge.feed_page (tenant_id, site_id, kind, content_hash);

-- Badge templates, staff PINs, invitations, attestations, the watchlist and what else is asked of a document: an entry
-- as the organisation wrote it (a PIN as its hash). Pages are made from it, and carry less.
create table lodge.published_entry (
    tenant_id uuid not null references lodge.organisation,
    page text not null check (page in ('badge_templates', 'staff_pins', 'documents', 'invitations', 'attestations',
        'watchlist')),
    id uuid not null,
    site_id uuid,
    position integer not null,
    data_key_id uuid not null,
    entry bytea not null,
    primary key (tenant_id, page, id),
    foreign key (tenant_id, site_id) references lodge.site (tenant_id, id),
    foreign key (tenant_id, data_key_id) references lodge.data_key (tenant_id, id)
);

alter table lodge.zone add column capacity integer not null default 0 check (capacity >= 0);

select ops.classify('lodge.feed_content', 'internal', 'tenant_id site_id kind hash data_key_id');
select ops.classify('lodge.feed_content', 'restricted', 'content');
select ops.classify('lodge.feed_page', 'internal',
    'tenant_id site_id kind version hash content_hash head expires_at created_at');
select ops.classify('lodge.published_entry', 'internal', 'tenant_id page id site_id position data_key_id');
select ops.classify('lodge.published_entry', 'restricted', 'entry');
select ops.classify('lodge.zone', 'internal', 'capacity');

do $$
declare
    name text;
begin
    foreach name in array array['feed_content', 'feed_page', 'published_entry'] loop
        perform ops.protect(('lodge.' || name)::regclass);
        perform ops.make_writable(('lodge.' || name)::regclass);
    end loop;
end $$;
