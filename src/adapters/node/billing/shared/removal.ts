import { seconds } from "../../../../base/time.ts";
import type { WriteResult } from "../../../../ports/billingProvider.ts";
import type { HttpRequest } from "./httpTransport.ts";
import type { OutgoingRecord } from "./systemProvider.ts";
import type { SystemHttp } from "./systemHttp.ts";

/** Takes a record away. One that is gone already counts as taken away; an answer with a body of something else does not. */
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
