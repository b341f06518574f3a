import type { Window } from "./window.ts";
import { DisposableStore, type IDisposable } from "../base/disposable.ts";
import { Emitter } from "../base/emitter.ts";
import type { ApiDisposable, CaseclockApi } from "../ports/api.ts";
import type { CaseSummary } from "../ports/commands.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

const PROVIDER = /^[A-Za-z][\w-]{0,63}\.[\w-]{1,64}$/;

/** The API of the extension, usable before the core is there. */
export class PublicApi {
  private readonly changed = new Emitter<CaseSummary | undefined>();
  /** Ids that other extensions have registered. */
  private readonly sources = new Set<string>();
  private registering: Promise<void> = Promise.resolve();
  private picked: CaseSummary | undefined;
  readonly exports: CaseclockApi;

  constructor(core: () => Promise<Window>, report: (error: unknown) => void) {
    this.exports = Object.freeze<CaseclockApi>({
      version: 2,
      currentCase: () => this.picked,
      onDidChangeCurrentCase: (listener) => this.changed.event((picked) => void listener(picked)),
      today: async () => (await core()).handlers["caseclock.today"]({}, { byArgument: true, byPerson: false }),
      registerCaseSource: (source) => {
        const { id, label } = source;
        if (typeof id !== "string" || !UUID.test(id)) throw new Error("Caseclock: the id of a case source is a UUID");
        if (typeof label !== "string" || label.trim() === "") throw new Error("Caseclock: a case source has a label");
        const key = id.toLowerCase();
        if (this.sources.has(key)) throw new Error(`Caseclock: there is a case source ${id} already`);
        return this.register(key, async () => (await core()).registerCaseSource(source), report);
      },
      registerBillingProvider: (provider) => {
        const { id, label, unitSeconds } = provider;
        if (typeof id !== "string" || !PROVIDER.test(id)) {
          throw new Error("Caseclock: the id of a billing provider is publisher.name");
        }
        if (typeof label !== "string" || label.trim() === "")
          throw new Error("Caseclock: a billing provider has a label");
        if (!Number.isInteger(unitSeconds) || unitSeconds < 1) {
          throw new Error("Caseclock: a billing provider has a unit of whole seconds");
        }
        if (this.sources.has(id)) throw new Error(`Caseclock: there is a billing provider ${id} already`);
        return this.register(id, async () => (await core()).registerBillingProvider(provider), report);
      },
    });
  }

  /** One after the other: an id that is released and registered again must find the first one gone. */
  private register(key: string, take: () => Promise<IDisposable>, report: (error: unknown) => void): ApiDisposable {
    this.sources.add(key);
    const store = new DisposableStore();
    let isWanted = true;
    this.registering = this.registering
      .then(async () => {
        if (isWanted) store.add(await take());
      })
      .catch(report);
    return {
      dispose: () => {
        if (isWanted) this.sources.delete(key);
        isWanted = false;
        store.dispose();
      },
    };
  }

  /** The case has changed where the person works. */
  show(picked: CaseSummary | undefined): void {
    if (picked?.id === this.picked?.id && picked?.source === this.picked?.source) return;
    this.picked = picked;
    this.changed.fire(picked);
  }
}
