/** Rows of the table in `settings.ts` that activation reads: loaded without the others and their dependencies. */
import { choice, defineSetting } from "./settingKinds.ts";

/** How the status bar item is shown. */
export const STATUS_BAR = defineSetting("statusBar.show", choice("full", "short", "hidden"), "full");
