/** Every failure that a person may get to see; stable, because logs, tests and presenters depend on it. */
export type ErrorCode =
  | "arguments.invalid"
  | "billing.auth"
  | "billing.cancelled"
  | "billing.insecureUrl"
  | "billing.noConnection"
  | "billing.noProvider"
  | "billing.offline"
  | "billing.permission"
  | "billing.protocol"
  | "billing.rejected"
  | "billing.server"
  | "billing.unanswered"
  | "billing.urlChanged"
  | "billing.urlInvalid"
  | "billing.folderUnwritable"
  | "billing.busy"
  | "cases.ambiguousKey"
  | "cases.invalidKey"
  | "cases.sourceFailed"
  | "cases.unknownKey"
  | "entries.claimed"
  | "entries.dayFull"
  | "entries.sent"
  | "entries.stale"
  | "entries.unsettled"
  | "export.failed"
  | "git.distrusted"
  | "git.failed"
  | "git.missing"
  | "git.notARepository"
  | "git.unreachable"
  | "import.conflict"
  | "import.newer"
  | "import.partial"
  | "import.unreadable"
  | "ledger.busy"
  | "ledger.damaged"
  | "ledger.full"
  | "ledger.newer"
  | "ledger.unavailable"
  | "ledger.unsupported"
  | "secrets.memoryOnly"
  | "tagging.hookInTheWay"
  | "tagging.untrusted"
  | "tagging.remoteFolder";

const BRAND = Symbol.for("caseclock.error");

/**
 * A failure outside Caseclock: network, disk, git, another program.
 * Bundles are loaded lazily and each holds its own copy of this class: test with `CaseclockError.is`, not `instanceof`.
 */
export class CaseclockError extends Error {
  readonly [BRAND] = true;
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "CaseclockError";
    this.code = code;
  }

  /** Whether `error` is one, with one of `codes` if any are given. */
  static is(error: unknown, ...codes: readonly ErrorCode[]): error is CaseclockError {
    return (
      error instanceof Error && BRAND in error && (codes.length === 0 || codes.includes((error as CaseclockError).code))
    );
  }
}

/** Ends a `switch` over a union: reaching it is a bug that the compiler reports first. */
export function assertNever(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}

/** The text of whatever was thrown, for a log line. */
export function toErrorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
