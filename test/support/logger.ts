import type { Logger } from "../../src/ports/logger.ts";

/** Keeps every line, for tests that look for what must not be in one. */
export class MemoryLogger implements Logger {
  readonly lines: string[] = [];

  error(message: string, error?: unknown): void {
    this.keep(message, error);
  }

  warn(message: string, error?: unknown): void {
    this.keep(message, error);
  }

  info(message: string): void {
    this.keep(message);
  }

  debug(message: string): void {
    this.keep(message);
  }

  child(): Logger {
    return this;
  }

  private keep(message: string, error?: unknown): void {
    this.lines.push(
      error === undefined ? message : `${message}: ${error instanceof Error ? error.message : JSON.stringify(error)}`,
    );
  }
}
