import assert from "node:assert/strict";
import * as vscode from "vscode";

describe("the host", () => {
  it("is the VS Code that was asked for", () => {
    const expected = process.env["CASECLOCK_TEST_VSCODE"];
    if (expected !== undefined) assert.equal(vscode.version, expected);
  });

  it("has the companion active", () => {
    const companion = vscode.extensions.getExtension("caseclock.caseclock-test-companion");
    assert.equal(companion?.isActive, true);
  });

  it("has the packaged extension installed, and it activates", async () => {
    const extension = vscode.extensions.getExtension("caseclock.caseclock");
    assert.ok(extension, "not installed");
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it("shows a folder that is a git repository", async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const head = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder.uri, ".git/HEAD"));
    assert.equal(new TextDecoder().decode(head), "ref: refs/heads/main\n");
  });
});
