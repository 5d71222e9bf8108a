// What the guide's steps are, who does them where, and how one sees in the traffic that they have come about: somebody `asks`
// for it, and the bot shows thereupon that it has `happened`. `names` are the records that can tell; what comes by itself, as a
// digest at its hour, comes without anybody's asking.

const REFERENCE = /\b[A-Z]{2,6}-\d{4}-[0-9A-Z]{6}\b/;
const PARCEL = "3318810025";

const said = (record) => record.request?.json?.text ?? "";
const blocksOf = (record) => JSON.stringify(record.request?.json?.blocks ?? []);
const isOneOf = (names) => (record) => record.direction === "to_bot" && names.test(record.name);

export const STEPS = [
  {
    key: "flag",
    title: "Flag a parcel",
    who: "U0AMAZON1",
    where: "C0AMAZON",
    type: `/flag parcel ${PARCEL} counterfeit earbuds`,
    text: "As an analyst of the marketplace, type a flag. You get a card that only you see, and every other organisation is told.",
    asks: isOneOf(/^(\/flag$|flag\.)/),
    names: ["chat.postMessage"],
    happened: (record) => /^(Urgent alert|Alert)\./.test(said(record)) && REFERENCE.test(said(record)),
    perform: (hand) => hand.type(`/flag parcel ${PARCEL} counterfeit earbuds`),
  },
  {
    key: "acknowledge",
    title: "Acknowledge as the carrier",
    who: "U0DHL1",
    where: "C0DHL",
    text: "The alert has arrived in the carrier's channel. Press Acknowledge: every copy of the alert shows who has and who has not.",
    asks: isOneOf(/^case\.acknowledge$/),
    names: ["chat.update"],
    // The alert in the channel where it was pressed has lost its button; the others' copies show it as well, a moment earlier or later.
    happened: (record, asked) => {
      const pressed = asked.request?.json?.payload;
      const { channel } = record.request?.json ?? {};
      return (
        (!pressed?.channel || pressed.channel.id === channel) &&
        said(record).includes(pressed?.actions?.[0]?.value) &&
        !blocksOf(record).includes('"case.acknowledge"')
      );
    },
    perform: (hand) => hand.press("Acknowledge"),
  },
  {
    key: "look",
    title: "Look the case up",
    who: "U0CBP1",
    where: "C0CBP",
    type: `/case ${PARCEL}`,
    text: "As customs: what do we know of this parcel? By its number, by the seller, or by the case's reference.",
    names: ["/case"],
    happened: (record) => /^TLP:/.test(record.response?.json?.text ?? ""),
    perform: (hand) => hand.type(`/case ${PARCEL}`),
  },
  {
    key: "digest",
    title: "Read the digest",
    who: "U0COORD1",
    where: "C0OPS",
    type: "/digest now",
    text: "As the coordinator, have the day summed up in the operations channel. It also comes by itself, at its hour.",
    asks: isOneOf(/^\/digest$/),
    names: ["chat.postMessage"],
    happened: (record, asked) =>
      said(record).includes(": digest,") && /on its way/.test(asked.response?.json?.text ?? ""),
    perform: (hand) => hand.type("/digest now"),
  },
  {
    key: "close",
    title: "Close the case",
    who: "U0AMAZON1",
    where: "C0AMAZON",
    type: `/case ${PARCEL}`,
    text: "As the one who flagged it: look the case up, press Close and give a reason. A corrected alert follows to everybody who was told.",
    asks: isOneOf(/^(case\.close|flag\.withdraw)\.form$/),
    names: ["chat.postMessage"],
    happened: (record) =>
      REFERENCE.test(said(record)) && (said(record).endsWith(" closed") || blocksOf(record).includes("the case is closed")),
    async perform(hand) {
      await hand.type(`/case ${PARCEL}`);
      await hand.press("Close");
      const view = await hand.modal();
      if (view) await hand.fillAndSubmit(view, "Examined at the hub: the goods are counterfeit and were seized.");
    },
  },
];
