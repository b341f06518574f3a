#!/usr/bin/env bash
# A Redmine to be thrown away (Debian's package, SQLite) on 127.0.0.1.
#
#   redmine.sh install           packages, without a database and without a service (needs root)
#   redmine.sh start DIR PORT    a fresh instance in DIR; ends when it answers
#   redmine.sh stop DIR          ends the server that DIR/server.pid names
#
# DIR/seed.json says what was seeded (redmineSeed.rb): the users engineer (whose token the tests use), colleague, leaver
# (locked) and admin; the customers' projects nordwind, harbour and alesund with six issues each, one of them closed; the
# projects readonly, untracked (no time tracking), wound-up (closed) and confidential (invisible to the engineer) with one
# each; five activities, one of them inactive, one off for alesund; the time entry fields External ID, Start, End and Billable.
#
# DIR/server.log and DIR/redmine/log/ hold the logs. The seeded database is kept in DIR/../.redmine-template-*/ and copied at
# the next start. One request thread: with more, SQLite answers a write now and then with a 500 "database is locked".
set -euo pipefail
NAME=redmine.sh
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
. "$HERE/common.sh"
SHARE=/usr/share/redmine

# Ruby 3.1.7 (a security update of Debian 12) has a Bundler that takes a gem without a gem directory as deleted and wants to
# download it. Debian ships many gems as a gemspec only, so that redmine's own installation fails with "Could not find
# rotp-6.2.0.gem for installation". An empty directory for each such gem is enough.
repair_gems() {
  ruby -e 'Gem::Specification.each { |s| puts s.full_gem_path unless s.default_gem? || File.directory?(s.full_gem_path) }' |
    while IFS= read -r each; do mkdir -p "$each"; done
}

do_install() {
  if installed redmine redmine-sqlite puma curl; then repair_gems; return 0; fi
  quiet_apt
  debconf-set-selections <<'A'
redmine redmine/current-instances string default
redmine redmine/dbconfig-install boolean false
redmine redmine/instances/default/dbconfig-install boolean false
redmine redmine/instances/default/dbconfig-reinstall boolean false
redmine redmine/instances/default/database-type select sqlite3
A
  update_lists
  local deps
  # First everything that redmine depends on, then the repair, then redmine itself.
  deps=$(apt-cache show --no-all-versions redmine | sed -n 's/^Depends: //p' | tr '\n' ',' | sed 's/,$//')
  [ -n "$deps" ] || die "apt knows no package redmine"
  "${APT[@]}" satisfy --no-install-recommends "$deps, redmine-sqlite, ruby-sqlite3, puma, curl"
  repair_gems
  if ! "${APT[@]}" install --no-install-recommends redmine redmine-sqlite puma curl; then
    repair_gems; dpkg --configure -a
  fi
  repair_gems
}

# Debian's Redmine reads instances/$REDMINE_INSTANCE/{config,log,tmp,files} below its own folder; a value that climbs to / puts
# the instance into DIR and leaves /etc/redmine and /var/lib/redmine alone.
instance_env() { # HOME (absolute)
  export REDMINE_INSTANCE="../../../../../../../..$1" RAILS_ENV=production RACK_ENV=production
  export BUNDLE_GEMFILE="$1/Gemfile" BUNDLE_APP_CONFIG="$1/.bundle" BUNDLE_SILENCE_ROOT_WARNING=1 BUNDLE_FROZEN=true
  export LANG=C.UTF-8 LC_ALL=C.UTF-8 RUBYOPT=-W0 SCHEMA=/dev/null
  unset X_DEBIAN_SITEID RAILS_RELATIVE_URL_ROOT || true
}
lay_instance() { # HOME
  mkdir -p "$1"/config "$1"/log "$1"/files "$1"/tmp/cache "$1"/tmp/pids "$1"/public/plugin_assets
  cat >"$1/Gemfile" <<G
eval_gemfile "$SHARE/Gemfile"
gem "sqlite3", "~> 1.4.0"
gem "puma"
G
  cat >"$1/config/database.yml" <<Y
production:
  adapter: sqlite3
  database: $1/redmine.sqlite3
  encoding: utf8
  timeout: 10000
Y
  printf '%s\n' 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef >"$1/config/secret_key.txt"
}

template_dir() { # PARENT
  local key
  key=$( { dpkg-query -W -f '${Version}\n' redmine; cat "$HERE/redmineSeed.rb"; declare -f lay_instance build_template; } |
    cksum | cut -d' ' -f1)
  printf '%s/.redmine-template-%s' "$1" "$key"
}
build_template() { # TARGET
  local tmp; tmp=$(mktemp -d "$1.XXXXXX")
  ( lay_instance "$tmp"; instance_env "$tmp"; cd "$SHARE"
    BUNDLE_FROZEN=false bundle lock --local >"$tmp/log/bundle.log" 2>&1 || { cat "$tmp/log/bundle.log" >&2; exit 1; }
    cat >"$tmp/migrate.rb" <<'R'
%w(synchronous=OFF journal_mode=MEMORY).each { |x| ActiveRecord::Base.connection.execute("PRAGMA #{x}") }
ActiveRecord::Migration.verbose = false
ActiveRecord::Base.connection.migration_context.migrate
R
    for step in "$tmp/migrate.rb" "$HERE/redmineSeed.rb"; do
      SEED_OUT="$tmp/seed.json" bundle exec ruby bin/rails runner "$step" >"$tmp/log/build.log" 2>&1 ||
        { tail -30 "$tmp/log/build.log" >&2; exit 1; }
    done
  ) || { rm -rf "$tmp"; die "building the template failed"; }
  mkdir -p "$1.part.$$"
  cp "$tmp/redmine.sqlite3" "$tmp/seed.json" "$tmp/Gemfile.lock" "$1.part.$$/"
  rm -rf "$tmp"
  keep_template "$1.part.$$" "$1"
}

do_start() { # DIR PORT
  [ -d "$SHARE" ] && command -v puma >/dev/null || die "not installed: run 'redmine.sh install' first"
  mkdir -p "$1"
  local dir port=$2 home template base pid; dir=$(cd "$1" && pwd -P); home=$dir/redmine; base=http://127.0.0.1:$port
  stop_dir "$dir"
  ! port_taken "$port" || die "something else listens on 127.0.0.1:$port"
  template=$(template_dir "$(dirname "$dir")")
  [ -f "$template/seed.json" ] || build_template "$template"
  rm -rf "$home" "$dir/seed.json" "$dir/server.log"
  lay_instance "$home"
  cp "$template/redmine.sqlite3" "$template/Gemfile.lock" "$home/"
  ( instance_env "$home"; cd "$SHARE"
    exec setsid bundle exec puma -q -e production -w 0 -t 1:1 -b "tcp://127.0.0.1:$port" config.ru
  ) </dev/null >"$dir/server.log" 2>&1 &
  pid=$!
  remember "$dir" "$pid"
  await_answer "$dir" "$base" "$template" "$pid" -H "X-Redmine-API-Key: $(printf 'e1%.0s' {1..20})" "$base/users/current.json"
}

case "${1:-} $#" in
  "install 1") do_install ;;
  "start 3") do_start "$2" "$3" ;;
  "stop 2") [ ! -d "$2" ] || stop_dir "$(cd "$2" && pwd -P)" ;;
  *) die "usage: redmine.sh install | start DIR PORT | stop DIR" ;;
esac
