import * as vscode from "vscode";

/**
 * The page of a panel: one script, one style sheet, and permission for nothing else: nothing inline, nothing from elsewhere.
 * @param root folder of the panel's files, `<name>.js` and `<name>.css`
 * @param name of the files, and of the element that the script fills
 */
export function renderWebviewPage(webview: vscode.Webview, root: vscode.Uri, name: string, title: string): string {
  const script = webview.asWebviewUri(vscode.Uri.joinPath(root, `${name}.js`)).toString();
  const style = webview.asWebviewUri(vscode.Uri.joinPath(root, `${name}.css`)).toString();
  const source = webview.cspSource;
  const policy = `default-src 'none'; script-src ${source}; style-src ${source}; font-src ${source}; img-src ${source}`;
  const locale = escapeAttribute(vscode.env.language);
  const texts = escapeAttribute(JSON.stringify(vscode.l10n.bundle ?? {}));
  return `<!DOCTYPE html>
<html lang="${locale}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="${escapeAttribute(style)}">
    <title>${escapeAttribute(title)}</title>
  </head>
  <body>
    <main id="${name}" data-locale="${locale}" data-l10n="${texts}"></main>
    <script src="${escapeAttribute(script)}"></script>
  </body>
</html>`;
}

function escapeAttribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
