-- The security timeline is one walk along one index (ADR 21): where each of its kinds was asked by itself, the query passed
-- the tenant's door once a kind. The column is made from the kind by the database, so a server of the version before fills
-- it too; a test compares with cloud_api.services.audit_kinds. A revision that lets a kind in that may be in the log writes
-- those rows anew.
create function ops.is_security_kind(kind text) returns boolean language sql immutable strict parallel safe
    return kind = any (array[
        'access.refused', 'apikey.made', 'apikey.revoked', 'command.given', 'epoch.begun', 'epoch.confirmed',
        'epoch.forked', 'generation.opened', 'kek.rotated', 'kek.wrapped_anew', 'key.rotated', 'key.withdrawn',
        'kiosk.revoked', 'links.revoked', 'log.alarmed', 'log.contradicted', 'organisation.closing',
        'organisation.domains_set', 'organisation.factors_set', 'organisation.resumed', 'organisation.sessions_set',
        'organisation.suspended', 'root.moved', 'root.opened', 'root.replaced', 'root.sealed',
        'staff.address_changed', 'staff.besieged', 'staff.created', 'staff.ended_everywhere', 'staff.factor_added',
        'staff.factor_removed', 'staff.factors_reset', 'staff.invited', 'staff.invited_again', 'staff.joined',
        'staff.ownership_handed_on', 'staff.passkey_suspect', 'staff.password_reset', 'staff.password_set',
        'staff.program_connected', 'staff.proof_failed', 'staff.recovery_code_used', 'staff.recovery_codes_made',
        'staff.refused', 'staff.removed', 'staff.reset_asked', 'staff.roles_changed', 'staff.second_step_failed',
        'staff.session_ended', 'staff.sessions_ended', 'staff.signed_in', 'staff.signed_out', 'staff.signin_failed',
        'staff.token_reused', 'webhook.secret_replaced'
    ]);

alter table lodge.audit_search add column security boolean generated always as (ops.is_security_kind(kind)) stored;
select ops.classify('lodge.audit_search', 'internal', 'security');
create index audit_search_of_security on lodge.audit_search (tenant_id, position) where security;
