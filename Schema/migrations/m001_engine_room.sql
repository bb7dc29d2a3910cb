-- The engine room: campaigns, their tasks, and what the tasks made.
--
-- Columns stand in the order of their width, which saves padding. A state that a row may have is
-- an enum, and CHECKs tie it to the columns that must be there with it.

create table migrations (
    number integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now()
);
comment on table migrations is 'Which numbered changes of these tables have been applied.';

-- One row. Each transaction of the active coordinator locks it FOR SHARE and compares the epoch;
-- a new one, which raises the epoch, therefore waits for the last transaction of the old one.
create table leadership (
    acquired_at timestamptz,
    renewed_at timestamptz,
    epoch integer not null default 0,
    backend integer,  -- server process of the leader's connection
    is_only_row boolean primary key default true check (is_only_row),
    name text not null default '',
    address text not null default ''
);
comment on table leadership is 'Who the active coordinator is, and under which epoch it writes.';
insert into leadership default values;

create type campaign_state as enum
    ('running', 'paused', 'halted', 'cancelling', 'cancelled', 'completed');

create table campaigns (
    created_at timestamptz not null default now(),
    finished_at timestamptz,
    weight double precision not null check (weight > 0),
    id integer primary key check (id between 1 and 8388607),
    priority integer not null,
    state campaign_state not null default 'running',
    name text not null unique check (name <> ''),
    reason text not null default '',
    spec jsonb not null,  -- the campaign file with all defaults filled in
    constraint finished_when_final
        check ((state in ('cancelled', 'completed')) = (finished_at is not null))
);
comment on table campaigns is 'Declared experiments; submitting the same name again changes one.';

create type task_kind as enum ('ingest', 'generate', 'score', 'rank');

create table recipes (
    campaign_id integer not null references campaigns,
    slot smallint not null check (slot between 0 and 4095),
    ordinal smallint not null,  -- the candidate's place in its prompt; -1 for the ground truth
    source_slot smallint,  -- whose candidate it scores
    kind task_kind not null,
    is_active boolean not null default true,  -- whether the campaign file still asks for it
    hash text not null,
    name text not null,  -- the model or scorer
    spec jsonb not null,  -- parameters, rewards, ranking rule
    primary key (campaign_id, slot),
    unique (campaign_id, hash),
    foreign key (campaign_id, source_slot) references recipes (campaign_id, slot),
    constraint only_scores_have_a_source check ((kind = 'score') = (source_slot is not null))
);
comment on table recipes is 'All of a task but its prompt. The hash decides what is new.';

create table prompts (
    campaign_id integer not null references campaigns,
    number integer not null check (number between 0 and 268435454),
    is_active boolean not null default true,  -- whether the prompts file still has it
    hash text not null,
    key text not null,
    text text not null,
    ground_truth jsonb,  -- {"video": path, "audio": path}
    primary key (campaign_id, number),
    unique (campaign_id, hash)
);
comment on table prompts is 'What candidates answer, numbered in the order of first submission.';

create type task_state as enum ('available', 'leased', 'completed', 'failed', 'cancelled');

-- A task is inserted when it is emitted and updated when it ends, and that is all in the usual
-- case; so a page keeps room for the new version of each row, and no column that changes is
-- indexed. State, times and attempt are those of the row's last change: a lease is written only
-- when it is worth remembering.
create table tasks (
    id bigint primary key check (id > 0),  -- campaign << 40 | prompt << 12 | slot
    created_at timestamptz not null default now(),
    available_at timestamptz,  -- when it may be leased again after a failure
    finished_at timestamptz,
    duration_us bigint,  -- of the attempt that made the result
    worker_id integer,  -- who holds it, or held it last
    epoch integer not null default 0,
    number integer not null default 0,  -- epoch and number are the attempt
    failures integer not null default 0,
    crashes integer not null default 0,
    kind task_kind not null,
    state task_state not null default 'available',
    engine text,  -- name and version of the engine that made the result
    error text,
    constraint finished_when_final
        check ((state in ('completed', 'failed', 'cancelled')) = (finished_at is not null)),
    constraint completed_by_an_engine
        check ((state = 'completed') = (engine is not null)),
    constraint leased_by_a_worker
        check (state <> 'leased' or (worker_id is not null and number > 0))
) with (fillfactor = 40);
comment on table tasks is 'The emitted tasks. A task without a row is still blocked.';

create function task_campaign(task bigint) returns integer
    language sql immutable parallel safe as 'select (task >> 40)::integer';
-- 268435455 for a task of the whole campaign.
create function task_prompt(task bigint) returns integer
    language sql immutable parallel safe as 'select (task >> 12 & 268435455)::integer';
create function task_slot(task bigint) returns smallint
    language sql immutable parallel safe as 'select (task & 4095)::smallint';
-- Its tasks are from the first one up to, not including, the first one of the next campaign.
create function campaign_first_task(campaign integer) returns bigint
    language sql immutable parallel safe as 'select campaign::bigint << 40';

create type attempt_outcome as enum ('completed', 'failed', 'lost', 'returned', 'cancelled');

create table attempts (
    task_id bigint not null references tasks,
    started_at timestamptz,  -- null when the lease had no row before it ended
    ended_at timestamptz,
    epoch integer not null,
    number integer not null,
    worker_id integer not null,
    outcome attempt_outcome,
    message text not null default '',
    primary key (task_id, epoch, number),
    constraint ended_with_an_outcome check ((outcome is null) = (ended_at is null))
);
comment on table attempts is 'Attempts worth remembering: long, failed, lost or given back ones.';

create table candidates (
    id bigint primary key references tasks,  -- that of the task which made it
    created_at timestamptz not null default now(),
    engine text not null,
    media jsonb not null  -- [{"role": ..., "path": ..., "sha256": ...}]
);
comment on table candidates is 'Generated clips, and ground truth taken in.';

-- Keyed by what the scorer was asked, not by what a campaign calls it: renaming a reward or
-- adding one leaves every score where it is. `recipes` says which scorer the slot is, and the
-- task of that prompt and slot has worker, attempt and duration.
create table scores (
    candidate_id bigint not null,
    value double precision,
    slot smallint not null,  -- of the score recipe
    output text collate "C" not null,
    engine text not null,
    reason text,  -- why there is no value
    primary key (candidate_id, slot, output),
    constraint value_is_finite check (value > '-infinity' and value < 'infinity'),
    constraint value_or_reason check ((value is null) = (reason is not null))
);
comment on table scores is 'One raw number, or the reason for none, by candidate and output.';

-- A foreign key looks up and locks row by row, at four times the cost of this. Nothing ever
-- deletes a candidate.
create function check_candidates_of_scores() returns trigger language plpgsql as $$
declare
    stray bigint;
begin
    select added.candidate_id into stray from added
        where not exists (select from candidates where candidates.id = added.candidate_id)
        limit 1;
    if found then
        raise foreign_key_violation using
            message = format('there is a score of candidate %s, which does not exist', stray),
            table = 'scores', constraint = 'scores_have_candidates';
    end if;
    return null;
end $$;
create trigger scores_have_candidates after insert on scores
    referencing new table as added
    for each statement execute function check_candidates_of_scores();

create type worker_state as enum ('ready', 'draining', 'lost', 'stopped');

create table workers (
    first_seen_at timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    session bigint not null,  -- the number of its process, as a signed one
    memory bigint not null,
    id integer primary key check (id > 0),
    pid integer not null,
    slots integer not null,
    cpus integer not null,  -- thousandths
    devices integer not null,
    state worker_state not null,
    is_cordoned boolean not null,
    identity text not null unique,
    node text not null,
    details jsonb not null  -- engines, labels, devices, named resources
);
comment on table workers is 'Every worker that ever registered.';

create table rankings (
    id bigint primary key,  -- that of the task which made it
    created_at timestamptz not null default now(),
    campaign_id integer not null references campaigns,
    candidates integer not null,  -- that competed
    prompts integer not null,
    hash text not null,  -- the recipe's
    modalities text[] not null,
    statistics jsonb not null,  -- count, mean and deviation of each dimension
    unique (campaign_id, hash)
);
comment on table rankings is 'One application of a ranking rule to all scores of a campaign.';

create table pairs (
    ranking_id bigint not null references rankings on delete cascade,
    winner_id bigint not null,
    loser_id bigint not null,
    margin double precision not null,
    prompt integer not null,
    place smallint not null check (place > 0),  -- among the pairs of its prompt
    margins double precision[] not null,  -- in the order of the ranking's modalities
    primary key (ranking_id, prompt, place),
    constraint two_candidates check (winner_id <> loser_id)
);
comment on table pairs is 'Winner and loser for one prompt.';

create table unpaired (
    ranking_id bigint not null references rankings on delete cascade,
    prompt integer not null,
    reason text not null,
    primary key (ranking_id, prompt)
);
comment on table unpaired is 'Prompts that gave no pair, and why.';

create table ineligible (
    ranking_id bigint not null references rankings on delete cascade,
    candidate_id bigint not null,
    dimension text not null,
    reason text not null,
    primary key (ranking_id, candidate_id)
);
comment on table ineligible is 'Candidates that could not compete, and the score to blame.';

create type event_kind as enum
    ('campaign_submitted', 'campaign_changed', 'task_failed', 'worker_changed');

create table events (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    task_id bigint,
    campaign_id integer,
    worker_id integer,
    kind event_kind not null,
    state text not null default '',  -- the new one
    message text not null default ''
);
comment on table events is 'What happened, for people; numbers grow and may have gaps.';
