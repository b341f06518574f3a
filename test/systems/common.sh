# Sourced by redmine.sh and rt.sh, which set NAME: processes by their pid, packages of Debian.

say() { printf '%s\n' "$NAME: $*" >&2; }
die() { say "$*"; exit 1; }

# ---------------------------------------------------------------- processes
# The kernel's start tick of a pid, which tells a pid that is used again from ours.
started_at() { # PID
  local stat; stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  stat=${stat##*) }; set -- $stat; [ "$1" != Z ] || return 1; printf '%s' "${20}"
}
ours_alive() { # DIR
  local pid tick
  [ -f "$1/server.pid" ] || return 1
  pid=$(cat "$1/server.pid"); tick=$(cat "$1/server.tick" 2>/dev/null || true)
  [ -n "$pid" ] && [ -n "$tick" ] && [ "$(started_at "$pid" || true)" = "$tick" ]
}
remember() { # DIR PID
  local i
  for i in $(seq 50); do started_at "$2" >/dev/null && break; sleep 0.02; done
  printf '%s\n' "$2" >"$1/server.pid"; started_at "$2" >"$1/server.tick" || true
}
stop_dir() { # DIR
  local dir=$1 pid i
  if ours_alive "$dir"; then
    pid=$(cat "$dir/server.pid")
    kill -TERM "$pid" 2>/dev/null || true
    for i in $(seq 100); do ours_alive "$dir" || break; sleep 0.1; done
    # The server leads a process group of its own: what is left of it (its workers) ends with it.
    kill -KILL -- "-$pid" 2>/dev/null || true
    ! ours_alive "$dir" || { kill -KILL "$pid" 2>/dev/null || true; sleep 0.2; }
  fi
  rm -f "$dir/server.pid" "$dir/server.tick"
}
port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Waits until a request is answered with 200. Writes DIR/seed.json, which says that the instance is ready.
await_answer() { # DIR BASE_URL TEMPLATE PID CURL_ARGUMENT...
  local dir=$1 base=$2 template=$3 pid=$4 i code; shift 4
  for i in $(seq 600); do
    code=$(curl -s -o /dev/null -m 10 -w '%{http_code}' "$@" || true)
    if [ "$code" = 200 ]; then
      sed "s|@BASEURL@|$base|" "$template/seed.json" >"$dir/seed.json"
      say "$base answers (pid $pid)"; return 0
    fi
    ours_alive "$dir" || { tail -30 "$dir/server.log" >&2; rm -f "$dir/server.pid" "$dir/server.tick"; die "the server ended"; }
    sleep 0.1
  done
  tail -30 "$dir/server.log" >&2; stop_dir "$dir"; die "no answer within 60 s (last status $code)"
}

# ---------------------------------------------------------------- packages
installed() { # PACKAGE...
  local each
  for each; do [ "$(dpkg-query -W -f '${db:Status-Status}' "$each" 2>/dev/null || true)" = installed ] || return 1; done
}
# Makes sure that no package starts a service while it is installed, and that none asks a question.
quiet_apt() {
  [ "$(id -u)" = 0 ] || die "installing needs root"
  export DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d
  fi
}
APT=(apt-get -y -q -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold)
update_lists() { "${APT[@]}" update || say "apt-get update failed; going on with the lists at hand"; }

# Moves a template that was made beside its place into it. Another start may have been first: then that one stays.
keep_template() { # MADE TARGET
  mv -T "$1" "$2" 2>/dev/null || rm -rf "$1"
}
