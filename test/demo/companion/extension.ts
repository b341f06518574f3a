import * as vscode from "vscode";

/** Connects Caseclock to the endpoint CASECLOCK_DEMO_URL with CASECLOCK_DEMO_TOKEN; without them it does nothing. */
export async function activate(): Promise<void> {
  const { CASECLOCK_DEMO_URL: url, CASECLOCK_DEMO_TOKEN: token } = process.env as Record<string, string | undefined>;
  if (url === undefined || token === undefined) return;
  try {
    await vscode.extensions.getExtension("caseclock.caseclock")?.activate();
    await vscode.commands.executeCommand("caseclock.connectBilling", { provider: "rest", url, token });
  } catch (error) {
    // Not awaited: activation is over whether or not somebody reads it.
    void vscode.window.showErrorMessage(
      `The demo could not connect Caseclock to ${url}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
