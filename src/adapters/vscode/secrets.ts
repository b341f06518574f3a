import type * as vscode from "vscode";
import { isRecord } from "../../base/json.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Secrets } from "../../ports/secrets.ts";

/** Tokens in the editor's secret storage, each kept with the origin that it may be sent to. */
export class SecretStorageSecrets implements Secrets {
  private readonly storage: vscode.SecretStorage;
  private readonly logger: Logger;

  constructor(storage: vscode.SecretStorage, logger: Logger) {
    this.storage = storage;
    this.logger = logger;
  }

  async tokenFor(connectionId: string, url: string): Promise<string | undefined> {
    const stored = parse(await this.storage.get(toSecretKey(connectionId)));
    if (stored === undefined) return undefined;
    if (stored.origin === new URL(url).origin) return stored.token;
    // It must not be sent anywhere else: a changed address needs a token of its own.
    this.logger.warn("token discarded: its address changed");
    await this.deleteToken(connectionId);
    return undefined;
  }

  async storeToken(connectionId: string, url: string, token: string): Promise<boolean> {
    await this.storage.store(toSecretKey(connectionId), JSON.stringify({ origin: new URL(url).origin, token }));
    return parse(await this.storage.get(toSecretKey(connectionId)))?.token === token;
  }

  async deleteToken(connectionId: string): Promise<void> {
    await this.storage.delete(toSecretKey(connectionId));
  }
}

function toSecretKey(connectionId: string): string {
  return `caseclock.token.${connectionId}`;
}

function parse(text: string | undefined): { readonly origin: string; readonly token: string } | undefined {
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // not written by us: as good as no token
  }
  if (!isRecord(value) || typeof value["origin"] !== "string" || typeof value["token"] !== "string") return undefined;
  return { origin: value["origin"], token: value["token"] };
}
