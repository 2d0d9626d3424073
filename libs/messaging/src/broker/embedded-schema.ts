/**
 * The embedded broker's own database: tables that no role may touch, and functions that check `session_user` against
 * `broker.acl` the way Kafka checks its access rules. Errors: LB001 unknown topic or partition, LB002 topic forbidden,
 * LB003 group forbidden, LB004 membership lost, LB005 message too large. Every deadline is of the database's clock.
 */
export const EMBEDDED_SCHEMA = `
create schema if not exists broker;

create table if not exists broker.topic (
  id int generated always as identity primary key,
  name text not null unique,
  compacted boolean not null default false,
  retention_ms bigint not null default 604800000
);
-- The counter's row lock makes the order of offsets the order of commits, so that readers never see a hole.
create table if not exists broker.partition (
  topic_id int not null references broker.topic,
  partition int not null,
  next_offset bigint not null default 0,
  primary key (topic_id, partition)
) with (fillfactor = 50);
create table if not exists broker.message (
  topic_id int not null,
  partition int not null,
  "offset" bigint not null,
  key text not null,
  -- The key again where the topic is compacted, else null: the index below then costs nothing.
  compaction_key text,
  value bytea not null,
  headers jsonb not null,
  at timestamptz not null default clock_timestamp(),
  primary key (topic_id, partition, "offset")
);
alter table broker.message alter value set storage external;
create index if not exists message_compaction on broker.message (topic_id, partition, compaction_key)
  where compaction_key is not null;
create table if not exists broker.group_offset (
  group_name text not null,
  topic_id int not null,
  partition int not null,
  next_offset bigint not null,
  primary key (group_name, topic_id, partition)
) with (fillfactor = 50);
create table if not exists broker.member (
  group_name text not null,
  member uuid not null,
  lease_until timestamptz not null,
  primary key (group_name, member)
) with (fillfactor = 50);
-- One active member per partition; the token grows with every change of owner and fences the one before.
create table if not exists broker.membership (
  group_name text not null,
  topic_id int not null,
  partition int not null,
  member uuid,
  token bigint not null,
  lease_until timestamptz not null,
  primary key (group_name, topic_id, partition)
) with (fillfactor = 50);
create sequence if not exists broker.token;
create table if not exists broker.acl (
  role name not null,
  resource text not null check (resource in ('topic', 'group')),
  name text not null,
  pattern text not null check (pattern in ('literal', 'prefixed')),
  operation text not null check (operation in ('read', 'write')),
  permission text not null check (permission in ('allow', 'deny')),
  primary key (role, resource, name, pattern, operation, permission)
);

create or replace function broker.is_admin() returns boolean
language sql stable as $$
  select r.rolsuper or r.oid = n.nspowner
  from pg_catalog.pg_roles r, pg_catalog.pg_namespace n
  where r.rolname = session_user and n.nspname = 'broker'
$$;

create or replace function broker.allowed(p_resource text, p_name text, p_operation text) returns boolean
language sql stable as $$
  select broker.is_admin() or coalesce(bool_and(a.permission = 'allow'), false)
  from broker.acl a
  where a.role = session_user and a.resource = p_resource and a.operation = p_operation
    and (a.name = p_name or (a.pattern = 'prefixed' and starts_with(p_name, a.name)))
$$;

create or replace function broker.topic_for(p_topic text, p_operation text) returns broker.topic
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_topic broker.topic;
begin
  if not broker.allowed('topic', p_topic, p_operation) then
    raise exception 'not allowed to % topic %', p_operation, p_topic using errcode = 'LB002';
  end if;
  select * into v_topic from broker.topic t where t.name = p_topic;
  if not found then
    raise exception 'no topic %', p_topic using errcode = 'LB001';
  end if;
  return v_topic;
end $$;

create or replace function broker.check_group(p_group text) returns void
language plpgsql stable as $$
#variable_conflict use_column
begin
  if not broker.allowed('group', p_group, 'read') then
    raise exception 'not allowed to read as group %', p_group using errcode = 'LB003';
  end if;
end $$;

create or replace function broker.create_topic(
  p_topic text, p_partitions int, p_compacted boolean, p_retention_ms bigint
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  v_id int;
begin
  if not broker.is_admin() then
    raise exception 'only the owner of the broker creates topics' using errcode = 'LB002';
  end if;
  insert into broker.topic (name, compacted, retention_ms)
    values (p_topic, coalesce(p_compacted, false), coalesce(p_retention_ms, 604800000))
    on conflict (name) do nothing;
  select t.id into v_id from broker.topic t where t.name = p_topic;
  insert into broker.partition (topic_id, partition)
    select v_id, i from generate_series(0, p_partitions - 1) i
    on conflict do nothing;
  perform pg_notify('broker_group', '');
end $$;

create or replace function broker.append(
  p_topic text, p_partition int, p_keys text[], p_values bytea[], p_headers jsonb[], p_max_bytes int
) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  v_topic broker.topic := broker.topic_for(p_topic, 'write');
  v_count int := cardinality(p_keys);
  v_base bigint;
begin
  if exists (select from unnest(p_values) v where octet_length(v) > p_max_bytes) then
    raise exception 'a message exceeds % bytes', p_max_bytes using errcode = 'LB005';
  end if;
  update broker.partition p set next_offset = p.next_offset + v_count
    where p.topic_id = v_topic.id and p.partition = p_partition
    returning p.next_offset - v_count into v_base;
  if not found then
    raise exception 'topic % has no partition %', p_topic, p_partition using errcode = 'LB001';
  end if;
  insert into broker.message (topic_id, partition, "offset", key, compaction_key, value, headers)
    select v_topic.id, p_partition, v_base + n - 1, k, case when v_topic.compacted then k end, v, h
    from unnest(p_keys, p_values, p_headers) with ordinality as m(k, v, h, n);
  if v_topic.compacted then
    delete from broker.message m using broker.message newer
      where m.topic_id = v_topic.id and m.partition = p_partition and m.compaction_key = any(p_keys)
        and newer.topic_id = m.topic_id and newer.partition = m.partition
        and newer.compaction_key = m.compaction_key and newer."offset" > m."offset";
  elsif random() < 0.01 then
    delete from broker.message m
      where m.topic_id = v_topic.id and m.partition = p_partition and m."offset" in (
        select o."offset" from broker.message o
        where o.topic_id = v_topic.id and o.partition = p_partition
          and o.at < clock_timestamp() - make_interval(secs => v_topic.retention_ms / 1000.0)
        order by o."offset" limit 1000
      );
  end if;
  -- A global lock at commit, short here: nothing but this append is in the transaction.
  perform pg_notify('broker_append', v_topic.id::text);
  return v_base;
end $$;
`;
