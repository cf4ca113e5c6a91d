#!/usr/bin/env bash
# The tests' own PostgreSQL: one temporary cluster for all test processes of a user, reached by a socket in a folder
# that nobody else may enter. It flushes like a real one, and stops by itself when no test has used it for ten minutes.
#
#   tests/postgres.sh start   starts it unless it runs, and prints its address
#   tests/postgres.sh stop    stops it and removes everything
#
# The server refuses to run as root: there it runs as `postgres` or `nobody`.
# QUYTRINH_POSTGRES_BIN names the folder of initdb and pg_ctl where they are not found.
set -euo pipefail

home=/tmp/quytrinh-postgres-$(id -u)
idle_minutes=10

bin=${QUYTRINH_POSTGRES_BIN:-}
if [ -z "$bin" ]; then
    for folder in "$(dirname "$(command -v initdb || echo /none/x)")" $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -V); do
        [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] && [ -x "$folder/pg_isready" ] && bin=$folder
    done
fi
[ -x "$bin/initdb" ] || { echo "initdb was not found: install PostgreSQL 15 or newer, or set QUYTRINH_POSTGRES_BIN" >&2; exit 1; }

user=$(id -un)
if [ "$(id -u)" = 0 ]; then
    user=nobody
    id postgres >/dev/null 2>&1 && user=postgres
fi
as_user() {
    if [ "$(id -un)" = "$user" ]; then
        "$@"
    else
        setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups --reset-env -- "$@"
    fi
}

runs() { "$bin/pg_isready" -q -h "$home/socket" -p 5432; }

stop() {
    if [ -f "$home/data/postmaster.pid" ]; then
        (cd / && as_user "$bin/pg_ctl" -D "$home/data" -m immediate -w stop >/dev/null 2>&1) || true
    fi
    rm -rf "$home/data" "$home/socket" "$home/log"
}

start() {
    touch "$home/used"
    if ! runs; then
        stop
        mkdir -m 700 "$home/data" "$home/socket"
        : >"$home/log"
        [ "$(id -un)" = "$user" ] || chown "$user" "$home" "$home/data" "$home/socket" "$home/log"
        (
            cd /
            as_user "$bin/initdb" -D "$home/data" -U quytrinh -A trust -E UTF8 --locale=C.UTF-8 --data-checksums --no-sync >/dev/null
            as_user "$bin/pg_ctl" -D "$home/data" -w -t 60 -l "$home/log" -s start \
                -o "-c listen_addresses='' -c unix_socket_directories='$home/socket' -c port=5432 -c max_connections=300 -c fsync=on -c synchronous_commit=on -c shared_buffers=64MB" 9>&-
        ) || { cat "$home/log" >&2; exit 1; }
        watch 9>&- </dev/null >/dev/null 2>&1 &
        disown
    fi
    echo "postgres://quytrinh@localhost/postgres?host=$home/socket"
}

watch() {
    exec 9>&-
    while sleep 30; do
        runs || exit 0
        [ -z "$(find "$home/used" -mmin +$idle_minutes)" ] && continue
        clients=$("$bin/psql" -h "$home/socket" -U quytrinh -Atc "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()" postgres || echo 0)
        [ "$clients" = 0 ] || continue
        exec 9>"$home.lock"
        flock 9
        [ -n "$(find "$home/used" -mmin +$idle_minutes)" ] && { stop; exit 0; }
        exec 9>&-
    done
}

mkdir -p -m 700 "$home"
exec 9>"$home.lock"
flock 9
case "${1:-}" in
    start) start ;;
    stop) stop; rm -rf "$home" ;;
    *) echo "usage: $0 start|stop" >&2; exit 2 ;;
esac
