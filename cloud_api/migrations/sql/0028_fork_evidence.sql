-- What a refused batch tells of people is not kept (ADR 81): its manifest alone is evidence. The columns stay for the
-- version before, which still fills them; a later revision empties them once more and drops them.
alter table lodge.event_fork alter column sealed drop not null;
alter table lodge.event_fork alter column data_key_id drop not null;
alter table lodge.event_fork no force row level security;
update lodge.event_fork set sealed = null;
alter table lodge.event_fork force row level security;
