import * as v from "valibot";
import { identity, contractSchema } from "../billing/shared/restSchemas.ts";

/** A case as the server gives it; its key still has to be checked. */
export const caseSchema = v.object({
  id: identity,
  key: v.string(),
  title: v.string(),
  status: v.picklist(["open", "closed"]),
  customer: v.object({ id: v.string(), name: v.string() }),
  url: v.exactOptional(v.string()),
  activities: v.exactOptional(
    v.array(v.object({ id: identity, name: v.string(), billable: v.exactOptional(v.boolean()) })),
  ),
  contract: v.exactOptional(contractSchema),
});
