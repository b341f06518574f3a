import { CaseclockError } from "../errors.ts";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * A base URL in one spelling: no query, no fragment, no slash at the end.
 * @throws CaseclockError `billing.urlInvalid` when it is no absolute http(s) URL or carries a user name or password |
 * `billing.insecureUrl` for http to anything but this machine
 */
export function parseBillingUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch (error) {
    throw new CaseclockError("billing.urlInvalid", `${text} is not a URL`, { cause: error });
  }
  if ((url.protocol !== "https:" && url.protocol !== "http:") || url.username !== "" || url.password !== "") {
    throw new CaseclockError("billing.urlInvalid", `${url.protocol}//${url.host} cannot be used`);
  }
  if (url.protocol === "http:" && !LOOPBACK.test(url.hostname)) {
    throw new CaseclockError("billing.insecureUrl", `http to ${url.hostname} would show the token to the network`);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}
