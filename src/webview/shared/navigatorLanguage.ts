/**
 * To be imported before uPlot, which asks `Intl` for the browser's language while it is loaded. On a computer without a locale
 * (`LANG=C`) Chromium says `en-US@posix`, which `Intl` rejects, and nothing after that import would run.
 */
try {
  Intl.getCanonicalLocales(navigator.language);
} catch {
  Object.defineProperty(navigator, "language", { value: "en", configurable: true });
}
