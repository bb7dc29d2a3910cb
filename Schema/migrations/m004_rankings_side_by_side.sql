-- Several rankings of a campaign side by side, and all that a pair says of itself when exported.

alter table rankings
    add column number integer,  -- within its campaign, from 1
    add column name text,
    add column build text not null default '',  -- of the program that ranked
    add column mean_weight double precision,  -- of the pairs, before they were divided by it
    add column guards jsonb not null default '[]';  -- what each guard found

update rankings set number = counted.number, name = 'r' || counted.number
    from (
        select id, row_number() over (partition by campaign_id order by created_at, id) as number
            from rankings
    ) as counted
    where counted.id = rankings.id;

alter table rankings
    alter column number set not null,
    alter column name set not null,
    add unique (campaign_id, number),
    add unique (campaign_id, name),
    -- A name of digits would be taken for a number.
    add constraint name_is_plain check (
        name ~ '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}$' and name !~ '^[0-9]+$');

-- The ranking that people chose; without one it is that of the campaign file.
alter table campaigns add column ranking_id bigint references rankings on delete set null;

-- Rankings of before have no totals; ranking again puts them in.
alter table pairs
    add column weight double precision not null default 1,
    add column is_tie boolean not null default false,
    add column warnings text[] not null default '{}',  -- guards that found something
    add column winner_totals double precision[] not null default '{}',  -- by modality
    add column loser_totals double precision[] not null default '{}',
    add column winner_normalised double precision[] not null default '{}',  -- by dimension
    add column loser_normalised double precision[] not null default '{}';
