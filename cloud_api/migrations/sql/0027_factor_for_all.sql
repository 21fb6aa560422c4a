-- Whether everybody of the team signs in with a second factor, not those alone whose role asks for one (R07).
alter table lodge.organisation add column factor_for_all boolean not null default false;

select ops.classify('lodge.organisation', 'internal', 'factor_for_all');

-- Letters that tell of another second factor, as of another password.
alter table lodge.letter drop constraint letter_kind_check;
alter table lodge.letter add constraint letter_kind_check check (kind in
    ('invitation', 'password_link', 'password_changed', 'factors_changed', 'address_link', 'address_changed',
     'delivery_here', 'delivery_waits'));
