-- Rounds: pairs train an adapter, the adapter is evaluated, and a gate decides what is used next.

alter type task_kind add value 'train';
alter type task_kind add value 'evaluate';

create table products (
    id bigint primary key references tasks,  -- that of the task which made it
    created_at timestamptz not null default now(),
    engine text not null,
    media jsonb not null  -- [{"role": ..., "path": ..., "sha256": ...}]
);
comment on table products is 'What trainings and evaluations made: adapters, reports, curves.';

create type round_state as enum
    ('waiting', 'training', 'evaluating', 'promoted', 'held', 'rolled_back', 'cancelled');

create table rounds (
    created_at timestamptz not null default now(),
    decided_at timestamptz,
    ranking_id bigint,  -- whose pairs were frozen; kept when the ranking is deleted
    number integer not null check (number > 0),
    start integer not null check (start >= 0),  -- the round whose adapter it starts from; 0: none
    needs_help boolean not null default false,  -- whether it waits for a person
    state round_state not null default 'waiting',
    name text not null check (name <> ''),
    reason text not null default '',  -- why it is in this state
    campaign text not null,  -- whose pairs it trains on
    condition text not null default '',  -- what must hold of them first
    document text not null,  -- the round's file with all defaults, as YAML
    dataset jsonb,  -- the frozen pairs: files, hashes, counts
    adapter jsonb,  -- {"path": ..., "sha256": ...}
    training jsonb,  -- what the trainer said
    evaluation jsonb,  -- the comparison of before and after, and what each gate found
    primary key (name, number),
    constraint starts_before_itself check (start < number),
    constraint decided_when_final
        check ((state in ('waiting', 'training', 'evaluating')) = (decided_at is null)),
    constraint trained_on_something
        check (state in ('waiting', 'cancelled') or dataset is not null),
    constraint evaluated_with_an_adapter
        check (state not in ('evaluating', 'promoted', 'rolled_back') or adapter is not null)
);
comment on table rounds is 'Pairs that train an adapter, and what became of it.';
