import { createHash } from "node:crypto";

/** The hooks that tag a commit: the first before the editor opens, the second after it closed. */
export const HOOK_EVENTS = ["prepare-commit-msg", "commit-msg"] as const;

export type HookEvent = (typeof HOOK_EVENTS)[number];

/** Name of the marker in a work tree's git directory. */
export const MARKER_FILE = "caseclock-case";

/** Name of the script beside the marker, for hooks that git's configuration or a hook manager runs. */
export const SCRIPT_FILE = "caseclock-hook";

const SHEBANG = "#!/bin/sh\n";
const SEAL = "# caseclock-hook ";
const MADE_FOLDER = "# The hooks folder was made for this file and goes with it.\n";

/**
 * The message hook. What it promises:
 *
 * - It ends with status 0 whatever happens, and does not touch a message that it does not understand.
 * - Its one process is `git interpret-trailers --parse`, which tells whether the message ends with trailers. That reads
 *   only: unlike adding with git, it runs no `trailer.<alias>.command` of the configuration, applies no alias to the
 *   name, and does not re-space the trailers of others. The line itself is written by the shell: appended, or, above
 *   comments and the scissors, written over the end of the file. What the person wrote is never written again.
 * - The key is one line of the marker and one quoted argument of `printf`, never part of a pattern or command.
 *
 * The marker has six lines: key · comment string (`auto` as configured) · trailer name · the same as a pattern for any
 * case of letters · `commit.cleanup` or `default` · path of `commit.template` or nothing. Its time of modification is
 * its expiry. Where that cannot be set, a seventh line names the expiry, day and time in UTC: `20261125 0340`. The
 * time then comes from the trace of that one process (git 2.22; without it nothing is tagged).
 *
 * Which of the two hooks acts: git sets GIT_EDITOR to ":" when no editor opens, then the first does (also with
 * `--no-verify`), else the second.
 *
 * A message is empty if git calls it empty: only blank lines, sign-offs, and comments that will be stripped, or an
 * unchanged template. `auto` is taken as "#"; where git chose another character, the message is left alone.
 *
 * @source githooks(5); `Documentation/technical/api-trace2`, GIT_TRACE2_EVENT and `time`; git 2.39 `builtin/commit.c`, `sequencer.c` rest_is_empty and template_untouched, `wt-status.c`
 * wt_status_locate_end
 */
const BODY = `trap 'exit 0' EXIT
LC_ALL=C
file=$1
case $file in */*) dir=\${file%/*} ;; *) dir=. ;; esac
marker=$dir/${MARKER_FILE}
[ -f "$marker" ] && [ -r "$marker" ] && [ -f "$file" ] && [ -r "$file" ] && [ -w "$file" ] || exit 0
for state in rebase-merge rebase-apply CHERRY_PICK_HEAD REVERT_HEAD sequencer; do
  [ -e "$dir/$state" ] && exit 0
done
nl='
'
{
  IFS= read -r key && IFS= read -r comment && IFS= read -r name && IFS= read -r anycase && IFS= read -r cleanup || exit 0
  IFS= read -r template || template=
  IFS=' ' read -r lastday lasttime || lastday=
} <"$marker"
[ -n "$lastday" ] || { [ "$file" -nt "$marker" ] && exit 0; }
case $key in '' | *[[:cntrl:]]*) exit 0 ;; esac
[ \${#key} -le 256 ] || exit 0
case $name in '' | *[!A-Za-z0-9-]*) exit 0 ;; esac
[ -n "$anycase" ] || exit 0
auto= kept= scissors=' ------------------------ >8 ------------------------'
[ "$comment" != auto ] || auto=1 comment='#'
[ -n "$comment" ] || comment=$nl
if [ "$event" = prepare-commit-msg ]; then
  [ "\${GIT_EDITOR-}" = : ] && [ "\${2-}" != template ] || exit 0
  auto= template=
  [ "$cleanup" = scissors ] || scissors=$nl
  [ "\${2-}" != message ] || [ "$cleanup" = strip ] || kept=1
else
  [ "\${GIT_EDITOR-}" != : ] || exit 0
  case $cleanup in whitespace | verbatim | scissors) kept=1 ;; esac
fi
known= matched=
if [ -n "$template" ] && [ -f "$template" ] && [ -r "$template" ]; then
  kept=
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in "$comment"*) ;; *[![:space:]]*) known=$known$line$nl ;; esac
  done <"$template"
fi
count=0 last=0 full=0 has= cut= open= seen=
while IFS= read -r line || { [ -n "$line" ] && open=1; }; do
  count=$((count + 1))
  case $line in
    [![:space:]]*"$scissors") cut=1 seen=$line ;;
    "$comment"*) seen=$line full=$count has=$has$kept && continue ;;
    *[![:space:]]*) seen=$line full=$count last=$count ;;
    *) continue ;;
  esac
  [ -z "$cut" ] || break
  case $line in
    "Signed-off-by: "*) continue ;;
    *$anycase*:*)
      rest=\${line#"\${line%%[![:space:]]*}"}
      value=\${rest#$anycase}
      value=\${value#"\${value%%[![:space:]]*}"}
      case $rest in $anycase*) case $value in :*[![:space:]]*) exit 0 ;; esac ;; esac
      ;;
  esac
  [ -z "$has" ] || continue
  case $known in "$line$nl"*) matched=1 known=\${known#"$line$nl"} ;; *) has=1 ;; esac
done <"$file"
[ -n "$has" ] || { [ -n "$matched" ] && [ -n "$known" ]; } || exit 0
if [ -n "$auto" ]; then
  case $seen in [';@!$%^&|:']*) exit 0 ;; esac
fi
if [ -z "$lastday" ]; then
  block=$(git interpret-trailers --parse --no-divider -- "$file" 2>/dev/null) || exit 0
else
  # Its trace, which tells the time, goes to the same place as the trailers.
  said=$(GIT_TRACE2_EVENT=3 GIT_TRACE2_EVENT_BRIEF=0 git interpret-trailers --parse --no-divider -- "$file" 3>&1 2>/dev/null) || exit 0
  case \${#lastday}\${#lasttime}:$lastday$lasttime in 84:*[!0-9]*) exit 0 ;; 84:*) ;; *) exit 0 ;; esac
  case $said in '{"event":"version",'*'"time":"'[0-9]*-*-*T*:*) ;; *) exit 0 ;; esac
  now=\${said#*'"time":"'}
  day=\${now%%T*} now=\${now#*T}
  hour=\${now%%:*} now=\${now#*:}
  year=\${day%%-*} day=\${day#*-}
  day=$year\${day%-*}\${day#*-} now=$hour\${now%%:*}
  [ "$day" -lt "$lastday" ] || { [ "$day" -eq "$lastday" ] && [ "1$now" -lt "1$lasttime" ]; } || exit 0
  block=
  while [ -z "$block" ] && [ -n "$said" ]; do
    case $said in '{"event":"'*"$nl"*) said=\${said#*"$nl"} ;; '{"event":"'*) said= ;; *) block=1 ;; esac
  done
fi
text="$name: $key$nl"
if [ -z "$block" ]; then
  text=$nl$text
  [ -z "$kept" ] || last=$full
fi
if [ -n "$cut" ] || { [ -n "$block" ] && [ "$count" -gt "$last" ]; }; then
  # Above what follows: 3 writes no further than 4 has read, so what follows moves down by the length of the trailer.
  {
    while [ "$last" -gt 0 ] && IFS= read -r line <&3 && IFS= read -r line <&4; do last=$((last - 1)); done
    next=
    while IFS= read -r line <&4 || [ -n "$line" ]; do
      next=$next$line$nl
      case $line in [![:space:]]*"$scissors") break ;; esac
      [ \${#next} -lt \${#text} ] || { printf '%s' "$text" >&3 && text=$next next=; }
    done
    printf '%s%s' "$text" "$next" >&3
  } 3<>"$file" 4<"$file"
else
  [ -z "$open" ] || text=$nl$text
  printf '%s' "$text" >>"$file"
fi
exit 0
`;

/**
 * The text of a hook file. Its second line seals the rest, so that a file which somebody edited is not taken for ours.
 * @param madeFolder whether the folder is to go with the file
 */
export function hookScript(event: HookEvent, madeFolder: boolean): string {
  const rest = [
    `# Adds the trailer of the current case to commit messages. Written by the editor extension Caseclock, whose command\n`,
    `# "Disable Commit Tagging" removes it. It never makes a commit fail, and does nothing without ${MARKER_FILE} beside it.\n`,
    madeFolder ? MADE_FOLDER : "",
    `event=${event}\n`,
    BODY,
  ].join("");
  return `${SHEBANG}${SEAL}${computeSeal(rest)}\n${rest}`;
}

/**
 * The text of the script beside the marker: the same hook, with the event's name as an argument before git's own.
 * Its callers do nothing where it is missing, as after an uninstall, a copy or a clone.
 */
export function sharedScript(): string {
  const rest = [
    `# Adds the trailer of the current case to commit messages, run as "${SCRIPT_FILE} commit-msg FILE". Written by the editor\n`,
    `# extension Caseclock. It never makes a commit fail, and does nothing without ${MARKER_FILE} beside it.\n`,
    `case \${1-} in ${HOOK_EVENTS.join(" | ")}) event=$1 && shift ;; *) exit 0 ;; esac\n`,
    BODY,
  ].join("");
  return `${SHEBANG}${SEAL}${computeSeal(rest)}\n${rest}`;
}

/** What runs that script, as one shell command in which `$1` is the path of the message. */
export function scriptCall(event: HookEvent, args = '"$@"'): string {
  return `h=\${1%/*}/${SCRIPT_FILE}; [ ! -r "$h" ] || sh "$h" ${event} ${args} || true`;
}

/** Whether a hook file is ours, of any version, and unchanged; and whether its folder was made for it. */
export function recognizeHook(text: string): { readonly ours: boolean; readonly madeFolder: boolean } {
  if (!text.startsWith(SHEBANG + SEAL)) return { ours: false, madeFolder: false };
  const lineEnd = text.indexOf("\n", SHEBANG.length);
  const rest = text.slice(lineEnd + 1);
  return {
    ours: lineEnd > 0 && text.slice(SHEBANG.length + SEAL.length, lineEnd) === computeSeal(rest),
    madeFolder: rest.includes(`\n${MADE_FOLDER}`),
  };
}

function computeSeal(rest: string): string {
  return createHash("sha256").update(rest).digest("hex");
}
