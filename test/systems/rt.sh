#!/usr/bin/env bash
# A Request Tracker 5 to be thrown away (Debian's package, SQLite) on 127.0.0.1, its REST 2.0 at /REST/2.0.
#
#   rt.sh install           packages, without a database and without a service (needs root)
#   rt.sh start DIR PORT    a fresh instance in DIR; ends when it answers
#   rt.sh stop DIR          ends the server that DIR/server.pid names, with its workers
#
# DIR/seed.json says what was seeded (rtSeed.pl): the users engineer (whose token the tests use), colleague, outsider, leaver
# (disabled) and customer; the customers' queues with six tickets each, one of them resolved; a queue that the engineer may only
# read, one on which he may only comment, one that he does not see; the transaction fields External ID, Work start, Work end,
# Worked Date and Activity on all queues, the ticket field Contract. No mail leaves.
#
# DIR/server.log holds the log. The seeded database is kept in DIR/../.rt-template-*/ and copied at the next start. A check of a
# token costs 0.01 s of processor time here (RT_BCRYPT_COST=5) and 0.3 s as RT is installed (12).
set -euo pipefail
NAME=rt.sh
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
. "$HERE/common.sh"
SERVER=/usr/share/request-tracker5/libexec/rt-server
SETUP=/usr/sbin/rt-setup-database-5

have_mta() { dpkg-query -W -f '${db:Status-Status} ${Provides} \n' 2>/dev/null | grep '^installed .*mail-transport-agent' >/dev/null; }

do_install() {
  ! installed request-tracker5 rt5-db-sqlite rt5-standalone sqlite3 curl || return 0
  quiet_apt
  debconf-set-selections <<'A'
request-tracker5 request-tracker5/dbconfig-install boolean false
request-tracker5 request-tracker5/dbconfig-reinstall boolean false
request-tracker5 request-tracker5/install-cronjobs boolean false
request-tracker5 request-tracker5/handle-siteconfig-permissions boolean false
msmtp msmtp/apparmor boolean false
A
  update_lists
  local mta=()
  have_mta || mta=(msmtp-mta) # RT wants some mail transport; this one is a command and runs nothing
  "${APT[@]}" install --no-install-recommends request-tracker5 rt5-db-sqlite rt5-standalone sqlite3 curl "${mta[@]}"
}

instance_env() { # HOME
  export RT_SITE_CONFIG="$1/RT_SiteConfig.pm" RT_SITE_CONFIG_DIR="$1/conf.d" LANG=C.UTF-8 LC_ALL=C.UTF-8 TZ=UTC
}
lay_instance() { # HOME PORT
  mkdir -p "$1/conf.d" "$1/mason" "$1/session" "$1/var"
  cat >"$1/RT_SiteConfig.pm" <<P
Set(\$rtname, 'caseclock.test');
Set(\$Organization, 'caseclock.test');
Set(\$CorrespondAddress, 'rt\@example.test');
Set(\$CommentAddress, 'rt-comment\@example.test');
Set(\$WebDomain, '127.0.0.1');
Set(\$WebPort, $2);
Set(\$WebPath, '');
Set(\$WebBaseURL, 'http://127.0.0.1:$2');
Set(\$DatabaseType, 'SQLite');
Set(\$DatabaseName, '$1/rt.sqlite3');
Set(\$DatabaseHost, '');
Set(\$DatabaseUser, '');
Set(\$DatabasePassword, '');
Set(\$Timezone, 'UTC');
Set(\$LogToSyslog, undef);
Set(\$LogToSTDERR, 'warning');
Set(\$StatementLog, undef);
Set(\$MailCommand, 'testfile');
Set(\$RTAddressRegexp, '^rt(-comment)?\@example\\.test\$');
Set(\$NotifyActor, 0);
Set(\$BcryptCost, ${RT_BCRYPT_COST:-5});
Set(\$HTMLFormatter, 'core');
Set(\$WebSessionClass, 'Apache::Session::File');
\$RT::MasonDataDir = '$1/mason';
\$RT::MasonSessionDir = '$1/session';
\$RT::VarPath = '$1/var';
1;
P
}

template_dir() { # PARENT
  local key
  key=$( { dpkg-query -W -f '${Version}\n' request-tracker5; cat "$HERE/rtSeed.pl"; declare -f lay_instance build_template
    echo "${RT_BCRYPT_COST:-5}"; } | cksum | cut -d' ' -f1)
  printf '%s/.rt-template-%s' "$1" "$key"
}
build_template() { # TARGET
  local tmp; tmp=$(mktemp -d "$1.XXXXXX")
  ( lay_instance "$tmp" 1; instance_env "$tmp"; cd "$tmp"
    # In this mode the schema and RT's first data take seconds, not a minute.
    sqlite3 rt.sqlite3 'PRAGMA journal_mode=WAL;' >/dev/null
    printf 'root-Passw0rd\n' >rootpw
    "$SETUP" --action init --skip-create --root-password-file "$tmp/rootpw" >setup.log 2>&1 || { tail -30 setup.log >&2; exit 1; }
    SEED_OUT="$tmp/seed.json" perl "$HERE/rtSeed.pl" >seed.log 2>&1 || { tail -30 seed.log >&2; exit 1; }
    sqlite3 rt.sqlite3 'PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE;' >/dev/null
  ) || { rm -rf "$tmp"; die "building the template failed"; }
  mkdir -p "$1.part.$$"
  cp "$tmp/rt.sqlite3" "$tmp/seed.json" "$1.part.$$/"
  rm -rf "$tmp"
  keep_template "$1.part.$$" "$1"
}

do_start() { # DIR PORT
  [ -x "$SERVER" ] && [ -x "$SETUP" ] || die "not installed: run 'rt.sh install' first"
  mkdir -p "$1"
  local dir port=$2 home template base pid; dir=$(cd "$1" && pwd -P); home=$dir/rt; base=http://127.0.0.1:$port
  stop_dir "$dir"
  ! port_taken "$port" || die "something else listens on 127.0.0.1:$port"
  template=$(template_dir "$(dirname "$dir")")
  [ -f "$template/seed.json" ] || build_template "$template"
  rm -rf "$home" "$dir/seed.json" "$dir/server.log"
  lay_instance "$home" "$port"
  cp "$template/rt.sqlite3" "$home/"
  ( instance_env "$home"; cd "$home"
    exec setsid "$SERVER" --server Starlet --host 127.0.0.1 --port "$port" --max-workers 2
  ) </dev/null >"$dir/server.log" 2>&1 &
  pid=$!
  remember "$dir" "$pid"
  await_answer "$dir" "$base" "$template" "$pid" -u engineer:engineer-Passw0rd "$base/REST/2.0/rt"
}

case "${1:-} $#" in
  "install 1") do_install ;;
  "start 3") do_start "$2" "$3" ;;
  "stop 2") [ ! -d "$2" ] || stop_dir "$(cd "$2" && pwd -P)" ;;
  *) die "usage: rt.sh install | start DIR PORT | stop DIR" ;;
esac
