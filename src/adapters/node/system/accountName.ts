import * as os from "node:os";

/** The name of the account that this process runs under; empty where the computer knows none. */
export function accountName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return ""; // a user id without an account, as in many containers
  }
}
