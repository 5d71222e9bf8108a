// One table from an element's type to the function that draws it.
import { el } from "../dom.js";
import { button, feedbackButtons, iconButton, overflow } from "./buttons.js";
import { boxes, dateInput, fileInput, textInput } from "./inputs.js";
import { imageElement } from "./media.js";
import { select } from "./selects.js";

const ELEMENTS = {
  button,
  overflow,
  workflow_button: button,
  icon_button: iconButton,
  feedback_buttons: feedbackButtons,
  static_select: select,
  external_select: select,
  users_select: select,
  conversations_select: select,
  channels_select: select,
  multi_static_select: select,
  multi_external_select: select,
  multi_users_select: select,
  multi_conversations_select: select,
  multi_channels_select: select,
  datepicker: dateInput,
  timepicker: dateInput,
  datetimepicker: dateInput,
  checkboxes: boxes,
  radio_buttons: boxes,
  plain_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: textInput,
  rich_text_input: textInput,
  file_input: fileInput,
  image: imageElement,
};

/** Draws an element of `block`; `naming` says what it is called: `{name, labelledby, describedby, invalid, required, dispatch}`. */
export function element(given, block, surface, naming = {}) {
  const draw = ELEMENTS[given.type];
  if (!draw) return el("span", { class: "unknown" }, `This page does not draw the element “${given.type}”.`);
  return draw(given, block, surface, naming);
}
