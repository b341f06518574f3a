/** The timeline: hours, a cursor, one lane per case, gaps, commits, a selection and what can be done with it. */
import { html, nothing, svg, type TemplateResult } from "lit/html.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { t } from "../../base/text.ts";
import { MINUTE_MS } from "../../base/time.ts";
import { shorten } from "../shared/foreignText.ts";
import type { DayModel, TimelineItem, TimelineLane } from "../../ports/timesheet.ts";
import { formatHours } from "../shared/amounts.ts";
import { listTicks } from "../shared/clock.ts";
import { locate, locateRange, type Stretch } from "./geometry.ts";
import { describeCursor, describeItem } from "./timelineNames.ts";
import { createCommitId, getCursor, createGapId, listStops, getStretch } from "./timelineParts.ts";
import {
  bringIntoView,
  handleCursorKey,
  handleItemKey,
  beginDrag,
  continueDrag,
  endDrag,
  zoomBy,
} from "./timelineInput.ts";
import { openClaim, renderSelectionBar } from "./timelineSelection.ts";
import { renderButton } from "../shared/controls.ts";
import { findCase, nameCase, type Shown, describeRange } from "./ui.ts";

type Day = Shown<DayModel>;

/** How many ticks are readable beside each other. */
const MAX_TICKS = 13;

export function renderTimeline(ui: Day): TemplateResult {
  const { model, state, store } = ui;
  const view = getStretch(ui);
  const day = { from: model.dayStart, to: model.dayEnd };
  const stops = listStops(model).flat();
  const seen = stops.filter(({ start, end }) => end > view.from && start < view.to);
  const tabStop = (seen.find(({ id }) => id === state.item) ?? seen[0] ?? stops[0])?.id;
  const isWhole = view.from <= day.from && view.to >= day.to;
  return html`<section class="timeline" aria-labelledby="timeline-title">
    <div class="bar">
      <h2 id="timeline-title">${t("Timeline")}</h2>
      ${guard([model.lanes, ui.locale], () => renderLegend(model))}
      <div class="bar end" role="group" aria-label=${t("Zoom")}>
        ${renderButton(
          "−",
          () => {
            zoomBy(ui, 2);
          },
          { name: t("Zoom out"), look: "icon", whyNot: isWhole ? t("The whole day is shown") : undefined },
        )}
        ${renderButton(
          "+",
          () => {
            zoomBy(ui, 0.5);
          },
          { name: t("Zoom in"), look: "icon" },
        )}
        ${renderButton(
          t("Worked hours"),
          () => {
            store.update({ stretch: undefined });
          },
          { look: "quiet", isPressed: state.stretch === undefined },
        )}
        ${renderButton(
          t("Whole day"),
          () => {
            store.update({ stretch: day });
          },
          { look: "quiet", isPressed: isWhole },
        )}
      </div>
    </div>
    <div
      class="tracks"
      id="tracks"
      @pointerdown=${(event: PointerEvent) => {
        beginDrag(ui, event);
      }}
      @pointermove=${(event: PointerEvent) => {
        continueDrag(ui, event);
      }}
      @pointerup=${(event: PointerEvent) => {
        endDrag(ui, event);
      }}
      @pointercancel=${(event: PointerEvent) => {
        endDrag(ui, event);
      }}
    >
      ${guard([model, view.from, view.to, ui.locale], () => renderRuler(ui, view))} ${renderSlider(ui, view)}
      <div
        class="lanes"
        @keydown=${(event: KeyboardEvent) => {
          handleItemKey(ui, event);
        }}
        @focusin=${(event: FocusEvent) => {
          bringIntoView(ui, event);
        }}
      >
        ${guard([model, view.from, view.to, tabStop], () => renderGapLane(ui, view, tabStop))}
        ${repeat(
          model.lanes,
          ({ caseId }) => caseId ?? "",
          (lane, index) => renderLane(ui, { lane, index, view, tabStop }),
        )}
        ${renderStrayCommits(ui, view, tabStop)}
      </div>
      ${renderOverlay(ui, view)}
    </div>
    ${renderSelectionBar(ui)}
  </section>`;
}

function renderRuler(ui: Day, view: Stretch): TemplateResult {
  const shown = listTicks(ui.locale, { ...view, zone: ui.model.zone }, MAX_TICKS);
  return html`<div class="lane ruler" aria-hidden="true">
    <span class="label"></span>
    <svg class="track" height="22">
      ${shown.map(
        ({ at, label }) =>
          svg`<line x1=${locate(view, at)} x2=${locate(view, at)} y1="16" y2="22" /><text x=${locate(view, at)} y="12" text-anchor="middle">${label}</text>`,
      )}
    </svg>
  </div>`;
}

/** The cursor is a slider: its handle lies in the ruler, its line over all lanes. */
function renderSlider(ui: Day, view: Stretch): TemplateResult {
  const { model } = ui;
  const at = getCursor(ui);
  return html`<div class="cursor-track">
    <svg class="track" height="22">
      <svg
        id="cursor"
        class="cursor"
        role="slider"
        tabindex="0"
        x=${locate(view, Math.min(view.to, Math.max(view.from, at)))}
        y="0"
        height="22"
        width="1"
        aria-label=${t("Time cursor")}
        aria-orientation="horizontal"
        aria-valuemin="0"
        aria-valuemax=${Math.round((model.dayEnd - model.dayStart) / MINUTE_MS)}
        aria-valuenow=${Math.round((at - model.dayStart) / MINUTE_MS)}
        aria-valuetext=${describeCursor(ui, at)}
        @keydown=${(event: KeyboardEvent) => {
          handleCursorKey(ui, event);
        }}
      >
        <path class="focus" d="M-7 2h14v20h-14z" />
        <path class="handle" d="M-5 14h10l-5 8z" />
      </svg>
    </svg>
  </div>`;
}

function renderGapLane(ui: Day, view: Stretch, tabStop: string | undefined): unknown {
  const { model } = ui;
  if (model.gaps.length === 0) return nothing;
  return html`<div class="lane gaps" role="group" aria-label=${t("Gaps")}>
    <span class="label dim">${t("Gaps")}</span>
    <svg class="track" height="28">
      ${model.gaps.map(({ start, end }) => {
        const where = locateRange(view, start, end);
        const name = t("Claim the gap {0}, {1}", describeRange(ui, start, end), ui.speak((end - start) / 1000));
        const id = createGapId(start);
        // Keys also reach it outside the visible part, and move the view along.
        return svg`<rect id=${id} class="item gap ${where === undefined ? "unseen" : ""}" data-item=${id} role="button" tabindex=${id === tabStop ? 0 : -1}
          x=${where?.x ?? 0} width=${where?.width ?? 1} y="4" height="20" rx="2" aria-label=${name}
          @click=${() => {
            openClaim(ui, start, end);
          }}><title>${name}</title></rect>
          ${where === undefined ? nothing : svg`<svg class="mark" x=${where.x} width=${where.width} height="28"><text x="50%" y="18" text-anchor="middle">+</text></svg>`}`;
      })}
    </svg>
  </div>`;
}

interface LaneOptions {
  readonly lane: TimelineLane;
  readonly index: number;
  readonly view: Stretch;
  readonly tabStop: string | undefined;
}

function renderLane(ui: Day, options: LaneOptions): unknown {
  const { lane, index, view, tabStop } = options;
  const { model, state } = ui;
  const isDrop = state.drop !== undefined && state.drop === lane.caseId;
  const found = findCase(model, lane.caseId);
  const key = nameCase(model, lane.caseId);
  const has = (id: string | undefined): string | undefined =>
    id !== undefined && (lane.items.some((item) => item.id === id) || id.startsWith("commit-")) ? id : undefined;
  const chosen = has(state.chosen);
  const stop = has(tabStop);
  return html`<div
    class="lane c${lane.color} ${isDrop ? "drop" : ""} ${lane.caseId === null ? "none" : ""}"
    data-lane=${index}
    role="group"
    aria-label=${[key, found?.title ?? "", t("worked {0}", ui.speak(lane.workedSeconds))].filter(Boolean).join(", ")}
  >
    ${guard(
      [model, lane, index],
      () =>
        html`<span
          class="label"
          title=${found === undefined ? nothing : `${found.key} ${found.title} (${found.customer})`}
        >
          <bdi class="key">${key}</bdi> <bdi class="dim name">${shorten(found?.title ?? "", 80)}</bdi>
          <span class="worked">${formatHours(lane.workedSeconds)}</span>
        </span>`,
    )}
    <svg class="track" height="28">
      ${guard([model, lane, index, view.from, view.to, stop, chosen], () => [
        lane.items.map((item) =>
          renderItem(ui, lane, item, { view, isStop: item.id === stop, isChosen: item.id === chosen }),
        ),
        renderCommits(ui, view, stop, lane.caseId),
      ])}
    </svg>
  </div>`;
}

interface ShapeOptions {
  readonly view: Stretch;
  readonly isStop: boolean;
  readonly isChosen: boolean;
}

function renderItem(ui: Day, lane: TimelineLane, item: TimelineItem, options: ShapeOptions): unknown {
  const { view, isStop, isChosen } = options;
  const seen = locateRange(view, item.start, item.end);
  const where = seen ?? { x: "0", width: "1" };
  const name = describeItem(ui, lane, item);
  const isLow = item.kind === "agent";
  return svg`<rect id=${item.id} data-item=${item.id} role="button" tabindex=${isStop ? 0 : -1}
    class="item ${item.kind} ${item.isConflict === true ? "conflict" : ""} ${item.isOutsideEditor === true ? "outside" : ""} ${seen === undefined ? "unseen" : ""}"
    aria-pressed=${isChosen} aria-label=${name} x=${where.x} width=${where.width} y=${isLow ? 9 : 4} height=${isLow ? 10 : 20} rx="2"
    ><title>${name}</title></rect>${
      item.isClaimed === true && seen !== undefined
        ? svg`<rect class="mark claimed" x=${where.x} width=${where.width} y="2" height="2" />`
        : nothing
    }${
      item.isWrittenDown === true && seen !== undefined
        ? svg`<rect class="mark writtenDown" x=${where.x} width=${where.width} y="24" height="2" />`
        : nothing
    }${
      item.isConflict === true && seen !== undefined
        ? svg`<svg class="mark" x=${where.x} width=${where.width} height="28"><text class="bad" x="50%" y="19" text-anchor="middle">!</text></svg>`
        : nothing
    }`;
}

function renderCommits(ui: Day, view: Stretch, tabStop: string | undefined, caseId: string | null): unknown {
  return ui.model.commits
    .filter((each) => each.caseId === caseId)
    .map((commit) => {
      const isSeen = commit.at >= view.from && commit.at <= view.to;
      const id = createCommitId(commit.sha);
      const name = t("Commit {0}, {1}, {2}", commit.sha, shorten(commit.subject, 200), ui.clock.time(commit.at));
      return svg`<svg x=${isSeen ? locate(view, commit.at) : "0"} y="14" width="1" height="1" class="commit ${isSeen ? "" : "unseen"}">
      <path id=${id} class="item" data-item=${id} role="img" tabindex=${id === tabStop ? 0 : -1} aria-label=${name} d="M0 -6 5 0 0 6 -5 0z"><title>${name}</title></path>
    </svg>`;
    });
}

/** Commits without a lane: nothing was worked on their case. */
function renderStrayCommits(ui: Day, view: Stretch, tabStop: string | undefined): unknown {
  const { commits, lanes } = ui.model;
  const others = new Set(
    commits.map(({ caseId }) => caseId).filter((id) => !lanes.some(({ caseId }) => caseId === id)),
  );
  if (others.size === 0) return nothing;
  return html`<div class="lane" role="group" aria-label=${t("Other commits")}>
    <span class="label dim">${t("Other commits")}</span>
    <svg class="track" height="28">${[...others].map((caseId) => renderCommits(ui, view, tabStop, caseId))}</svg>
  </div>`;
}

/** The selection over the lanes. In a drag only this is drawn in each frame. */
function renderOverlay(ui: Day, view: Stretch): TemplateResult {
  const { model, state } = ui;
  const at = getCursor(ui);
  const isSeen = at >= view.from && at <= view.to;
  const { anchor } = state;
  const range = anchor === undefined ? undefined : locateRange(view, Math.min(anchor, at), Math.max(anchor, at));
  return html`<div class="overlay" aria-hidden="true">
    <svg class="track" height="100%">
      ${
        range === undefined
          ? nothing
          : svg`<rect class="selection" x=${range.x} width=${range.width} y="0" height="100%" />`
      }
      ${
        model.now === undefined || model.now > view.to
          ? nothing
          : svg`<line class="now" x1=${locate(view, model.now)} x2=${locate(view, model.now)} y1="0" y2="100%" />`
      }
      ${isSeen ? svg`<line class="cursor-line" x1=${locate(view, at)} x2=${locate(view, at)} y1="0" y2="100%" />` : nothing}
    </svg>
  </div>`;
}

/** The legend: kinds of time, and what else the day has. */
function renderLegend({ lanes }: DayModel): TemplateResult {
  const sample = (look: string, label: string, mark: unknown = nothing): unknown =>
    html`<li>
      <svg width="22" height="12" aria-hidden="true" class="c0">
        <rect class="item ${look}" x="1" y="1" width="20" height="10" rx="2" />
        ${mark}
      </svg>
      ${label}
    </li>`;
  const when = (has: (item: TimelineItem) => boolean, made: unknown): unknown =>
    lanes.some(({ items }) => items.some(has)) ? made : nothing;
  return html`<ul class="legend" aria-label=${t("Legend")}>
    ${sample("observed", t("observed"))} ${sample("bridged", t("bridged"))} ${sample("declared", t("declared"))}
    ${sample("agent", t("agent"))} ${when(({ kind }) => kind === "struck", sample("struck", t("struck")))}
    ${when(
      ({ isClaimed }) => isClaimed === true,
      sample("observed", t("approved"), svg`<rect class="mark claimed" x="1" width="20" y="0" height="2" />`),
    )}
    ${when(
      ({ isWrittenDown }) => isWrittenDown === true,
      sample("observed", t("written down"), svg`<rect class="mark writtenDown" x="1" width="20" y="10" height="2" />`),
    )}
    <li>
      <svg width="14" height="12" aria-hidden="true" class="commit"><path class="item" d="M7 1 12 6 7 11 2 6z" /></svg>
      ${t("commit")}
    </li>
  </ul>`;
}
