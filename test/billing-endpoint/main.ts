import { parseArgs } from "node:util";
import { startEndpoint } from "./server.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    database: { type: "string", default: ":memory:" },
    token: { type: "string" },
    seed: { type: "boolean", default: false },
  },
});
const endpoint = await startEndpoint({
  port: Number(values.port),
  database: values.database,
  seed: values.seed,
  ...(values.token !== undefined && { token: values.token }),
});
const { url, pageUrl, token } = endpoint;
console.log(JSON.stringify({ url, pageUrl, token }));
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void endpoint.close());
