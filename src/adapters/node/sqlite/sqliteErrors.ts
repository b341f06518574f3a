import { CaseclockError, toErrorMessage } from "../../../domain/errors.ts";

/** SQLite's primary result codes that we act on. @source https://sqlite.org/rescode.html */
const ERROR = 1;
const INTERNAL = 2;
const BUSY = 5;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const CONSTRAINT = 19;
const NOTADB = 26;

/** SQLite's primary result code of whatever was thrown; extended codes carry it in their low byte. */
function primaryCode(error: unknown): number | undefined {
  const code = error instanceof Error && "errcode" in error ? error.errcode : undefined;
  return typeof code === "number" ? code & 0xff : undefined;
}

const isOneOf = (error: unknown, ...codes: readonly number[]): boolean => codes.includes(primaryCode(error) ?? -1);

/** Whether SQLite reports the file itself as broken. */
export function isDamage(error: unknown): boolean {
  return isOneOf(error, CORRUPT, NOTADB) || CaseclockError.is(error, "ledger.damaged");
}

/** Whether a broken file may be the cause; `PRAGMA quick_check` can tell. */
export function isSuspect(error: unknown): boolean {
  return isOneOf(error, ERROR, INTERNAL, IOERR);
}

/** Whether another connection holds a lock that this one needs. */
export function isBusy(error: unknown): boolean {
  return isOneOf(error, BUSY);
}

/** Whether a row breaks a rule of its table. */
export function isConstraint(error: unknown): boolean {
  return isOneOf(error, CONSTRAINT);
}

/** Whether the path holds something that can never be opened: a folder, or a file that is not ours to read. */
export function isUnopenable(error: unknown): boolean {
  if (isOneOf(error, CANTOPEN)) return true;
  return error instanceof Error && "code" in error && ["EACCES", "EISDIR", "EPERM"].includes(String(error.code));
}

/** Whether the disk or the system failed, not SQLite. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && "code" in error && "syscall" in error;
}

/** Turns anything thrown into a CaseclockError with its code. */
export function typed(error: unknown): CaseclockError {
  if (CaseclockError.is(error)) return error;
  const cause = { cause: error };
  switch (primaryCode(error)) {
    case BUSY:
      return new CaseclockError("ledger.busy", toErrorMessage(error), cause);
    case FULL:
      return new CaseclockError("ledger.full", toErrorMessage(error), cause);
    case CORRUPT:
    case NOTADB:
      return new CaseclockError("ledger.damaged", toErrorMessage(error), cause);
    default: {
      const full = error instanceof Error && "code" in error && error.code === "ENOSPC";
      return new CaseclockError(full ? "ledger.full" : "ledger.unavailable", toErrorMessage(error), cause);
    }
  }
}
