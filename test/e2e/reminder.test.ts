import assert from "node:assert/strict";
import { parseZone, type ZoneId } from "../../src/base/time.ts";
import { openScene, type Scene } from "../host/lib/scene.ts";
import { DaySeed } from "../host/lib/seedDay.ts";

/** A zone in which it is early in the afternoon, at whatever time of day the suite runs. */
function afternoonZone(): ZoneId {
  const east = 14 - new Date().getUTCHours(); // −9 to 14
  // Signs are the other way round in these names. @source RFC 8536 and the tz database, file etcetera
  const zone = parseZone(east === 0 ? "Etc/GMT" : `Etc/GMT${east > 0 ? "-" : "+"}${Math.abs(east)}`);
  assert.ok(zone);
  return zone;
}

describe("the reminder at the end of the day, from outside", function () {
  this.timeout(240_000);
  let scene: Scene;

  after(() => scene.close());

  it("names the work of today, and opens it in the timesheet", async () => {
    const zone = afternoonZone();
    scene = await openScene("e2e-reminder", undefined, {
      settings: { "caseclock.timeZone": zone, "caseclock.reminder": "00:00" },
    });
    const { bench } = scene;
    const seed = await DaySeed.open(scene.storage, scene.endpoint, zone, 0);
    await seed.append([{ key: "ACME-1234", from: "09:00", to: "10:30" }]);
    const says = await bench.waitForToast("Before you go", 90_000);
    assert.equal(says, "Before you go: 1:30 h of today to review.");
    await bench.screenshot("reminder");
    assert.ok(await bench.answerToast("Review Today"));
    await bench.page.getByRole("tab", { name: `Timesheet ${seed.day}` }).waitFor();
    const sheet = bench.page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
    await sheet.getByRole("heading", { name: "Timeline" }).waitFor();
    await bench.screenshot("day");
  });
});
