#!/bin/sh
# Put a backup back: sh restore.sh <file>, with the workers stopped. Reads SPINEBOT_DATABASE_URL, as
# backup.sh does; an SQLite file replaces the one of the project's folder. What is there now is lost.
set -eu
umask 077
file=${1:?the file of the backup}

case $file in
*.dump)
    pg_restore --exit-on-error --single-transaction --clean --if-exists --no-owner \
        --dbname="postgresql://${SPINEBOT_DATABASE_URL#*://}" "$file"
    ;;
*/conversations-*.db | conversations-*.db) name=conversations.db ;;
*/whatsapp-*.db | whatsapp-*.db) name=whatsapp.db ;;
*)
    echo "$file is no backup of ours." >&2
    exit 1
    ;;
esac
if [ "${name:-}" ]; then
    cp "$file" "$name.restored"
    rm -f "$name-wal" "$name-shm"
    mv "$name.restored" "$name"
fi
