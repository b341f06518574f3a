import { seconds } from "../../../../base/time.ts";
import type { WriteResult } from "../../../../ports/billingProvider.ts";
import type { HttpRequest } from "./httpTransport.ts";
import type { OutgoingRecord } from "./systemProvider.ts";
import type { SystemHttp } from "./systemHttp.ts";

/** Deletes a record. One that is already gone counts as deleted; an answer with a foreign body does not. */
export async function removeAt(
  http: SystemHttp,
  path: string,
  remoteId: string,
  { entry }: OutgoingRecord,
  signal: AbortSignal,
): Promise<WriteResult> {
  const gone: WriteResult = {
    kind: "written",
    remote: { externalId: entry.externalId, remoteId, billedSeconds: seconds(0) },
  };
  const request: HttpRequest = { method: "DELETE", path };
  const result = await http.write(request, signal, ({ malformed }) => (malformed ? undefined : gone));
  return result.kind === "rejected" && result.problem.kind === "not-found" ? gone : result;
}
