// One table from a block's type to the function that draws it.
import { el } from "../dom.js";
import { dataVisualization } from "./charts.js";
import { card, carousel, container, contextActions, plan, taskCard } from "./compound.js";
import { actions, alert, call, contactCard, context, header, input, section } from "./layout.js";
import { markdownBlock } from "./markdown.js";
import { fileBlock, imageBlock, videoBlock } from "./media.js";
import { richText } from "./rich_text.js";
import { dataTable, tableBlock } from "./tables.js";

const BLOCKS = {
  section,
  header,
  context,
  actions,
  input,
  alert,
  card,
  carousel,
  plan,
  call,
  divider: () => el("hr"),
  image: imageBlock,
  video: videoBlock,
  file: fileBlock,
  rich_text: richText,
  markdown: markdownBlock,
  table: tableBlock,
  data_table: dataTable,
  data_visualization: dataVisualization,
  container: (block, surface) => container(block, surface, renderBlocks),
  context_actions: contextActions,
  task_card: taskCard,
  contact_card: contactCard,
};

/**
 * DOM of a list of blocks. `surface` is what they stand on:
 * `{world, value(block, element), act(block, element, value, {fill}), suggest(block, element, query), upload(file), errors, beforeSubmit(run)}`.
 */
export function renderBlocks(blocks, surface) {
  return (blocks ?? []).map((block) => {
    const draw = BLOCKS[block.type];
    if (!draw) return el("div", { class: "unknown" }, `This page does not draw the block “${block.type}”.`);
    return el("div", { class: `block block-${block.type}`, data: { block: block.block_id } }, draw(block, surface));
  });
}
