import * as v from "valibot";
import { t } from "../../../../base/text.ts";
import type { ConnectionProbe } from "../../../../ports/billingProvider.ts";
import { makeActivityQuestions } from "../shared/connectQuestions.ts";
import { kimaiActivitiesSchema, kimaiUserSchema } from "./kimai.ts";
import type { SystemHttp } from "../shared/systemHttp.ts";

const configSchema = v.object({ trackingMode: v.string() });

/** Reads the user, the activities, and how records are stored. @throws CaseclockError `billing.*` */
export async function probeKimai(
  http: SystemHttp,
  _answers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ConnectionProbe> {
  const { id, username, alias = "", timezone } = await http.read("/api/users/me", kimaiUserSchema, signal);
  const { trackingMode } = await http.read("/api/config/timesheet", configSchema, signal);
  const activities = await http.read("/api/activities?visible=1", kimaiActivitiesSchema, signal);
  const global = activities.filter(({ project }) => project === undefined);
  const first = (global.length === 0 ? activities : global).map((one) => ({ id: `${one.id}`, label: one.name }));
  return {
    account: { id: `${id}`, name: alias === "" ? username : alias },
    options: first[0] === undefined ? {} : { activity: first[0].id },
    questions: makeActivityQuestions(first),
    notes: [
      t("Kimai stores a record for each stretch of work, in the time zone of your Kimai profile ({0}).", timezone),
      t("It rounds by its own rules; what it stored is compared with what was sent."),
      ...(/^(punch|duration_fixed_begin)$/.test(trackingMode)
        ? [t('Its time tracking is set to "{0}", which accepts start and end from administrators only.', trackingMode)]
        : []),
    ],
  };
}
