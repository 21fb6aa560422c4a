-- An auditor asks for an event by its id (`audit prove`), among ten million.
create index event_header_by_event on lodge.event_header (tenant_id, event_id);
