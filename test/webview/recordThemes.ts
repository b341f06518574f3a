/**
 * Records what a webview of a real VS Code is given by each of its default themes (variables, classes, attributes, its own
 * style sheet) into `themes.json`, from which the tests draw.
 *
 *   node test/webview/recordThemes.ts
 */
import fs from "node:fs";
import path from "node:path";
import { bundleTestCompanion } from "../host/lib/bundle.ts";
import { startHost } from "../host/lib/host.ts";
import { ROOT } from "../host/lib/paths.ts";

const THEMES = {
  light: "Light 2026",
  dark: "Dark 2026",
  "high-contrast": "Default High Contrast",
  "high-contrast-light": "Default High Contrast Light",
  "light-modern": "Light Modern",
  "dark-modern": "Dark Modern",
};

/** The groups of variables that pages of ours could use; VS Code sets some 900. */
const KEPT =
  /^--vscode-(font|foreground|disabledForeground|descriptionForeground|errorForeground|focusBorder|contrast|text|button|checkbox|dropdown|input|list|menu|widget|charts|toolbar|scrollbar|badge|keybindingLabel|icon-foreground|progressBar|editor-(font|background|foreground|selection|inactive)|editor(Widget|Warning|Error|Info|Group)-)/;

const keep = (css: string): string =>
  css
    .split(";")
    .map((each) => each.trim())
    .filter((each) => KEPT.test(each))
    .join("; ");

const host = await startHost({ log: console.error, companions: [await bundleTestCompanion()] });
try {
  await host.open();
  const door = await host.door(undefined);
  const found: Record<string, unknown> = {};
  for (const [name, theme] of Object.entries(THEMES)) {
    const recorded = await door.evaluate(
      async (vscode, id) => {
        await vscode.workspace
          .getConfiguration("workbench")
          .update("colorTheme", id, vscode.ConfigurationTarget.Global);
        const panel = vscode.window.createWebviewPanel("record", "Record", vscode.ViewColumn.One, {
          enableScripts: true,
        });
        try {
          return await new Promise((resolve) => {
            panel.webview.onDidReceiveMessage(resolve);
            panel.webview.html = `<body><script>
              const look = () => {
                const { body, documentElement: html } = document;
                if (body.dataset.vscodeThemeId === undefined) return setTimeout(look, 100);
                const style = document.getElementById("_defaultStyles");
                acquireVsCodeApi().postMessage({
                  html: html.style.cssText, body: body.className, data: { ...body.dataset },
                  style: style === null ? "" : style.textContent });
              };
              setTimeout(look, 1500);
            </script></body>`;
          });
        } finally {
          panel.dispose();
        }
      },
      theme,
      60_000,
    );
    const { html, ...rest } = recorded as { readonly html: string };
    found[name] = { html: keep(html), ...rest };
  }
  fs.writeFileSync(path.join(ROOT, "test/webview/themes.json"), `${JSON.stringify(found, null, 1)}\n`);
} finally {
  await host.close();
}
process.exit(0);
