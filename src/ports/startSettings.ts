/** Rows of the table in `settings.ts` that the start of the extension reads: it is loaded without the others and what they need. */
import { choice, defineSetting } from "./settingKinds.ts";

/** How the item in the status bar is shown. */
export const STATUS_BAR = defineSetting("statusBar.show", choice("full", "short", "hidden"), "full");
