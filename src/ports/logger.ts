/**
 * Levels: error = somebody must act; warn = degraded; info = state changes, about ten lines a day; debug = decisions;
 * trace = events. Never tokens; names of files and branches and texts of commits at debug and below only.
 */
export interface Logger {
  error(message: string, error?: unknown): void;
  warn(message: string, error?: unknown): void;
  info(message: string): void;
  debug(message: string): void;
  /** A logger whose lines begin with `[area]`. */
  child(area: string): Logger;
}
