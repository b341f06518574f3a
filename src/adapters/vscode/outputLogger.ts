import type * as vscode from "vscode";
import { toErrorMessage } from "../../domain/errors.ts";
import type { Logger } from "../../ports/logger.ts";

/** A logger on the extension's one output channel: `[area] text`. */
export class OutputLogger implements Logger {
  private readonly channel: vscode.LogOutputChannel;
  private readonly prefix: string;

  constructor(channel: vscode.LogOutputChannel, area = "") {
    this.channel = channel;
    this.prefix = area === "" ? "" : `[${area}] `;
  }

  error(message: string, error?: unknown): void {
    this.channel.error(this.text(message, error));
  }

  warn(message: string, error?: unknown): void {
    this.channel.warn(this.text(message, error));
  }

  info(message: string): void {
    this.channel.info(this.text(message));
  }

  debug(message: string): void {
    this.channel.debug(this.text(message));
  }

  child(area: string): Logger {
    return new OutputLogger(this.channel, area);
  }

  private text(message: string, error?: unknown): string {
    return `${this.prefix}${message}${error === undefined ? "" : `: ${toErrorMessage(error)}`}`;
  }
}
