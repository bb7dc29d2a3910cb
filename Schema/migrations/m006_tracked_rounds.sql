-- Rounds told to a tracking server, and their adapters in the forms of other programs.

alter table rounds add column exports jsonb;  -- [{"form": ..., "path": ..., "sha256": ...}]

create table trackings (
    told_at timestamptz not null default now(),  -- when it was tried last
    number integer not null,
    name text not null,
    version text not null default '',  -- of the round that the server knows; empty: of none
    page text,  -- where people see the run; null until there is one
    problem text not null default '',  -- what the server was not told, and why
    primary key (name, number),
    foreign key (name, number) references rounds on delete cascade
);
comment on table trackings is 'What tracking servers were told of rounds.';
