import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { approveDrafts } from "../../src/app/billing/approveDrafts.ts";
import { correctEntry } from "../../src/app/billing/correctEntry.ts";
import { DECISION_KINDS, findLastSeq } from "../../src/app/ledger/decisionKinds.ts";
import { pushOutbox } from "../../src/app/billing/pushOutbox.ts";
import type { SyncPreview } from "../../src/app/billing/syncPreview.ts";
import { seconds, type LocalDate } from "../../src/base/time.ts";
import { caseRefKey, type Contract } from "../../src/domain/cases/case.ts";
import { isWithdrawable } from "../../src/domain/entries/approvedEntries.ts";
import { applyContract, type ApprovedSoFar } from "../../src/domain/entries/rounding.ts";
import { aCase, aConnection, must, UTC } from "../support/builders.ts";
import { FakeBilling } from "../support/fakeBilling.ts";
import { ManualClock } from "../support/manualClock.ts";
import { TestWindow } from "../support/memoryEventLog.ts";
import type { DraftEntry } from "../../src/domain/entries/draftEntry.ts";
import { withdrawApproval } from "../../src/app/edits/withdrawApproval.ts";

const NEVER = new AbortController().signal;
const DAYS = ["2026-03-09", "2026-03-10", "2026-03-11"] as unknown as readonly LocalDate[];
const UNITS = [1, 36, 60, 360, 900, 3_600];

const contract: fc.Arbitrary<Contract | undefined> = fc.option(
  fc.record(
    {
      incrementSeconds: fc.constantFrom(1, 60, 360, 900, 1_800),
      rounding: fc.constantFrom("none" as const, "up" as const, "nearest" as const, "down" as const),
      minimumSeconds: fc.constantFrom(0, 600, 3_600),
      billable: fc.constantFrom(true, true, true, false),
    },
    { requiredKeys: [] },
  ),
  { nil: undefined },
);

interface Approval {
  readonly connection: number;
  readonly case: number;
  readonly day: number;
  readonly billable: number;
}
const approval: fc.Arbitrary<Approval> = fc.record({
  connection: fc.nat({ max: 2 }),
  case: fc.nat({ max: 2 }),
  day: fc.nat({ max: 2 }),
  billable: fc.oneof(fc.nat({ max: 200 }), fc.nat({ max: 30_000 })),
});

/** Several connections, each with a unit of its own, over one ledger. */
class World {
  readonly window = new TestWindow(new ManualClock("12:00"));
  readonly billings: readonly FakeBilling[];
  private readonly contracts: readonly (Contract | undefined)[];
  private drafts = 0;

  constructor(units: readonly number[], contracts: readonly (Contract | undefined)[]) {
    this.contracts = contracts;
    this.billings = units.map((unit, index) => {
      const billing = new FakeBilling(aConnection({ id: `connection-${index}` }));
      billing.unitSeconds = unit;
      return billing;
    });
  }

  async approve({ connection: index, case: of, day, billable }: Approval): Promise<string> {
    const { window } = this;
    const billing = must(this.billings[index]);
    await window.view.catchUp();
    this.drafts += 1;
    const rules = this.contracts[of];
    const draft: DraftEntry = {
      entryId: `entry-${this.drafts}`,
      case: { ...aCase(`CASE-${of}`), ...(rules === undefined ? {} : { contract: rules }) },
      day: must(DAYS[day]),
      zone: UTC,
      intervals: [],
      observedSeconds: seconds(billable),
      bridgedSeconds: seconds(0),
      declaredSeconds: seconds(0),
      agentSeconds: seconds(0),
      writtenDownSeconds: seconds(0),
      billableSeconds: seconds(billable),
      declarations: [],
      conflictSeconds: seconds(0),
      description: "",
      commits: [],
      goneCommits: 0,
    };
    const preview: SyncPreview = {
      connection: billing.connection,
      unitSeconds: billing.unitSeconds,
      items: [],
      waitingElsewhere: 0,
      unassignedSeconds: seconds(0),
      approvalSeq: findLastSeq(window.view.ledger, DECISION_KINDS),
      share: "none",
    };
    const [id] = must(await approveDrafts(window, preview, [draft]));
    await window.view.catchUp();
    return must(id);
  }

  async push(index: number, ids: readonly string[]): Promise<void> {
    await pushOutbox(this.window, must(this.billings[index]), ids, NEVER, () => undefined);
  }

  /** Contract-billable and billed time of each case and connection, from the entries themselves. */
  sums(): Map<string, { contract: number; billed: number; unit: number }> {
    const sums = new Map<string, { contract: number; billed: number; unit: number }>();
    for (const { entry } of this.window.view.ledger.entries.all) {
      const index = Number(entry.connectionId.replace("connection-", ""));
      const key = `${index} ${caseRefKey(entry.case.ref)}`;
      const sum = sums.get(key) ?? { contract: 0, billed: 0, unit: must(this.billings[index]).unitSeconds };
      sums.set(key, {
        ...sum,
        contract: sum.contract + entry.contractSeconds,
        billed: sum.billed + entry.billedSeconds,
      });
    }
    return sums;
  }

  expectBound(): void {
    for (const [key, { contract: due, billed, unit }] of this.sums()) {
      expect({ key, isWithinUnit: Math.abs(billed - due) < unit }).toEqual({ key, isWithinUnit: true });
    }
    for (const { entry } of this.window.view.ledger.entries.all) {
      const unit = must(this.billings[Number(entry.connectionId.replace("connection-", ""))]).unitSeconds;
      expect({ isPositive: entry.billedSeconds >= 0, remainder: entry.billedSeconds % unit }).toEqual({
        isPositive: true,
        remainder: 0,
      });
    }
  }
}

const world = fc.record({
  units: fc.array(fc.constantFrom(...UNITS), { minLength: 3, maxLength: 3 }),
  contracts: fc.array(contract, { minLength: 3, maxLength: 3 }),
  approvals: fc.array(approval, { minLength: 1, maxLength: 25 }),
});

describe("rounding at approval", () => {
  it("keeps billed and contract-billable time of each case and connection less than a unit apart at all times", async () => {
    await fc.assert(
      fc.asyncProperty(world, fc.infiniteStream(fc.nat()), async ({ units, contracts, approvals }, chance) => {
        const made = new World(units, contracts);
        for (const one of approvals) {
          await made.approve(one);
          made.expectBound();
          // In whatever order and at whatever time they go: what is billed was fixed before.
          const index = must(chance.next().value) % 3;
          const open = made.window.view.ledger.entries.listOpen.filter(
            ({ entry }) => entry.connectionId === `connection-${index}` && must(chance.next().value) % 2 === 0,
          );
          await made.push(index, open.map(({ entry }) => entry.entryId).reverse());
          made.expectBound();
        }
        for (const index of [2, 1, 0]) {
          await made.push(
            index,
            made.window.view.ledger.entries.all
              .filter(({ entry }) => entry.connectionId === `connection-${index}`)
              .map(({ entry }) => entry.entryId),
          );
          for (const [key, { contract: due, unit }] of made.sums()) {
            if (!key.startsWith(`${index} `)) continue;
            const there = must(made.billings[index])
              .stored.filter(({ entry }) => `${index} ${caseRefKey(entry.case.ref)}` === key)
              .reduce((sum, { billedSeconds }) => sum + (billedSeconds ?? 0), 0);
            expect({ key, isWithinUnit: Math.abs(there - due) < unit }).toEqual({ key, isWithinUnit: true });
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("keeps it so when the last entry of a case is corrected, by whatever amount", async () => {
    await fc.assert(
      fc.asyncProperty(world, fc.nat({ max: 100 }), async ({ units, contracts, approvals }, percent) => {
        const made = new World(units, contracts);
        let last = "";
        for (const one of approvals) last = await made.approve(one);
        const { entry } = must(made.window.view.ledger.entries.get(last));
        const index = Number(entry.connectionId.replace("connection-", ""));
        await made.push(index, [last]);
        // What is carried was never sent, and is changed by withdrawing it.
        fc.pre(must(made.window.view.ledger.entries.get(last)).delivery.state === "receipted");
        const writtenDownSeconds = Math.floor((entry.billableSeconds * percent) / 100);
        fc.pre(writtenDownSeconds > 0);
        const change = { writtenDownSeconds, reason: "courtesy" };
        await correctEntry(made.window, last, change, must(made.billings[index]).unitSeconds);
        await made.window.view.catchUp();
        made.expectBound();
      }),
      { numRuns: 300 },
    );
  });

  it("has it so again with the next entry of the case, whatever was corrected or withdrawn before", async () => {
    const change = fc.record({ entry: fc.nat({ max: 24 }), percent: fc.nat({ max: 100 }), isPushed: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(world, fc.array(change, { maxLength: 12 }), async ({ units, contracts, approvals }, changes) => {
        const made = new World(units, contracts);
        const { view } = made.window;
        for (const one of approvals) await made.approve({ ...one, connection: one.case });
        for (const { entry: index, percent, isPushed } of changes) {
          const item = view.ledger.entries.all[index];
          if (item === undefined) continue;
          const { entry } = item;
          const of = Number(entry.connectionId.replace("connection-", ""));
          if (isPushed) await made.push(of, [entry.entryId]);
          await view.catchUp();
          const { state } = must(view.ledger.entries.get(entry.entryId)).delivery;
          const writtenDownSeconds = Math.floor(((entry.billableSeconds + entry.writtenDownSeconds) * percent) / 100);
          if (state === "waiting" || state === "carried") await withdrawWhereItCan(made, entry.entryId);
          else if (writtenDownSeconds !== entry.writtenDownSeconds) {
            const courtesy = { writtenDownSeconds, reason: "courtesy" };
            await correctEntry(made.window, entry.entryId, courtesy, must(made.billings[of]).unitSeconds);
          }
          await view.catchUp();
        }
        for (const of of [0, 1, 2]) {
          if (contracts[of]?.billable === false) continue; // nothing more comes that could bring it along
          for (const day of [0, 1, 2]) await made.approve({ connection: of, case: of, day, billable: 100_000 });
          const { contractTotal, billedTotal } = totalsOf(made, of);
          expect({ of, isWithinUnit: Math.abs(billedTotal - contractTotal) < must(units[of]) }).toEqual({
            of,
            isWithinUnit: true,
          });
          expect(contractTotal).toBe(dueOf(made, of, contracts[of]));
        }
      }),
      { numRuns: 300 },
    );
  });
});

async function withdrawWhereItCan({ window }: World, entryId: string): Promise<void> {
  const item = must(window.view.ledger.entries.get(entryId));
  if (isWithdrawable(item)) await withdrawApproval(window, [entryId]);
}

function totalsOf({ window }: World, of: number): ApprovedSoFar {
  return window.view.ledger.entries.approvedSoFar(aCase(`CASE-${of}`).ref, must(DAYS[0]), `connection-${of}`);
}

/** What the contract makes of each day's billable time, counted from the entries alone. */
function dueOf({ window }: World, of: number, contract: Contract | undefined): number {
  const ref = caseRefKey(aCase(`CASE-${of}`).ref);
  const entries = window.view.ledger.entries.all.map(({ entry }) => entry);
  return DAYS.reduce((sum, day) => {
    const ofDay = entries.filter((entry) => entry.day === day && caseRefKey(entry.case.ref) === ref);
    const billable = ofDay.reduce((all, { billableSeconds }) => all + billableSeconds, 0);
    return sum + applyContract(seconds(billable), contract);
  }, 0);
}
