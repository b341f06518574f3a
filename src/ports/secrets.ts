/** Tokens, kept by the editor's secret storage and nowhere else, each bound to the origin of its URL. */
export interface Secrets {
  /** The connection's token for the origin of `url`; undefined if there is none or it was for another origin. */
  tokenFor(connectionId: string, url: string): Promise<string | undefined>;
  /** Stores a token; false when it will be gone after a restart because this machine has no keyring. */
  storeToken(connectionId: string, url: string, token: string): Promise<boolean>;
  deleteToken(connectionId: string): Promise<void>;
}
