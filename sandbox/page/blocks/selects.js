// Slack's select menus, in one and many: fixed options, the bot's own (external), people, conversations, channels.
import { combobox } from "../combobox.js";
import { words } from "../text.js";
import { keyOf } from "./buttons.js";

const PLACEHOLDERS = { users: "Choose a person", conversations: "Choose a conversation", channels: "Choose a channel" };

export function select(element, block, surface, naming) {
  const multiple = element.type.startsWith("multi_");
  const kind = element.type.replace(/^multi_/, "").replace(/_select$/, "");
  const source = sourceOf(kind, element, block, surface);
  return combobox({
    ...naming,
    name: naming.name || words(element.placeholder) || "Options",
    placeholder: words(element.placeholder) || PLACEHOLDERS[kind],
    multiple,
    most: element.max_selected_items ?? Infinity,
    least: kind === "external" ? (element.min_query_length ?? 3) : 0,
    chosen: chosenOf(kind, multiple, element, block, surface),
    options: source,
    asks: kind === "external",
    key: keyOf(block, element),
    autofocus: element.focus_on_load === true,
    onchange: (picked) => {
      const values = picked.map((option) => option.value);
      surface.act(block, element, multiple ? values : (values[0] ?? null));
    },
  });
}

/** Slack's option object as the combobox's. */
function asChoice(option) {
  return {
    id: option.value ?? words(option.text),
    text: words(option.text),
    description: words(option.description),
    value: option.value,
  };
}

function like(query) {
  const wanted = query.toLowerCase();
  return (choice) => choice.text.toLowerCase().includes(wanted) || choice.description?.toLowerCase().includes(wanted);
}

function sourceOf(kind, element, block, surface) {
  if (kind === "external") {
    return async (query) => {
      const answer = await surface.suggest(block, element, query);
      if (!answer.ok) throw new Error(answer.shown || "The app did not give any options.");
      const groups = answer.option_groups ?? [{ options: answer.options ?? [] }];
      // An external option is handed back whole: only the bot knows what its text was.
      return groups.map((group) => ({
        label: words(group.label),
        options: group.options.map((option) => ({ ...asChoice(option), value: option })),
      }));
    };
  }
  if (kind === "static") {
    const groups = element.option_groups ?? [{ options: element.options ?? [] }];
    return (query) =>
      groups.map((group) => ({ label: words(group.label), options: group.options.map(asChoice).filter(like(query)) }));
  }
  const all = kind === "users" ? surface.world.people().map(personChoice) : conversations(kind, element, surface);
  return (query) => [{ options: all.filter(like(query)) }];
}

function personChoice(person) {
  return { id: person.id, value: person.id, text: person.name, description: person.real_name ?? "" };
}

function conversations(kind, element, surface) {
  const { include, exclude_external_shared_channels: notShared, exclude_bot_users: notBots } = element.filter ?? {};
  const isWithBot = (channel) => channel.kind === "im" && channel.members.some((id) => surface.world.user(id)?.is_bot);
  return surface.world
    .channels()
    .filter((channel) => (kind === "channels" ? channel.kind === "public" : true))
    .filter((channel) => !include || include.includes(channel.kind))
    .filter((channel) => !(notShared && channel.is_ext_shared) && !(notBots && isWithBot(channel)))
    .map((channel) => ({ id: channel.id, value: channel.id, text: surface.world.channelTitle(channel) }));
}

function chosenOf(kind, multiple, element, block, surface) {
  const state = surface.value(block, element);
  const noun = {
    static: "option",
    external: "option",
    users: "user",
    conversations: "conversation",
    channels: "channel",
  }[kind];
  const field = `${noun}${multiple ? "s" : ""}`;
  const given = state ? state[`selected_${field}`] : element[`initial_${field}`];
  const many = (multiple ? given : given === undefined || given === null ? [] : [given]) ?? [];
  if (noun === "option")
    return many.map((option) => (kind === "external" ? { ...asChoice(option), value: option } : asChoice(option)));
  return many.map((id) => {
    const known = noun === "user" ? surface.world.user(id) : surface.world.channel(id);
    return { id, value: id, text: known ? (noun === "user" ? known.name : surface.world.channelTitle(known)) : id };
  });
}
