// The modal windows an app opens: a stack of views, the top one shown, errors beside the inputs they belong to.
import { afterPress, el, fill, freshId } from "./dom.js";
import { icon } from "./icons.js";
import { api, Refused } from "./api.js";
import { avatar } from "./avatar.js";
import { renderBlocks } from "./blocks/index.js";
import { surfaceOf } from "./surface.js";
import { plain, words } from "./text.js";

/** Keeps one dialog in step with the stack of modals of `store`. */
export class Modals {
  constructor(store, world, say) {
    Object.assign(this, {
      store,
      world,
      say,
      dialog: null,
      shown: null,
      shownAs: "",
      drafts: new Map(),
      surface: null,
      problem: "",
    });
  }

  /** Shows what the stack holds now. */
  update() {
    // A window that is being pressed is drawn anew when it was let go.
    if (this.dialog) this.settled(() => this.show());
    else this.show();
  }

  show() {
    const top = this.store.mine.modals.at(-1);
    if (!top) {
      this.hide();
      return;
    }
    const looks = JSON.stringify([
      top.id,
      top.title,
      top.submit,
      top.close,
      top.blocks,
      top.errors,
      this.store.mine.modals.length,
      this.problem,
    ]);
    if (looks === this.shownAs) return;
    const sameView = this.shown?.id === top.id;
    this.shownAs = looks;
    this.shown = top;
    this.paint(top, sameView);
  }

  hide() {
    if (!this.dialog) return;
    this.dialog.close();
    this.dialog.remove();
    Object.assign(this, { dialog: null, shown: null, shownAs: "", surface: null, problem: "" });
    this.drafts.clear();
  }

  paint(view, sameView) {
    if (!this.drafts.has(view.id)) this.drafts.set(view.id, new Map());
    const active = document.activeElement;
    const key = this.dialog?.contains(active) ? active.closest("[data-key]")?.dataset.key : undefined;
    const caret = active && "selectionStart" in active ? active.selectionStart : null;
    const first = !this.dialog;
    if (first) {
      this.dialog = el("dialog", { class: "modal", onkeydown: (event) => this.keys(event) });
      this.dialog.addEventListener("cancel", (event) => {
        event.preventDefault();
        this.close(false);
      });
      document.body.append(this.dialog);
      this.settled = afterPress(this.dialog);
    }
    const scrolled = sameView ? (this.dialog.querySelector(".modal-body")?.scrollTop ?? 0) : 0;
    const title = freshId("modal");
    this.dialog.setAttribute("aria-labelledby", title);
    this.surface = surfaceOf({
      world: this.world,
      where: { view_id: view.id },
      say: (text) => this.complain(text),
      errors: view.errors ?? {},
      drafts: this.drafts.get(view.id),
      values: (fresh) => {
        if (fresh) view.state = { values: fresh };
        return view.state?.values;
      },
      again: () => this.paint(view, true),
    });
    const deep = this.store.mine.modals.length > 1;
    fill(
      this.dialog,
      el(
        "header",
        { class: "modal-head" },
        deep
          ? el(
              "button",
              { type: "button", class: "tool", aria: { label: "Back" }, onclick: () => this.close(false) },
              icon("back"),
            )
          : avatar({ name: this.store.workspace.app.name, is_bot: true }, "avatar-small"),
        el("h2", { id: title, class: "modal-title", tabindex: "-1" }, plain(view.title?.text)),
        el(
          "button",
          { type: "button", class: "tool", aria: { label: "Close" }, onclick: () => this.close(true) },
          icon("close"),
        ),
      ),
      el(
        "form",
        {
          class: "modal-form",
          id: "modal-form",
          novalidate: true,
          onsubmit: (event) => {
            event.preventDefault();
            this.submit();
          },
        },
        el(
          "div",
          { class: "modal-body", tabindex: "-1" },
          this.problem ? el("div", { class: "alert alert-error", role: "alert" }, this.problem) : null,
          renderBlocks(view.blocks, this.surface),
        ),
        el(
          "div",
          { class: "modal-foot" },
          el(
            "button",
            { type: "button", class: "btn", onclick: () => this.close(false) },
            words(view.close) || (view.submit ? "Cancel" : "Close"),
          ),
          view.submit ? el("button", { type: "submit", class: "btn btn-primary" }, plain(view.submit.text)) : null,
        ),
      ),
    );
    if (first) this.dialog.showModal();
    this.dialog.querySelector(".modal-body").scrollTop = scrolled;
    this.focus(view, sameView ? key : undefined, caret);
  }

  focus(view, key, caret) {
    const wrong = this.dialog.querySelector('.has-error [aria-invalid="true"], .has-error input');
    const kept = key ? this.dialog.querySelector(`[data-key="${CSS.escape(key)}"]`) : null;
    const wanted =
      (Object.keys(view.errors ?? {}).length ? wrong : null) ??
      kept ??
      this.dialog.querySelector("[autofocus]") ??
      this.dialog.querySelector(".modal-body .block-input :is(input, textarea)") ??
      this.dialog.querySelector(".modal-title");
    wanted?.focus();
    if (wanted === kept && caret !== null && typeof kept?.setSelectionRange === "function") {
      try {
        kept.setSelectionRange(caret, caret);
      } catch {
        /* this kind of field has no caret to set */
      }
    }
  }

  keys(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.submit();
    }
  }

  complain(text) {
    this.problem = text;
    this.update();
  }

  async submit() {
    const view = this.shown;
    if (!view?.submit || this.dialog.getAttribute("aria-busy") === "true") return;
    this.dialog.setAttribute("aria-busy", "true");
    this.problem = "";
    try {
      const refused = await this.surface.settle();
      if (Object.keys(refused).length) {
        this.ofStore(view).errors = refused;
        // Nothing is drawn anew while a date is half typed; whoever sends the form is told at once.
        if (document.activeElement?.validity?.badInput) document.activeElement.blur();
      } else this.answered(view, await api.person(this.store.me, "submit", { view_id: view.id }));
      this.shownAs = "";
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      this.problem = problem.message;
    } finally {
      this.dialog?.removeAttribute("aria-busy");
    }
    this.update();
  }

  /** The view as it is by now: the app may have changed it since it was drawn. */
  ofStore(view) {
    return this.store.mine.modals.find((other) => other.id === view.id) ?? view;
  }

  answered(view, answer) {
    if (answer.modals) this.store.mine.modals = answer.modals;
    const errors = answer.errors ?? {};
    this.ofStore(view).errors = errors;
    if (!answer.ok && Object.keys(errors).length === 0)
      this.problem = answer.shown || "The form could not be sent. Try again.";
  }

  async close(all) {
    const view = this.shown;
    if (!view) return;
    try {
      const answer = await api.person(this.store.me, "close", { view_id: view.id, all });
      if (answer.modals) this.store.mine.modals = answer.modals;
      else this.store.mine.modals = all ? [] : this.store.mine.modals.slice(0, -1);
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      this.store.mine.modals = all ? [] : this.store.mine.modals.slice(0, -1);
      this.say(problem.message);
    }
    this.update();
  }
}
