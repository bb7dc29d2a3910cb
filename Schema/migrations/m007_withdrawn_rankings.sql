-- A ranking that was taken back because what it is of changed: this attempt and older ones were of
-- what it was, whatever has failed since.

alter table recipes
    add column withdrawn_epoch integer not null default 0,
    add column withdrawn_number integer not null default 0;
