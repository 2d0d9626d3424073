#!/usr/bin/env bash
# Formats the storage of one broker where it is not, with the users of the agencies, and runs it. Broker and controller
# in one process, as libs/local-stack has it on a laptop. `--render` prints the configuration, without passwords, and
# ends. Settings:
#   KAFKA_NODE_ID        1, 2 or 3
#   KAFKA_NODES          all of them: "1@kafka-1 2@kafka-2 3@kafka-3"
#   KAFKA_USERS          one user an agency, named after it: "police-75 prefecture-75 audit-log"
#   KAFKA_SECRETS        folder of kafka-cluster-id, kafka-admin and kafka-<user>
#   KAFKA_DATA           folder of the log
#   KAFKA_LIBS, KAFKA_LOG4J, KAFKA_BIND, KAFKA_HEAP
set -euo pipefail

secrets=${KAFKA_SECRETS:-/run/secrets}
data=${KAFKA_DATA:-/var/lib/kafka/data}
libs=${KAFKA_LIBS:-/opt/kafka/libs}
bind=${KAFKA_BIND:-0.0.0.0}

host=''
voters=''
count=0
for node in $KAFKA_NODES; do
  voters+="${voters:+,}${node}:9093"
  count=$((count + 1))
  if [ "${node%%@*}" = "$KAFKA_NODE_ID" ]; then host=${node#*@}; fi
done
if [ -z "$host" ]; then
  echo "KAFKA_NODES has no node $KAFKA_NODE_ID" >&2
  exit 1
fi
min_in_sync=$((count > 1 ? 2 : 1))

# A secret of our own (deploy/make-secrets.sh): letters and digits, so that nothing has to be escaped.
secret() {
  local value
  value=$(< "$secrets/$1")
  if ! [[ $value =~ ^[A-Za-z0-9_-]{16,}$ ]]; then
    echo "$secrets/$1 must be 16 or more letters, digits, _ or -" >&2
    exit 1
  fi
  printf '%s' "$value"
}

properties() {
  local password=$1
  cat << EOF
process.roles=broker,controller
node.id=$KAFKA_NODE_ID
controller.quorum.voters=$voters
listeners=SASL_PLAINTEXT://$bind:9092,CONTROLLER://$bind:9093
advertised.listeners=SASL_PLAINTEXT://$host:9092
controller.listener.names=CONTROLLER
inter.broker.listener.name=SASL_PLAINTEXT
listener.security.protocol.map=CONTROLLER:SASL_PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
sasl.mechanism.controller.protocol=PLAIN
listener.name.sasl_plaintext.sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" password="$password";
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="admin" password="$password" user_admin="$password";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:admin
allow.everyone.if.no.acl.found=false
auto.create.topics.enable=false
default.replication.factor=$count
min.insync.replicas=$min_in_sync
unclean.leader.election.enable=false
offsets.topic.replication.factor=$count
transaction.state.log.replication.factor=$count
transaction.state.log.min.isr=$min_in_sync
share.coordinator.state.topic.replication.factor=$count
share.coordinator.state.topic.min.isr=$min_in_sync
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
controller.quorum.fetch.timeout.ms=1000
controller.quorum.election.timeout.ms=500
log.dirs=$data
EOF
}

if [ "${1:-}" = --render ]; then
  properties '********'
  exit 0
fi

admin=$(secret kafka-admin)
umask 077
config=$(mktemp)
properties "$admin" > "$config"

users=(--add-scram "SCRAM-SHA-512=[name=admin,password=$admin]")
for user in $KAFKA_USERS; do
  users+=(--add-scram "SCRAM-SHA-512=[name=$user,password=$(secret "kafka-$user")]")
done
# What it prints has salts and keys in it.
java -cp "$libs/*" kafka.tools.StorageTool format --ignore-formatted \
  -t "$(secret kafka-cluster-id)" -c "$config" "${users[@]}" > /dev/null

heap=${KAFKA_HEAP:-512m}
exec java "-Xms$heap" "-Xmx$heap" ${KAFKA_LOG4J:+"-Dlog4j2.configurationFile=$KAFKA_LOG4J"} -cp "$libs/*" kafka.Kafka "$config"
