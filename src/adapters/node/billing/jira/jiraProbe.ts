import * as v from "valibot";
import { t } from "../../../../base/text.ts";
import type { ConnectionProbe } from "../../../../ports/billingProvider.ts";
import type { SystemHttp } from "../shared/systemHttp.ts";

const meSchema = v.object({ accountId: v.string(), displayName: v.string() });

/** Who we are at Jira. @throws CaseclockError `billing.*` */
export async function probeJira(
  http: SystemHttp,
  _answers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ConnectionProbe> {
  const { accountId, displayName } = await http.read("/rest/api/3/myself", meSchema, signal);
  return {
    account: { id: accountId, name: displayName },
    options: {},
    questions: [],
    notes: [
      t("Jira stores whole minutes; seconds are carried to the case's next entry."),
      t("Remaining estimates are not changed."),
    ],
  };
}
