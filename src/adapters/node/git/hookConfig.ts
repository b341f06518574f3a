import { HOOK_EVENTS, scriptCall, type HookEvent } from "./gitHookScript.ts";

/** A hook as configured in git. */
export interface ConfigHook {
  /** `hook.<name>.…`; never the name of an event, which git refuses since 2.55. */
  readonly name: string;
  readonly event: HookEvent;
  readonly command: string;
}

/**
 * The message hooks as sections of a repository's configuration. They run beside the repository's own hooks, also with
 * `core.hooksPath`, and do nothing where the script is missing: a command that cannot be run would make git refuse every
 * commit.
 * @source git-config(1), hook.<name>.command; `hook.c`: a shell runs the command with the hook's arguments after it
 */
export const CONFIG_HOOKS: readonly ConfigHook[] = HOOK_EVENTS.map((event) => ({
  name: event === "prepare-commit-msg" ? "caseclock-prepare" : "caseclock-msg",
  event,
  command: scriptCall(event),
}));

/** Set in our section if the configuration had no final line end before, so that removing the section removes it again. */
export const BARE_END = { name: "caseclock-msg", key: "bareEnd" } as const;

/** Whether this git runs hooks of its configuration. @param version what `git version` says */
export function runsConfigHooks(version: string): boolean {
  const [, major = 0, minor = 0] = /(\d+)\.(\d+)/.exec(version)?.map(Number) ?? [];
  return major > 2 || (major === 2 && minor >= 54);
}

/** What a configuration says about hooks. The last value of each key counts; `event` may have several. */
export function readHookConfig(values: readonly { readonly key: string; readonly value: string }[]): {
  /** Our sections: complete and current, partial or outdated, or absent. */
  readonly sections: "current" | "other" | "none";
  /** The key that switches one of our hooks off, by name or for its event; undefined where both run. */
  readonly switchedOff: string | undefined;
} {
  const last = new Map(values.map(({ key, value }) => [key.toLowerCase(), value]));
  const events = (name: string): readonly string[] => {
    const all = values.filter(({ key }) => key.toLowerCase() === `hook.${name}.event`).map(({ value }) => value);
    return all.slice(all.lastIndexOf("") + 1); // an empty one resets what came before
  };
  const isCurrent = CONFIG_HOOKS.every(
    ({ name, event, command }) => last.get(`hook.${name}.command`) === command && String(events(name)) === event,
  );
  const isThere = CONFIG_HOOKS.some(({ name }) => [...last.keys()].some((key) => key.startsWith(`hook.${name}.`)));
  const off = CONFIG_HOOKS.flatMap(({ name, event }) => [`hook.${name}.enabled`, `hook.${event}.enabled`]).find((key) =>
    /^(?:false|no|off|0|)$/i.test(last.get(key) ?? "true"),
  );
  return { sections: isCurrent ? "current" : isThere ? "other" : "none", switchedOff: off };
}
