// A note, kept as it is typed; with a flag for what happened to somebody, which is held apart from everything else.
import { field, h } from "../../kit/dom.js";
import { MAX_NOTE } from "../../rules/walking.js";
import { t } from "../../texts/index.js";

const PAUSE_MS = 300;

export function noteField({ value, flagged, hint, change }) {
  let timer;
  const keep = ({ target }) => {
    clearTimeout(timer);
    timer = setTimeout(() => change({ note: target.value }), PAUSE_MS);
  };
  // Whoever leaves the field within the pause loses nothing.
  const keepNow = ({ target }) => {
    clearTimeout(timer);
    change({ note: target.value });
  };
  return h(
    "section",
    {},
    h("h2", {}, t("note.title")),
    field({ label: t("note.label"), hint, name: "note", value, rows: 3, maxlength: MAX_NOTE, oninput: keep, onchange: keepNow }, "textarea"),
    h("label", { class: "choice" },
      h("input", { type: "checkbox", name: "flagged", checked: flagged, onchange: ({ target }) => change({ noteFlagged: target.checked }) }),
      h("span", {}, t("note.flag"))),
    h("p", { class: "small" }, t("note.flagHint")),
  );
}
