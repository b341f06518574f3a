import type { BillingCase, Contract } from "./model.ts";
import type { Store } from "./store.ts";

const HOUR = 3600;

const ANALYSIS = { id: "analysis", name: "Analysis", billable: true };
const DEVELOPMENT = { id: "development", name: "Development", billable: true };
const SUPPORT = { id: "support", name: "Support", billable: true };
const MEETING = { id: "meeting", name: "Call or meeting", billable: true };
const TRAVEL = { id: "travel", name: "Travel", billable: false };

interface Customer {
  readonly id: string;
  readonly name: string;
  readonly activities: NonNullable<BillingCase["activities"]>;
  /** For every case of the customer that has none of its own. */
  readonly contract: Contract;
  readonly cases: readonly (Pick<BillingCase, "id" | "key" | "title"> &
    Partial<Pick<BillingCase, "status" | "contract">>)[];
}

const CUSTOMERS: readonly Customer[] = [
  {
    id: "acme",
    name: "Acme Logistics",
    activities: [ANALYSIS, DEVELOPMENT, SUPPORT, MEETING],
    // Paid by the second: what is billed is exactly what was worked.
    contract: { billable: true },
    cases: [
      {
        id: "case-1234",
        key: "ACME-1234",
        title: "Import job times out on large files",
        contract: { budgetSeconds: 40 * HOUR, usedSeconds: 17 * HOUR + 754, billable: true },
      },
      { id: "case-1240", key: "ACME-1240", title: "Label printer skips every second parcel" },
      { id: "case-1251", key: "ACME-1251", title: "Route planner ignores the new depot in Graz" },
      { id: "case-1198", key: "ACME-1198", title: "Move the nightly export to the new host", status: "closed" },
    ],
  },
  {
    id: "bluewater",
    name: "Bluewater Clinic",
    activities: [SUPPORT, MEETING, TRAVEL],
    // Quarters of an hour, begun is billed.
    contract: { incrementSeconds: 900, rounding: "up", minimumSeconds: 900, billable: true },
    cases: [
      { id: "case-5127", key: "#5127", title: "Appointments show an hour early after the clock change" },
      { id: "case-5131", key: "#5131", title: "Insurer reports miss the last day of the month" },
      { id: "case-5090", key: "#5090", title: "Replace the expired scanner certificates", status: "closed" },
    ],
  },
  {
    id: "northgate",
    name: "Northgate University",
    activities: [ANALYSIS, SUPPORT],
    contract: { billable: true },
    cases: [
      {
        id: "case-880",
        key: "RT#880",
        title: "Single sign-on loops for guest accounts",
        // Twelve minutes are left of what was bought.
        contract: { budgetSeconds: 20 * HOUR, usedSeconds: 20 * HOUR - 720, billable: true },
      },
      { id: "case-912", key: "RT#912", title: "Mail queue backs up every Monday morning" },
    ],
  },
  {
    id: "fernhill",
    name: "Fernhill Savings Bank",
    activities: [ANALYSIS, DEVELOPMENT, MEETING],
    contract: { incrementSeconds: 360, rounding: "nearest" },
    cases: [
      {
        id: "case-fsb-77",
        key: "FSB-77",
        title: "Interest differs by a cent between statement and ledger",
        contract: { incrementSeconds: 360, rounding: "nearest", budgetSeconds: 120 * HOUR, usedSeconds: 64 * HOUR },
      },
      { id: "case-fsb-81", key: "FSB-81", title: "Renew the payment gateway's client certificates" },
      { id: "case-fsb-84", key: "FSB-84", title: "Audit trail: export for the supervisory authority" },
    ],
  },
  {
    id: "orchard",
    name: "Orchard Robotics",
    activities: [DEVELOPMENT, SUPPORT, TRAVEL],
    // Long simulations: pauses up to ten minutes are work, and so is what an agent does meanwhile.
    contract: { idleSeconds: 600, agentTimeBillable: true, billable: true },
    cases: [
      { id: "case-or-301", key: "OR/301", title: "Gripper stalls when the belt restarts" },
      { id: "case-or-305", key: "OR/305", title: "Roll back the arm's firmware on line 2" },
    ],
  },
  {
    id: "lindqvist",
    name: "Lindqvist & Rao (ourselves)",
    activities: [MEETING],
    contract: { billable: false },
    cases: [
      { id: "case-int-1", key: "INT-1", title: "Meetings and administration" },
      { id: "case-int-7", key: "INT-7", title: "Training of new colleagues" },
    ],
  },
];

/** The demo's cases. */
export const SEED_CASES: readonly BillingCase[] = CUSTOMERS.flatMap(({ id, name, activities, contract, cases }) =>
  cases.map((each) => ({
    status: "open" as const,
    contract,
    ...each,
    customer: { id, name },
    url: `https://cases.example.com/${encodeURIComponent(each.key)}`,
    activities,
  })),
);

/** Adds the demo's cases that the store does not have. */
export function seedCases(store: Store): void {
  store.transaction(() => {
    for (const seed of SEED_CASES) if (store.case(seed.id) === undefined) store.putCase(seed);
  });
}
