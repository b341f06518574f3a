import { accountName } from "../adapters/node/system/accountName.ts";
import type { EditContext } from "../app/edits/reassign.ts";
import { t } from "../base/text.ts";
import type { ZoneId } from "../base/time.ts";
import type { SettingsSource } from "../ports/settings.ts";
import { openSettings, type Notifier } from "../ui/shell/notifier.ts";
import type { StatusBarItem } from "../ui/status/statusBarItem.ts";

interface CorePolicyContext extends EditContext {
  readonly settings: SettingsSource;
  readonly zone: () => ZoneId;
  readonly statusBar: StatusBarItem;
  readonly notifier: Notifier;
}

interface CorePolicy {
  /** Writes the policy of the settings, if another one is in force. */
  readonly applyPolicy: () => Promise<void>;
  /** Writes who works at this computer, if that was somebody else until now: an entry's history names them. */
  readonly applyPerson: () => Promise<void>;
  readonly checkSettings: () => void;
}

/** Part of the composition root: what settings mean for the ledger from now on, and which of them cannot be used. */
export function policyPart({
  log,
  view,
  factory,
  clock,
  settings,
  zone,
  statusBar,
  notifier,
}: CorePolicyContext): CorePolicy {
  return {
    applyPolicy: async (): Promise<void> => {
      const { idleTimeoutSeconds } = settings.current().value;
      const inForce = view.ledger.timeline.policyAt(clock.now());
      if (inForce.idleTimeoutSeconds === idleTimeoutSeconds && inForce.zone === zone()) return;
      await log.append([factory.create({ kind: "policy", idleTimeoutSeconds, zone: zone() })]);
    },
    applyPerson: async (): Promise<void> => {
      const name = accountName();
      if (name === "" || name === view.ledger.person) return;
      await log.append([factory.create({ kind: "person", name })]);
    },
    checkSettings: (): void => {
      const { value, rejected } = settings.current();
      statusBar.setVisible(value.statusBar !== "hidden");
      if (rejected.length === 0) return;
      const names = rejected.map((key) => `caseclock.${key}`).join(", ");
      const text = t("These settings have values that cannot be used; their defaults hold: {0}.", names);
      notifier.tell(`settings:${names}`, "warning", text, openSettings());
    },
  };
}
