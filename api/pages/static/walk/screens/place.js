// Where a stop is: measured and getting better, or placed by hand on the sketch; saved at one touch.
import { button, choices, h, link, once } from "../kit/dom.js";
import { watchPosition } from "../kit/position.js";
import { sketch } from "../kit/sketch.js";
import { boundsOf, distanceM, linesOf, moved, nearest } from "../rules/ground.js";
import { GOOD_ACCURACY_M, NEAR_HUB_M, POOR_ACCURACY_M } from "../rules/walking.js";
import * as phone from "../store/phone.js";
import { t } from "../texts/index.js";
import { gone, legOf } from "./leg.js";

const NEAR_PLANNED_M = 60;
const NUDGE_M = 10;
const CLOSEST_M = 60; // half a side of the sketch at its closest
const HUBS_OFFERED = 4;
const quality = (accuracyM) => (accuracyM <= GOOD_ACCURACY_M ? "good" : accuracyM <= POOR_ACCURACY_M ? "fair" : "poor");

export function place({ state, params, go }) {
  const leg = legOf(state, params.id);
  if (!leg || leg.sending !== "walking") return gone(go);
  const known = state.stops.find((stop) => stop.walkId === leg.id && stop.sequence === Number(params.number));
  const screen = new Place(state, leg, known, go);
  return { nodes: screen.nodes, leave: () => screen.stopWatching() };
}

class Place {
  constructor(state, leg, known, go) {
    Object.assign(this, { state, leg, known, go });
    this.measured = null;
    this.byHand = null;
    this.closeM = null; // the sketch shows the whole ground until somebody looks closer
    this.said = h("p", { role: "status", class: "quality" }, t("place.finding"));
    this.metres = h("p", { class: "metres", "aria-hidden": "true" }, "…");
    this.use = h("button", { type: "button", class: "button", disabled: true, onclick: once(() => this.save()) }, t("place.wait"));
    this.progress = h("p", { class: "small quality" });
    this.ground = h("div", {});
    this.hubs = h("div", {});
    this.hub = known?.isHub ? (known.hub ?? "other") : null;
    this.planned = h("p", { class: "small" });
    this.nodes = this.parts();
    this.drawGround();
    this.drawHubs();
    this.stopWatching = watchPosition((found) => this.better(found), (why) => this.trouble(why));
  }

  parts() {
    const number = this.known?.sequence ?? this.leg.nextStop;
    return [
      h("h1", {}, t("place.title", { number })),
      this.metres,
      this.said,
      this.progress,
      this.use,
      this.planned,
      this.hubs,
      h("h2", {}, t("place.byHand")),
      h("p", { class: "small" }, t("place.byHandHint")),
      this.ground,
      this.nudges(),
      h("p", {}, link(this.back, t("place.back"))),
    ];
  }

  get back() {
    return this.known ? `#/leg/${this.leg.id}/stop/${this.known.sequence}` : `#/leg/${this.leg.id}`;
  }

  get position() {
    return this.byHand ?? this.measured?.position ?? null;
  }

  better(found) {
    const before = this.measured?.accuracyM;
    this.measured = found;
    const metres = Math.round(found.accuracyM);
    if (before > found.accuracyM) this.progress.textContent = t("place.better", { before: Math.round(before), metres });
    if (!this.byHand) this.show();
  }

  trouble(why) {
    if (this.measured) return;
    this.say(t(`place.${why}`));
    this.metres.textContent = "?";
  }

  // Said again only when it means something else: a screen reader is not told every metre.
  say(text) {
    if (this.said.textContent !== text) this.said.textContent = text;
  }

  show() {
    const accuracy = this.byHand ? null : this.measured.accuracyM;
    const kind = this.byHand ? "byHand" : quality(accuracy);
    this.progress.hidden = Boolean(this.byHand);
    this.metres.textContent = this.byHand ? "✛" : t("place.within", { metres: Math.round(accuracy) });
    this.say(t(`place.is.${kind}`));
    this.use.textContent = t(kind === "poor" ? "place.usePoor" : "place.use");
    this.use.disabled = false;
    this.showPlanned();
    this.drawGround();
    this.drawHubs();
  }

  showPlanned() {
    const near = nearest(this.position, this.state.programme.planned_stops ?? [], (stop) => stop.location.coordinates);
    this.near = near && near.metres <= NEAR_PLANNED_M ? near.place : null;
    const name = this.near?.name ?? "";
    this.planned.textContent = this.near ? t("place.planned", { number: this.near.sequence, name }) : "";
  }

  drawHubs() {
    const { hubs } = this.state.programme;
    const near = this.position
      ? hubs
          .map((hub) => ({ ...hub, metres: distanceM(this.position, hub.location) }))
          .filter((hub) => hub.metres <= NEAR_HUB_M)
          .sort((a, b) => a.metres - b.metres)
          .slice(0, HUBS_OFFERED)
      : [];
    const offered = near.map((hub) => hub.key).join();
    if (offered === this.offered) return;
    this.offered = offered;
    this.hubs.replaceChildren(
      choices({
        legend: t("place.hub"), hint: t("place.hubHint"), name: "hub", chosen: this.hub ?? "none",
        options: [["none", t("place.noHub")], ...near.map((hub) => [hub.key, hub.name]), ["other", t(near.length ? "place.otherHub" : "place.yesHub")]],
        onchange: (hub) => (this.hub = hub === "none" ? null : hub),
      }),
    );
  }

  drawGround() {
    const { programme, stops } = this.state;
    const middle = middleOf(programme.area);
    this.ground.replaceChildren(
      sketch({
        ...programme, planned: programme.planned_stops ?? [], stops: stops.filter((stop) => stop.walkId === this.leg.id),
        here: this.measured, picked: this.byHand, label: t("place.sketch"), onpick: (position) => this.pick(position),
        around: this.closeM ? { position: this.position ?? middle, metres: this.closeM } : null,
      }),
    );
  }

  pick(position) {
    this.byHand = position.map((degrees) => Math.round(degrees * 1e6) / 1e6);
    this.show();
  }

  /** The same by buttons, for whoever cannot touch the sketch to the metre. */
  nudges() {
    const by = (east, north) => () => this.pick(moved(this.position ?? middleOf(this.state.programme.area), east, north));
    const closer = (factor) => () => {
      const next = (this.closeM ?? CLOSEST_M * 8) * factor;
      this.closeM = next > CLOSEST_M * 8 ? null : Math.max(CLOSEST_M, next);
      this.drawGround();
    };
    return h(
      "div",
      { class: "nudges", role: "group", "aria-label": t("place.move") },
      button(t("place.closer"), closer(0.5), "button quiet"),
      button(t("place.wider"), closer(2), "button quiet"),
      [["north", 0, 1], ["south", 0, -1], ["west", -1, 0], ["east", 1, 0]].map(([name, east, north]) =>
        button(t(`place.${name}`), by(east * NUDGE_M, north * NUDGE_M), "button quiet"),
      ),
      button(t("place.measured"), () => { this.byHand = null; if (this.measured) this.show(); }, "button quiet"),
    );
  }

  async save() {
    const found = {
      location: this.position,
      accuracyM: this.byHand ? null : this.measured.accuracyM,
      placedByHand: Boolean(this.byHand),
      plannedStopId: this.near?.id ?? null,
      isHub: this.hub !== null,
      hub: this.hub === "other" ? null : this.hub,
    };
    if (this.known) {
      await phone.amendStop(this.known.id, (stop) => ({ ...stop, ...found }));
      this.go(`leg/${this.leg.id}/stop/${this.known.sequence}`, { replace: true });
      return;
    }
    const stop = await phone.saveStop(this.leg, found);
    const [first] = this.state.programme.instrument.factors;
    this.go(`leg/${this.leg.id}/stop/${stop.sequence}/${first.key}`, { replace: true });
  }
}

function middleOf(area) {
  const [west, south, east, north] = boundsOf(linesOf(area).flat());
  return [(west + east) / 2, (south + north) / 2];
}

