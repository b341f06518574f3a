import * as v from "valibot";
import { t } from "../../../../base/text.ts";
import type { ConnectionProbe } from "../../../../ports/billingProvider.ts";
import type { SystemHttp } from "../shared/systemHttp.ts";

const userSchema = v.object({ id: v.number(), username: v.string(), name: v.string() });

/** Reads the user at GitLab. @throws CaseclockError `billing.*` */
export async function probeGitlab(
  http: SystemHttp,
  _answers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ConnectionProbe> {
  const { id, username, name } = await http.read("/api/v4/user", userSchema, signal);
  return {
    account: { id: `${id}`, name },
    options: { username },
    questions: [],
    notes: [
      t("GitLab stores whole minutes; seconds are carried to the case's next entry."),
      t("It stores at most 255 characters of text and cannot change a time log: a corrected one is created again."),
      t("Anyone who can see the issue can see its time logs and their texts."),
    ],
  };
}
