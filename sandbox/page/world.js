// What the renderers may ask of the workspace: names of people and channels, and the way to them.

/** The world as seen by the person of `store`; `open(channelId)` shows a channel. */
export function worldOf(store, open) {
  return {
    get me() {
      return store.me;
    },
    user(id) {
      if (store.isBot(id))
        return { id, name: store.workspace.app.name, real_name: store.workspace.app.name, is_bot: true };
      return store.person(id);
    },
    channel: (id) => store.channel(id),
    people: () => store.workspace.people.filter((person) => !person.deleted && !store.isBot(person.id)),
    channels: () => store.mine.channels.filter((channel) => !channel.is_archived),
    channelTitle: (channel) => store.channelTitle(channel),
    groupName: (id) => store.workspace.usergroups?.find((group) => group.id === id)?.handle ?? id,
    openChannel: open,
  };
}
