import { conformance } from "./conformance.ts";
import { TOY_TOKEN, startToyFake } from "./fakes/toy.ts";

conformance("Toy", { unitSeconds: 60, correction: "replace", isPerSpan: false }, async () => {
  const { server, entries } = await startToyFake();
  return {
    provider: "toy",
    url: server.url,
    token: TOY_TOKEN,
    badToken: "toy-ffffffffffffffff",
    options: {},
    account: { id: "6" },
    openCase: { id: "1", key: "#1", title: "Importer", customer: "Harbour Foods Ltd" },
    refusing: { missing: "999" },
    server,
    stored: () =>
      Promise.resolve(entries.map(({ id, minutes, note, day }) => ({ id, seconds: minutes * 60, text: note, day }))),
    close: () => server.close(),
  };
});
