/** Example, as the page of its API says. */
import { recordOf, serve, type Call, type FaultyServer, type Reply } from "./server.ts";

interface Entry {
  readonly id: string;
  readonly case: string;
  readonly day: string;
  readonly minutes: number;
  readonly note: string;
  readonly reference: string;
}

export const TOY_TOKEN = "toy-0123456789abcdef";

export async function startToyFake(): Promise<{ readonly server: FaultyServer; readonly entries: Entry[] }> {
  const entries: Entry[] = [];
  let last = 0;
  const answer = ({ method, path, query, headers, body }: Call): Reply => {
    if (headers["authorization"] !== `Bearer ${TOY_TOKEN}`) return { status: 401, body: { error: "Who are you?" } };
    if (path === "/me") return { status: 200, body: { id: 6, name: "Erin Engineer" } };
    if (path === "/cases")
      return { status: 200, body: [{ id: 1, key: "#1", title: "Importer", customer: "Harbour Foods Ltd" }] };
    if (method === "GET") {
      const isMeant = ({ reference, day }: Entry): boolean =>
        (query.get("reference") ?? reference) === reference &&
        (query.get("from") ?? day) <= day &&
        (query.get("to") ?? day) >= day;
      return { status: 200, body: entries.filter(isMeant) };
    }
    const id = path.replace(/^\/entries\/?/, "");
    const index = entries.findIndex((one) => one.id === id);
    if (id !== "" && index < 0) return { status: 404, body: { error: "No such entry." } };
    if (method === "DELETE") {
      entries.splice(index, 1);
      return { status: 204 };
    }
    const sent = recordOf(body) as unknown as Omit<Entry, "id">;
    if (sent.case !== "1") return { status: 422, body: { error: "No such case." } };
    const stored = { ...sent, id: id === "" ? String((last += 1)) : id };
    entries.splice(index < 0 ? entries.length : index, index < 0 ? 0 : 1, stored);
    return { status: 200, body: stored };
  };
  return { server: await serve(answer), entries };
}
