-- What people ask at the front desk: retries, labels set by operators, listings that stay cheap
-- with many ended campaigns, and campaigns that are deleted.

alter type campaign_state add value 'deleting';
alter type event_kind add value 'campaign_deleted';

alter table campaigns
    add column is_killed boolean not null default false,  -- running tasks are to be stopped
    add column tally jsonb,  -- {"prompts": n, "kinds": {kind: {stage: n}}}, once it has ended
    drop constraint finished_when_final,
    -- As text, because a new word of an enum may not be used before it is committed.
    add constraint finished_when_final check (
        (state::text in ('cancelled', 'completed', 'deleting')) = (finished_at is not null));

create table deleted_campaigns (
    deleted_at timestamptz not null default now(),
    id integer primary key,
    name text not null
);
comment on table deleted_campaigns is
    'Their numbers are not given again: a worker may still have reports of their tasks.';

alter table workers
    -- {"added": {key: value}, "hidden": [key]} over the worker's own.
    add column operator_labels jsonb not null default '{}',
    add column build text not null default '';

alter table rankings add column pair_count integer;  -- null where it was not counted

create index events_of_campaigns on events (campaign_id, id) where campaign_id is not null;
