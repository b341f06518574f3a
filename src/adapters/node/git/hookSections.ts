import { BARE_END, CONFIG_HOOKS } from "./hookConfig.ts";

/**
 * Text of a configuration with our sections at its end, each as git itself would write it.
 * @param text its bytes, one character each, so that foreign text stays byte for byte; without sections of ours
 */
export function addHookSections(text: string): string {
  const isBare = text !== "" && !text.endsWith("\n");
  const sections = CONFIG_HOOKS.map(({ name, event, command }) => {
    const bareEnd = isBare && name === BARE_END.name ? `\t${BARE_END.key} = true\n` : "";
    return `[hook "${name}"]\n\tcommand = ${quoted(command)}\n\tevent = ${event}\n${bareEnd}`;
  });
  return `${text}${isBare ? "\n" : ""}${sections.join("")}`;
}

/**
 * The same without our sections, wherever they are and whoever wrote them. All else stays byte for byte, including comments
 * and empty lines that somebody added below our lines.
 */
export function removeHookSections(text: string): string {
  const kept: string[] = [];
  let isOurs = false;
  let isBare = false;
  let goesOn = false;
  let hasBeside = false;
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    // A line that continues a value begins no section.
    if (!goesOn && line.trimStart().startsWith("[")) {
      const name = /^[ \t]*\[hook[ \t]+"([^"\\]*)"\]/i.exec(line)?.[1];
      isOurs = CONFIG_HOOKS.some((hook) => hook.name === name);
    }
    const isBeside: boolean = !goesOn && /^\s*(?:[#;]|$)/.test(line);
    goesOn = !isBeside && /\\\r?\n$/.test(line);
    if (isOurs && isBeside) hasBeside = true;
    if (!isOurs || isBeside) kept.push(line);
    else if (/^[ \t]*bareEnd[ \t]*=[ \t]*true/i.test(line)) isBare = true;
  }
  const rest = kept.join("");
  return isBare && !hasBeside && rest.endsWith("\n") ? rest.slice(0, -1) : rest;
}

function quoted(value: string): string {
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
