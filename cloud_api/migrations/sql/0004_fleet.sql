-- Which version a kiosk runs is in the body of its latest start, one event among its whole log. Partial: few rows, and
-- foreign keys that refer to the table cannot be planned by it (see 0001_30_events.sql).
create index event_header_started on lodge.event_header (tenant_id, kiosk_id, received_at, seq)
    where kind = 'kiosk.started';
