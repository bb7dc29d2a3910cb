-- Checks that the server makes itself, so that a whole transaction goes over in one round trip:
-- when one of them fails, none of its statements has happened.

-- Keeps a new leader waiting until this transaction ends; fails when there is one already.
create function hold_epoch(mine integer) returns void language plpgsql as $$
declare
    current integer;
begin
    select epoch into current from leadership for share;
    if current is distinct from mine then
        raise exception using errcode = 'D0001',
            message = format('epoch %s writes, and the leader''s is %s', mine, current);
    end if;
end $$;

-- Fails unless a statement has touched as many rows as it must.
create function expect_rows(written bigint, expected bigint, subject text)
    returns void language plpgsql as $$
begin
    if written <> expected then
        raise exception using errcode = 'D0002', message = format(
            '%s %s were to be written and %s rows were there to be; '
            'the coordinator must start again from the database', expected, subject, written);
    end if;
end $$;
