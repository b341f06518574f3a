import * as v from "valibot";
import { t } from "../../../../base/text.ts";
import type { ConnectionProbe } from "../../../../ports/billingProvider.ts";
import { makeActivityQuestions } from "../shared/connectQuestions.ts";
import { redmineActivities, redmineEntriesSchema } from "./redmine.ts";
import type { SystemHttp } from "../shared/systemHttp.ts";

const meSchema = v.object({
  user: v.object({ id: v.number(), login: v.exactOptional(v.string()), firstname: v.string(), lastname: v.string() }),
});

/** Reads the user, the activities, and where our key can be stored. @throws CaseclockError `billing.*` */
export async function probeRedmine(
  http: SystemHttp,
  answers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ConnectionProbe> {
  const { user } = await http.read("/users/current.json", meSchema, signal);
  const activities = (await redmineActivities(http, signal)).filter(({ active }) => active !== false);
  const { time_entries: seen } = await http.read("/time_entries.json?limit=100", redmineEntriesSchema, signal);
  const fields = seen.flatMap(({ custom_fields: own = [] }) => own);
  const { keyField: wanted } = answers;
  const field =
    wanted === undefined
      ? fields.find(({ name }) => /external.?id|caseclock/i.test(name))
      : fields.find(({ id }) => `${id}` === wanted);
  const keyField = field === undefined ? (wanted ?? "") : `${field.id}`;
  const fallback = activities.find(({ is_default: isDefault }) => isDefault === true) ?? activities[0];
  const choices = activities.map(({ id, name }) => ({ id: `${id}`, label: name }));
  const questions = [...makeActivityQuestions(choices, fallback === undefined ? undefined : `${fallback.id}`)];
  if (field === undefined) {
    questions.push({
      id: "keyField",
      title: t("Place for Caseclock's key"),
      prompt: t(
        "Number of a custom field for time entries (text, used as a filter). Leave empty to put the key at the end of the comment",
      ),
      fallback: "",
    });
  }
  return {
    account: { id: `${user.id}`, name: `${user.firstname} ${user.lastname}`.trim() || (user.login ?? `${user.id}`) },
    options: {
      ...(keyField === "" ? {} : { keyField }),
      ...(field === undefined ? {} : { keyFieldSeen: "yes" }),
      ...(fallback === undefined ? {} : { activity: `${fallback.id}` }),
    },
    questions,
    notes: [
      t("Redmine stores whole minutes; seconds are carried to the case's next entry."),
      field === undefined
        ? t("Caseclock puts its key at the end of each comment.")
        : t('Caseclock puts its key in the field "{0}".', field.name),
    ],
  };
}
