#!/usr/bin/env bash
# Writes the secrets that docker-compose.yml names, each in a file of its own; those that are there stay. The folder is
# for its owner only; the files in it are readable because a container sees them with the owner and mode of this machine.
#   deploy/make-secrets.sh [folder]      default: deploy/secrets
set -euo pipefail

folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
chmod 700 "$folder"

# A name and a value; without a value, 43 random letters and digits.
put() {
  local file=$folder/$1 value=${2:-}
  if [ -e "$file" ]; then return 0; fi
  if [ -z "$value" ]; then value=$(random 43); fi
  printf '%s' "$value" > "$file"
  chmod 644 "$file"
  echo "made $1"
}

# The first letters and digits of random bytes; never a dash in front, which programs take for an option.
random() {
  local text=''
  while [ "${#text}" -lt "$1" ]; do
    text+=$(head -c 64 /dev/urandom | base64 | tr -dc 'A-Za-z0-9')
  done
  printf '%s' "${text:0:$1}"
}

put postgres-superuser
put postgres-admin-url "postgres://postgres:$(< "$folder/postgres-superuser")@postgres:5432/postgres"
# 16 bytes in base64, as Kafka writes a cluster's id.
put kafka-cluster-id "$(random 21)A"
put kafka-admin
put grafana-admin

for service in police:police-75 prefecture:prefecture-75 association:asso-refuge ase:ase-75 partner:parquet-75 \
  audit-log:audit-log; do
  name=${service%%:*}
  agency=${service#*:}
  database=${name//-/_}
  put "kafka-$agency"
  put "$name-pseudonyms"
  for role in migrate ingest serve; do
    put "$name-database-$role" "postgres://${database}_$role:$(random 43)@postgres:5432/$database"
  done
done
