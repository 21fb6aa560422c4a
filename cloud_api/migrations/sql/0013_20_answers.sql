-- A kiosk's answers are few among its whole log. Partial, as event_header_started (0004_fleet.sql).
create index event_header_answered on lodge.event_header (tenant_id, received_at)
    where kind = 'command.answered';
