/** The second half of the embedded broker's schema: what members of a group call. See `embedded-schema.ts`. */
export const EMBEDDED_GROUP_SCHEMA = `
-- Renews the member's leases, takes free or expired partitions up to its fair share, and returns what it owns.
-- Owning more than the share, a member gives back idle partitions (broker.release) so that others can take them.
create or replace function broker.acquire(p_group text, p_topics text[], p_member uuid, p_lease_ms int)
returns table (topic text, topic_id int, "partition" int, token bigint, next_offset bigint, share int)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  v_lease interval := make_interval(secs => p_lease_ms / 1000.0);
  v_ids int[];
  v_held int;
  v_share int;
  v_new boolean;
begin
  perform broker.check_group(p_group);
  v_ids := array(select (broker.topic_for(t, 'read')).id from unnest(p_topics) t);
  perform pg_advisory_xact_lock(hashtextextended('broker.group ' || p_group, 0));

  delete from broker.member m where m.group_name = p_group and m.lease_until < clock_timestamp();
  insert into broker.member as m (group_name, member, lease_until)
    values (p_group, p_member, clock_timestamp() + v_lease)
    on conflict (group_name, member) do update set lease_until = excluded.lease_until
    returning xmax = 0 into v_new;
  if v_new then
    perform pg_notify('broker_group', p_group);
  end if;
  update broker.membership s set lease_until = clock_timestamp() + v_lease
    where s.group_name = p_group and s.member = p_member;

  -- Members by id: the first ones get one more where it does not come out even.
  select p.total / m.members + case when m.rank < p.total % m.members then 1 else 0 end into v_share
    from (select count(*)::int as total from broker.partition p where p.topic_id = any(v_ids)) p,
         (select count(*)::int as members, (count(*) filter (where m.member < p_member))::int as rank
            from broker.member m where m.group_name = p_group) m;
  select count(*) into v_held from broker.membership s
    where s.group_name = p_group and s.member = p_member and s.topic_id = any(v_ids);

  insert into broker.membership as s (group_name, topic_id, partition, member, token, lease_until)
    select p_group, p.topic_id, p.partition, p_member, nextval('broker.token'), clock_timestamp() + v_lease
    from broker.partition p
    where p.topic_id = any(v_ids) and not exists (
      select from broker.membership o
      where o.group_name = p_group and o.topic_id = p.topic_id and o.partition = p.partition
        and o.member is not null and o.lease_until >= clock_timestamp()
    )
    order by p.topic_id, p.partition
    limit greatest(v_share - v_held, 0)
    on conflict (group_name, topic_id, partition) do update
      set member = excluded.member, token = excluded.token, lease_until = excluded.lease_until;

  return query
    select t.name, t.id, s.partition, s.token, coalesce(o.next_offset, 0), v_share
    from broker.membership s
    join broker.topic t on t.id = s.topic_id
    left join broker.group_offset o
      on o.group_name = s.group_name and o.topic_id = s.topic_id and o.partition = s.partition
    where s.group_name = p_group and s.member = p_member and s.topic_id = any(v_ids)
    order by t.id, s.partition;
end $$;

-- Messages of partitions that the member still owns; per partition at most p_max and about p_max_bytes.
create or replace function broker.fetch(
  p_group text, p_member uuid, p_topics text[], p_partitions int[], p_tokens bigint[], p_offsets bigint[],
  p_max int, p_max_bytes int
) returns table (topic text, "partition" int, "offset" bigint, key text, value bytea, headers jsonb)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  perform broker.check_group(p_group);
  perform broker.topic_for(t, 'read') from (select distinct unnest(p_topics) as t) d;
  return query
    select r.topic, r.partition, m."offset", m.key, m.value, m.headers
    from unnest(p_topics, p_partitions, p_tokens, p_offsets) as r(topic, partition, token, from_offset)
    join broker.topic t on t.name = r.topic
    join broker.membership s on s.group_name = p_group and s.topic_id = t.id and s.partition = r.partition
      and s.member = p_member and s.token = r.token
    cross join lateral (
      select l.*, sum(octet_length(l.value)) over (order by l."offset") - octet_length(l.value) as bytes_before
      from (
        select n."offset", n.key, n.value, n.headers from broker.message n
        where n.topic_id = t.id and n.partition = r.partition and n."offset" >= r.from_offset
        order by n."offset" limit p_max
      ) l
    ) m
    where m.bytes_before < p_max_bytes
    order by r.topic, r.partition, m."offset";
end $$;

create or replace function broker.commit(
  p_group text, p_member uuid, p_topic_id int, p_partition int, p_token bigint, p_next_offset bigint
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  perform broker.check_group(p_group);
  -- Locked: a takeover in this moment waits, or has won.
  perform from broker.membership s
    where s.group_name = p_group and s.topic_id = p_topic_id and s.partition = p_partition
      and s.member = p_member and s.token = p_token
    for share;
  if not found then
    raise exception 'the partition has another owner' using errcode = 'LB004';
  end if;
  insert into broker.group_offset as o (group_name, topic_id, partition, next_offset)
    values (p_group, p_topic_id, p_partition, p_next_offset)
    on conflict (group_name, topic_id, partition) do update set next_offset = excluded.next_offset;
end $$;

create or replace function broker.release(
  p_group text, p_member uuid, p_topic_id int, p_partition int, p_token bigint
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  perform broker.check_group(p_group);
  update broker.membership s set member = null
    where s.group_name = p_group and s.topic_id = p_topic_id and s.partition = p_partition
      and s.member = p_member and s.token = p_token;
  perform pg_notify('broker_group', p_group);
end $$;

create or replace function broker.leave(p_group text, p_member uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  perform broker.check_group(p_group);
  delete from broker.member m where m.group_name = p_group and m.member = p_member;
  update broker.membership s set member = null where s.group_name = p_group and s.member = p_member;
  perform pg_notify('broker_group', p_group);
end $$;

create or replace function broker.lag(p_group text, p_topic text)
returns table ("partition" int, messages bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  v_topic broker.topic := broker.topic_for(p_topic, 'read');
begin
  perform broker.check_group(p_group);
  return query
    select p.partition, (
      select count(*) from broker.message m
      where m.topic_id = p.topic_id and m.partition = p.partition and m."offset" >= coalesce(o.next_offset, 0)
    )
    from broker.partition p
    left join broker.group_offset o
      on o.group_name = p_group and o.topic_id = p.topic_id and o.partition = p.partition
    where p.topic_id = v_topic.id
    order by p.partition;
end $$;

revoke all on all tables in schema broker from public;
revoke all on all functions in schema broker from public;
grant usage on schema broker to public;
grant execute on function broker.create_topic, broker.append, broker.acquire, broker.fetch, broker.commit,
  broker.release, broker.leave, broker.lag to public;
`;
