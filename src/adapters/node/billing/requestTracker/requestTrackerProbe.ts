import * as v from "valibot";
import { t } from "../../../../base/text.ts";
import { CaseclockError } from "../../../../domain/errors.ts";
import type { ConnectionProbe } from "../../../../ports/billingProvider.ts";
import { RT_API } from "./requestTracker.ts";
import { idText } from "../shared/restSchemas.ts";
import type { SystemHttp } from "../shared/systemHttp.ts";

const userSchema = v.object({ id: idText, Name: v.string(), RealName: v.exactOptional(v.string()) });

/** A token begins with its user's number: RT has no other way to ask who one is. */
export function readRtAccount(token: string): Readonly<Record<string, string>> {
  const user = /^1-(\d+)-/.exec(token)?.[1];
  return user === undefined ? {} : { user };
}

/** Reads the token's user and the version of RT. @throws CaseclockError `billing.*` */
export async function probeRequestTracker(
  http: SystemHttp,
  { user: number }: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ConnectionProbe> {
  if (number === undefined) throw new CaseclockError("billing.auth", t("an auth token of RT begins with 1-"));
  const { Version } = await http.read(`${RT_API}/rt`, v.object({ Version: v.string() }), signal);
  const { id: own, Name, RealName = "" } = await http.read(`${RT_API}/user/${number}`, userSchema, signal);
  return {
    account: { id: own, name: RealName === "" ? Name : RealName },
    options: {},
    questions: [],
    notes: [
      t("Request Tracker {0} stores whole minutes; seconds are carried to the case's next entry.", Version),
      t("It dates time by when it is sent; each comment states the day and hours. Sync often."),
      t("Time cannot be changed afterwards: a correction is a separate comment that adds or subtracts minutes."),
    ],
  };
}
