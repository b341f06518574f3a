import { plural } from "../../base/text.ts";
import type { LogNotice } from "../../ports/eventLog.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Notifier } from "./notifier.ts";
import { presentError, showLogAction } from "../text/presentError.ts";
import { presentSetAside } from "../text/presentNotices.ts";

/** Reports what happened to the ledger's file, as far as it concerns the person. */
export function tellLogNotice(notifier: Notifier, logger: Logger, notice: LogNotice): void {
  switch (notice.kind) {
    case "unreadableRows": {
      logger.warn(`${notice.count} unreadable rows in the ledger, first: ${notice.first}`);
      const text = plural(
        notice.count,
        "{0} row of the ledger cannot be read. It was left in place; everything else is counted.",
        "{0} rows of the ledger cannot be read. They were left in place; everything else is counted.",
      );
      notifier.tell("unreadableRows", "warning", text, showLogAction());
      break;
    }
    case "setAside":
      logger.error(`ledger set aside: ${notice.reason}`);
      if (notice.keptAs === "") break; // the window that did it tells
      notifier.tell(
        `setAside:${notice.keptAs}`,
        "error",
        presentSetAside(notice.keptAs, notice.salvage),
        showLogAction(),
      );
      break;
    case "newer":
      logger.warn("ledger of a newer version, opened read-only");
      notifier.tell("ledger.newer", "warning", presentError("ledger.newer").text);
      break;
    case "rewritten":
      logger.info("ledger rewritten");
      break;
    case "backupFailed":
      logger.warn(`backup failed: ${notice.reason}`);
      break;
  }
}
