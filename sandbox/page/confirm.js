// The question asked once more before something is done: Slack's confirm object, and the page's own questions.
import { el, freshId } from "./dom.js";
import { textObject, words } from "./text.js";

/** Resolves to true where the person confirms; Escape and the second button mean no. */
export function askOnce(question, world) {
  return new Promise((resolve) => {
    const title = freshId("confirm"),
      text = freshId("confirm");
    const finish = (answer) => {
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    const yes = el(
      "button",
      {
        type: "button",
        class: question.style === "danger" ? "btn btn-danger" : "btn btn-primary",
        onclick: () => finish(true),
      },
      words(question.confirm) || "Yes",
    );
    const dialog = el(
      "dialog",
      { class: "modal confirm", role: "alertdialog", aria: { labelledby: title, describedby: text } },
      el("h2", { id: title, class: "modal-title" }, words(question.title) || "Are you sure?"),
      el("div", { id: text, class: "confirm-text" }, textObject(question.text, world)),
      el(
        "div",
        { class: "modal-foot" },
        el("button", { type: "button", class: "btn", onclick: () => finish(false) }, words(question.deny) || "Cancel"),
        yes,
      ),
    );
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      finish(false);
    });
    document.body.append(dialog);
    dialog.showModal();
    yes.focus();
  });
}
