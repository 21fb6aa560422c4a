-- Whether everybody of the team signs in with a second factor, not those alone whose role asks for one (R07).
alter table lodge.organisation add column factor_for_all boolean not null default false;

select ops.classify('lodge.organisation', 'internal', 'factor_for_all');
