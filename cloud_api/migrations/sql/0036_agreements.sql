-- What an invited person agreed to before (ADR 98), so that kiosks need not ask again: the newest of each document. A row is
-- of the visit at which it was agreed and goes with it; name_mac tells whether the invitation is still that person's.
create table lodge.invitation_agreement (
    tenant_id uuid not null references lodge.organisation,
    invitation_id uuid not null,
    document text not null check (length(document) between 1 and 64),
    stay_id uuid not null,
    sha256 bytea not null check (length(sha256) = 32),
    agreed_at timestamptz not null,
    signed boolean not null,
    right_answers integer not null check (right_answers >= 0),
    name_mac bytea not null,
    primary key (tenant_id, invitation_id, document),
    foreign key (tenant_id, stay_id) references lodge.data_key (tenant_id, id)
);
create index invitation_agreement_stay on lodge.invitation_agreement (tenant_id, stay_id);

select ops.classify('lodge.invitation_agreement', 'internal',
    'tenant_id invitation_id document stay_id sha256 agreed_at signed right_answers');
select ops.classify('lodge.invitation_agreement', 'restricted', 'name_mac');
select ops.protect('lodge.invitation_agreement'::regclass);
select ops.make_writable('lodge.invitation_agreement'::regclass);
