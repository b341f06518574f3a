import { isRecord } from "../../base/json.ts";
import { epochMs, SECOND_MS, secondsBetween, type LocalDate } from "../../base/time.ts";
import { caseRefKey, type CaseRef } from "../cases/case.ts";
import type { CapturedDay } from "./daySheet.ts";
import type { CapturedKind, Piece } from "../capture/span.ts";
import { treeId, type TreeId } from "../cases/treeId.ts";

/** Version of the fold: days that an earlier one computed are folded again. Raise it whenever what counts changes. */
export const FOLD_VERSION = 2;

const PARTS: readonly CapturedKind[] = ["observed", "bridged", "agent"];

/** Start and length in seconds, then indexes into the lists of parts, cases and trees. */
type PackedPiece = readonly [start: number, length: number, part: number, ofCase: number, ofTree: number];

/** Encodes a folded day as text: each case and work tree once, times in whole seconds. */
export function encodeDay({ pieces, agentPieces, relived }: CapturedDay): string {
  const cases: (CaseRef | null)[] = [];
  const caseIndex = new Map<string, number>();
  const trees: TreeId[] = [];
  const indexOf = <T>(list: T[], known: Map<string, number>, key: string, value: T): number => {
    let index = known.get(key);
    if (index === undefined) known.set(key, (index = list.push(value) - 1));
    return index;
  };
  const treeIndex = new Map<string, number>();
  const pack = (piece: Piece): PackedPiece => [
    piece.start / SECOND_MS,
    secondsBetween(piece.start, piece.end),
    PARTS.indexOf(piece.part),
    indexOf(cases, caseIndex, caseRefKey(piece.case), piece.case),
    indexOf(trees, treeIndex, piece.tree, piece.tree),
  ];
  const packed = [...pieces, ...agentPieces].map(pack);
  return JSON.stringify({
    cases,
    trees,
    pieces: packed,
    ...(relived === undefined ? {} : { relived: relived.map(pack) }),
  });
}

/** Decodes a text of `encodeDay`; undefined when it is invalid, and then the day is folded again. */
export function decodeDay(day: LocalDate, text: string): CapturedDay | undefined {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return undefined; // damaged or edited by hand: the day can be folded again
  }
  if (!isRecord(read)) return undefined;
  const { cases, trees, pieces, relived } = read;
  if (!Array.isArray(cases) || !Array.isArray(trees)) return undefined;
  const unpackAll = (list: unknown): readonly Piece[] | undefined => {
    if (!Array.isArray(list)) return undefined;
    const all = list.map((packed) => unpack(packed, cases, trees, day)).filter((piece) => piece !== undefined);
    return all.length === list.length ? all : undefined;
  };
  const all = unpackAll(pieces);
  const again = relived === undefined ? [] : unpackAll(relived);
  if (all === undefined || again === undefined) return undefined;
  return {
    day,
    pieces: all.filter((piece) => piece.part !== "agent"),
    agentPieces: all.filter((piece) => piece.part === "agent"),
    ...(again.length === 0 ? {} : { relived: again }),
  };
}

function unpack(
  packed: unknown,
  cases: readonly unknown[],
  trees: readonly unknown[],
  day: LocalDate,
): Piece | undefined {
  if (!Array.isArray(packed) || packed.length !== 5 || !packed.every((one) => Number.isInteger(one))) return undefined;
  const [start = 0, length = 0, partIndex = 0, caseIndex = 0, treeIndex = 0] = packed as readonly number[];
  const part = PARTS[partIndex];
  const of = cases[caseIndex];
  const tree = trees[treeIndex];
  if (part === undefined || length <= 0 || typeof tree !== "string" || !(of === null || isRef(of))) return undefined;
  return {
    start: epochMs(start * SECOND_MS),
    end: epochMs((start + length) * SECOND_MS),
    part,
    case: of,
    tree: treeId(tree),
    day,
  };
}

function isRef(value: unknown): value is CaseRef {
  return isRecord(value) && typeof value["source"] === "string" && typeof value["id"] === "string";
}
