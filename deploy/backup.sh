#!/bin/sh
# Back up the conversations: sh backup.sh <folder>. Reads SPINEBOT_DATABASE_URL; without one, the
# SQLite files of the project's folder. Keeps the newest SPINEBOT_BACKUPS (14). Restore: restore.sh.
set -eu
umask 077
folder=${1:?the folder for the backups}
keep=${SPINEBOT_BACKUPS:-14}
mkdir -p "$folder"
stamp=$(date -u +%Y%m%dT%H%M%SZ)

case ${SPINEBOT_DATABASE_URL:-} in
postgresql*)
    # what SQLAlchemy calls the driver means nothing to pg_dump
    url="postgresql://${SPINEBOT_DATABASE_URL#*://}"
    # to a name of its own first: a broken dump must not look like a backup
    pg_dump --format=custom --file="$folder/.unfinished" --dbname="$url"
    mv "$folder/.unfinished" "$folder/spinebot-$stamp.dump"
    ;;
*)
    python=$(dirname "$0")/../.venv/bin/python
    for name in conversations whatsapp; do
        [ -f "$name.db" ] || continue
        # SQLite's own copy: correct while the assistant writes
        "$python" - "$name.db" "$folder/.unfinished" <<'PYTHON'
import sqlite3
import sys

with sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True) as source:
    with sqlite3.connect(sys.argv[2]) as copy:
        source.backup(copy)
PYTHON
        mv "$folder/.unfinished" "$folder/$name-$stamp.db"
    done
    ;;
esac

for kind in spinebot-*.dump conversations-*.db whatsapp-*.db; do
    # shellcheck disable=SC2012,SC2086 # our own names, without blanks
    (cd "$folder" && ls -1r $kind 2>/dev/null | tail -n "+$((keep + 1))" | xargs -r rm --)
done
