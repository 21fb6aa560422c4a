revoke create on schema lodge from lodge_lookup;

-- A call for reception, and who went, are entries about visits. No entry of these kinds can be there yet, for the kiosks that
-- call are newer than this server; so no row is written anew.
create or replace function ops.topic_of(kind text) returns text language sql immutable strict parallel safe
    return case
        when kind = any (array[
            'badge.failed', 'badge.printed', 'badge.requested', 'badge.sent', 'call.done', 'call.taken',
            'consent.recorded', 'departure.assumed', 'departure.revoked', 'invitation.added',
            'invitation.called_off', 'reception.called', 'rollcall.opened', 'visit.erased', 'visitor.arrived',
            'visitor.departed', 'visitor.held'
        ]) then 'visits'
        when kind = any (array[
            'branch.kept', 'command.answered', 'command.given', 'epoch.begun', 'epoch.confirmed',
            'epoch.forked', 'epoch.started', 'kiosk.code_issued', 'kiosk.created', 'kiosk.enrolled',
            'kiosk.reviewed', 'kiosk.revoked', 'kiosk.started', 'staff.refused'
        ]) then 'kiosks'
        when kind = any (array[
            'access.refused', 'links.revoked', 'staff.address_asked', 'staff.address_changed',
            'staff.address_proved', 'staff.besieged', 'staff.ended_everywhere', 'staff.factor_added',
            'staff.factor_removed', 'staff.factors_reset', 'staff.passkey_suspect', 'staff.password_reset',
            'staff.password_set', 'staff.program_connected', 'staff.program_ended', 'staff.proof_failed',
            'staff.proved', 'staff.recovery_code_used', 'staff.recovery_codes_made', 'staff.reset_asked',
            'staff.second_step_failed', 'staff.session_ended', 'staff.sessions_ended', 'staff.signed_in',
            'staff.signed_out', 'staff.signin_failed', 'staff.token_reused'
        ]) then 'sign-in'
        when kind = any (array[
            'organisation.domains_set', 'staff.created', 'staff.invitation_withdrawn', 'staff.invited',
            'staff.invited_again', 'staff.joined', 'staff.ownership_handed_on', 'staff.removed',
            'staff.roles_changed'
        ]) then 'team'
        when kind = any (array[
            'configuration.applied', 'delivery.collected', 'delivery.erased', 'delivery.recorded',
            'document.added', 'document.changed', 'document.removed', 'host.added', 'host.changed',
            'host.muted', 'host.unmuted', 'location.added', 'location.changed', 'logo.removed', 'logo.replaced',
            'organisation.closing', 'organisation.created', 'organisation.factors_set', 'organisation.resumed',
            'organisation.sessions_set', 'organisation.suspended', 'quotas.changed', 'type.added',
            'type.changed', 'type.removed', 'watchlist.added', 'watchlist.changed', 'watchlist.removed',
            'webhook.changed', 'webhook.created', 'webhook.message_sent_again', 'webhook.removed',
            'webhook.resumed', 'webhook.stopped'
        ]) then 'settings'
        when kind = any (array[
            'apikey.made', 'apikey.revoked', 'kek.rotated', 'kek.wrapped_anew', 'key.rotated', 'key.withdrawn',
            'keys.published', 'root.moved', 'root.opened', 'root.replaced', 'root.sealed',
            'webhook.secret_replaced'
        ]) then 'keys'
        when kind = any (array[
            'audit.exported', 'generation.opened', 'log.alarmed', 'log.contradicted'
        ]) then 'log'
    end;
