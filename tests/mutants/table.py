"""What is taken out, one after the other: each check of each door, as a change of the program's text."""

from dataclasses import dataclass

LEAKS = "tests/leaks/test_doors.py"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One check taken out, and the test that should notice first."""

    name: str
    path: str
    changes: tuple[tuple[str, str], ...]
    """Text that stands in the file exactly once, and what stands there instead."""
    noticed_by: str
    """A test file, or a test of the doors by its name's words."""
    short: bool = False
    """Part of the short form."""


def _mutant(name: str, path: str, old: str, new: str, noticed_by: str, *, short: bool = False) -> Mutant:
    return Mutant(name, path, ((old, new),), noticed_by, short)


SHARING = "bot/domain/sharing.py"
CASES = "bot/messages/cases.py"
RENDERINGS = "bot/services/renderings.py"
HTTP = "tests/handlers/test_http_api.py"
TWICE = "tests/leaks/test_with_and_without.py"
RECALL = "tests/services/test_recall.py"
AUDIENCES = "tests/services/test_audiences.py"
ALERTS = "tests/services/test_alerts.py"
RED = "tests/messages/test_red.py"
MARKINGS = "tests/services/test_markings.py"
LOOKUPS = "tests/services/test_lookups.py"

MUTANTS = (
    _mutant(
        "AMBER is for everybody",
        SHARING,
        "return reader.organisations <= marking.releases | {owner}",
        "return True",
        "an_amber_case_is_for",
        short=True,
    ),
    _mutant(
        "AMBER+STRICT is for everybody",
        SHARING,
        "return reader.organisations <= {owner}",
        "return True",
        "a_strict_case_stays",
    ),
    _mutant(
        "RED is for everybody",
        SHARING,
        "return reader.eyes is not None and reader.eyes in marking.people | {author}",
        "return True",
        "a_red_case_is_for or hidden_by_its_own_marking",
    ),
    _mutant(
        "a narrowed channel gets everything",
        SHARING,
        "if not reader.organisations or (reader.narrowed and not marking.tlp.is_shared):",
        "if not reader.organisations:",
        "others_come_into",
        short=True,
    ),
    _mutant(
        "a reader of no organisation sees",
        SHARING,
        "if not reader.organisations or (reader.narrowed and not marking.tlp.is_shared):",
        "if reader.narrowed and not marking.tlp.is_shared:",
        "tests/domain/test_sharing.py",
    ),
    _mutant(
        "a reader of no organisation finds",
        SHARING,
        "        return (frozenset(),)\n",
        "        return ()\n",
        "a_query_finds_only",
    ),
    _mutant(
        "hidden flags are shown",
        SHARING,
        "        if may_see(flag.marking, flag.organisation, Person(flag.slack_team, flag.slack_user), reader)\n",
        "",
        "hidden_by_its_own_marking",
        short=True,
    ),
    _mutant(
        "hidden entries stand in the timeline",
        SHARING,
        "        if may_see(entry.marking, entry.organisation, Person(entry.slack_team, entry.slack_user), reader)\n",
        "",
        "a_strict_note_is_hidden",
    ),
    _mutant(
        "the ledger tells of hidden flags",
        SHARING,
        "    ledger = _ledger(case, flags, names, reader)\n",
        "    ledger = _ledger(case, flags, names, reader) + tuple(\n"
        "        LedgerLine(f.organisation, f.organisation, Standing.FLAGGED, f.raised_at, Person(f.slack_team, f.slack_user))\n"
        "        for f in case.flags\n"
        "    )\n",
        "hidden_by_its_own_marking",
    ),
    _mutant(
        "AMBER opens to the shared circle's key",
        SHARING,
        "            return marking.releases | {owner}\n",
        "            return marking.releases | {owner, SHARED_CIRCLE}\n",
        "a_query_finds_only",
    ),
    _mutant(
        "everybody finds every case",
        "storage/visibility.py",
        "    return and_(\n",
        "    return cases.c.id == cases.c.id\n    return and_(\n",
        "a_query_finds_only",
        short=True,
    ),
    _mutant(
        "a case marked stricter keeps its old keys",
        "storage/cases.py",
        "        await set_readers(self._connection, case.id, marking, case.owner, case.opener)\n",
        "",
        "a_query_finds_only",
    ),
    _mutant(
        "an owner's marking loosens others' parts",
        "storage/cases.py",
        "                table.c.organisation == case.owner,\n",
        "",
        "an_owner_loosens_no_note",
    ),
    _mutant(
        "the digest counts hidden flags",
        "storage/cases.py",
        ".where(flags.c.marking.in_(OPEN_LABELS), cases.c.marking.in_(OPEN_LABELS))",
        ".where(cases.c.marking.in_(OPEN_LABELS))",
        "the_digest_counts_no_hidden",
    ),
    _mutant(
        "the digest is read as all organisations together",
        "bot/services/digests.py",
        "Reader(frozenset(names), narrowed=True)",
        "Reader(frozenset(names))",
        "the_digest_shows_a_stranger",
    ),
    _mutant(
        "nobody looks who reads along",
        "bot/domain/audiences.py",
        "    narrowed = others_in(audience, home)\n",
        "    narrowed = False\n",
        "others_come_into",
    ),
    _mutant(
        "a channel counts as its organisation's, whoever is in it",
        "bot/services/audiences.py",
        "        return reader_of(known, home), known.refusal\n",
        "        return Reader(frozenset({home}), home=home), known.refusal\n",
        "others_come_into",
        short=True,
    ),
    _mutant(
        "strangers in a channel are not counted",
        "bot/services/audiences.py",
        "outsiders = bool(people.users - known.keys()) or bool(unknown_teams)",
        "outsiders = bool(unknown_teams)",
        "others_come_into",
    ),
    _mutant(
        "any coordinator accepts for any channel",
        "bot/services/audiences.py",
        "if home is None or home.key != actor.organisation:",
        "if home is None:",
        "others_come_into",
    ),
    _mutant(
        "a card is rendered for what was true when it was asked for",
        RENDERINGS,
        "        reader = reader_for(await self._actor(tx, delivery))\n        view = await self._view(tx, delivery, reader)\n",
        "        reader = reader_for(await self._actor(tx, delivery))\n"
        "        owner = (await tx.cases.get(delivery.case_id or 0)).owner\n"
        "        view = await self._view(tx, delivery, Reader(frozenset({owner})))\n",
        "a_card_still_on_its_way",
    ),
    _mutant(
        "a card is sent to one who has left",
        RENDERINGS,
        '            raise NotForThem("the reader has left")\n',
        '            return Actor(person.slack_team, person.slack_user, "dhl", "", frozenset())\n',
        "a_card_still_on_its_way",
    ),
    _mutant(
        "anybody closes",
        "bot/services/cases.py",
        "    if change is Change.CLOSED and not view.may_close:\n",
        "    if False:\n",
        "nobody_changes_a_case",
    ),
    _mutant(
        "a role is no matter",
        "bot/services/access.py",
        "    if not may(actor, action):\n",
        "    if False:\n",
        "register_is_for_coordinators or the_digest_tells",
    ),
    _mutant(
        "anybody marks",
        "bot/services/markings.py",
        "        if case.owner != actor.organisation:\n",
        "        if False:\n",
        "nobody_changes_a_case",
        short=True,
    ),
    _mutant(
        "anybody's flag is withdrawn",
        "bot/domain/cases.py",
        "    return tuple(flag for flag in case.flags if Person(flag.slack_team, flag.slack_user) == person)\n",
        "    return case.flags\n",
        "nobody_changes_a_case",
    ),
    _mutant(
        "anybody takes up a draft",
        "storage/drafts.py",
        "drafts.c.id.in_(keys), drafts.c.slack_team == slack_team, drafts.c.slack_user == slack_user",
        "drafts.c.id.in_(keys)",
        "a_question_about_a_check_digit",
    ),
    _mutant(
        "a look at a case is not in the register",
        "handlers/slack/asked.py",
        "        return tuple(one for one in self.message.shows if one not in self.recorded)\n",
        "        return ()\n",
        "tests/e2e/test_ways_in.py",
    ),
    _mutant(
        "a flag's card is not in the register",
        "bot/services/flags.py",
        "                await tx.disclosures.add(",
        "                _ = (",
        "tests/services/test_disclosures.py",
    ),
    _mutant(
        "the register is for every coordinator",
        "bot/services/disclosures.py",
        "            if case.owner != actor.organisation:\n",
        "            if False:\n",
        "register_is_for_coordinators",
    ),
    _mutant(
        "a RED case stands in a card",
        CASES,
        "    if view.tlp is Tlp.RED:\n        return red_pointer(view, lead)\n",
        "",
        "a_red_case_is_for",
    ),
    _mutant(
        "a RED flag stands in a message",
        CASES,
        "    shown = [flag for flag in view.flags if red or flag.tlp is not Tlp.RED]\n",
        "    shown = list(view.flags)\n",
        "hidden_by_its_own_marking",
    ),
    _mutant(
        "a RED note stands in a message",
        CASES,
        "    told = [entry for entry in entries if red or entry.tlp is not Tlp.RED]\n",
        "    told = list(entries)\n",
        "a_red_note_on_a_green_case",
    ),
    _mutant(
        "a RED flag is read out",
        CASES,
        'next((flag.words for flag in view.flags if flag.stands and flag.tlp is not Tlp.RED), "")',
        '" ".join(flag.words for flag in view.flags if flag.stands)',
        "hidden_by_its_own_marking",
    ),
    _mutant(
        "a RED case stands in the list",
        CASES,
        "        if view.tlp is Tlp.RED:\n            pointer",
        "        if False:\n            pointer",
        "a_red_case_is_for",
    ),
    _mutant(
        "a strict flag lives in the shared circle",
        "bot/domain/cases.py",
        "    return author.key if tlp is Tlp.RED else organisation\n",
        "    return SHARED_CIRCLE\n",
        "as_if_first",
    ),
    _mutant(
        "an answer is for the whole channel",
        "handlers/slack/dispatch.py",
        'else {"response_type": "ephemeral", "replace_original": False}',
        'else {"response_type": "in_channel", "replace_original": False}',
        "an_amber_case_is_for",
    ),
    _mutant(
        "a message for all is replaced by one's card",
        "handlers/slack/asked.py",
        'response_url if is_card else ""',
        "response_url",
        "one_who_has_left",
    ),
    _mutant(
        "a question about what is PAP:RED is put to a partner",
        "bot/services/flags.py",
        " or head.pap is Pap.RED",
        "",
        LOOKUPS,
    ),
    _mutant(
        "an API key has eyes",
        SHARING,
        "return None if self.person is None or self.person.is_api_key else self.person",
        "return self.person",
        HTTP,
    ),
    _mutant(
        "a flag is shown over HTTP with the case it hides in",
        "bot/services/api_flags.py",
        "(flag for flag in view.flags if flag.id == found.flag_id)",
        "iter(view.flags)",
        HTTP,
    ),
    _mutant(
        "a revoked API key goes on",
        "bot/services/api_keys.py",
        "if key is None or key.revoked_at is not None:",
        "if key is None:",
        HTTP,
    ),
    _mutant(
        "a marking that cannot be read is GREEN",
        "bot/domain/markings.py",
        "        return Tlp.RED\n",
        "        return Tlp.GREEN\n",
        "tests/domain/test_markings.py",
    ),
    _mutant(
        "everybody is alerted",
        "bot/domain/alerts.py",
        "        if may_see(marking, owner, None, Reader(frozenset({organisation.key})))\n",
        "",
        "tests/domain/test_alerts.py",
    ),
    _mutant(
        "a refusal leaves no trace",
        "handlers/slack/dispatch.py",
        "            if person and goes_into_the_trail(refusal):\n",
        "            if False:\n",
        "tests/leaks/test_refusals.py",
    ),
    _mutant(
        "the register names hidden parts",
        "bot/messages/disclosures.py",
        'return field.split(maxsplit=1)[0] not in ("flag", "entry") or field in numbers',
        "return True",
        "the_register_names_no_part",
    ),
    _mutant(
        "everybody named before gets a pointer",
        "bot/services/markings.py",
        "newly_named = marking.people - case.marking.people - {Person(actor.slack_team, actor.slack_user)}",
        "newly_named = marking.people | {case.opener}",
        "a_red_case_is_for_its_author_and_those",
    ),
    _mutant(
        "a list of options offers what others may see",
        "bot/services/suggestions.py",
        "        reader = reader_for(actor)\n",
        "        reader = type(reader_for(actor))(frozenset({'amazon'}))\n",
        "tests/leaks/test_every_door.py",
    ),
    _mutant(
        "a hidden part's names take up room in the list",
        "bot/domain/offered_names.py",
        "    return one if SHARED_CIRCLE in other else one & other\n",
        "    return one | other\n",
        "tests/domain/test_offered_names.py",
    ),
    _mutant(
        "a case that is marked otherwise is found by its names as before",
        "storage/cases.py",
        "        await set_names(self._connection, case.id)\n",
        "",
        "tests/services/test_suggestions.py",
    ),
    _mutant(
        "a flag that is corrected is found by its names as before",
        "storage/flags.py",
        "        await set_names(self._connection, (await self._connection.execute(changed)).scalar_one())\n",
        "        await self._connection.execute(changed)\n",
        "tests/services/test_suggestions.py",
    ),
    _mutant(
        "the address of a message goes along with the flag",
        SHARING,
        '    return flag.details if at_home else replace(flag.details, source="")\n',
        "    return flag.details\n",
        "tests/domain/test_sharing.py",
    ),
    _mutant(
        "teams of Slack Connect do not read along",
        "bot/services/audiences.py",
        "guests = people.teams - {self._installed_team()}",
        "guests = frozenset[str]()",
        AUDIENCES,
    ),
    _mutant(
        "a channel that cannot be read is its organisation's",
        "bot/domain/audiences.py",
        "return audience.outsiders or not audience.readable or bool(unaccepted(audience, home))",
        "return audience.outsiders or bool(unaccepted(audience, home))",
        AUDIENCES,
    ),
    _mutant(
        "who was accepted once is accepted for ever",
        "storage/audiences.py",
        "joined(audience.accepted & audience.organisations)",
        "joined(audience.accepted)",
        AUDIENCES,
    ),
    _mutant(
        "a yes is for whoever comes",
        "bot/services/audiences.py",
        "accepted = audience.accepted | (organisations & audience.organisations)",
        "accepted = audience.accepted | audience.organisations",
        AUDIENCES,
    ),
    _mutant(
        "a look that was overtaken is kept",
        "bot/services/audiences.py",
        "if (stored.changes if stored else 0) == (before.changes if before else 0):",
        "if True:",
        AUDIENCES,
    ),
    _mutant(
        "a RED case stands in a partner's answer",
        CASES,
        """    if view.tlp is Tlp.RED:
        return red_pointer(view, "There is news.")
""",
        "",
        RED,
    ),
    _mutant(
        "a RED flag makes an alert urgent",
        CASES,
        " and flag.tlp is not Tlp.RED for flag in",
        " for flag in",
        RED,
    ),
    _mutant(
        "a RED flag's words stand in one's own list",
        "bot/messages/own_flags.py",
        'said = "" if flag.tlp is Tlp.RED or not flag.words else',
        'said = "" if not flag.words else',
        RED,
    ),
    _mutant(
        "a RED entry stands in news",
        "bot/messages/news.py",
        "told = [entry for entry in entries if entry.tlp is not Tlp.RED]",
        "told = [*entries]",
        RED,
    ),
    _mutant(
        "a RED brand is offered",
        "bot/services/suggestions.py",
        "for flag in view.flags if flag.tlp is not Tlp.RED]",
        "for flag in view.flags]",
        "tests/services/test_suggestions.py",
    ),
    _mutant(
        "hidden entries decide when news come",
        "bot/services/telling.py",
        """            marking is None
            or may_see(""",
        """            True
            or may_see(""",
        RECALL,
    ),
    _mutant(
        "an edit that shows nothing new is sent",
        "bot/services/alerts.py",
        "        if digest == delivery.sent_digest and (\n",
        "        if False and (\n",
        TWICE,
        short=True,
    ),
    _mutant(
        "a hidden part tries broken channels again",
        "bot/services/flags.py",
        "            destinations = hearers(marking, author, actor.organisation, destinations)\n",
        "            pass\n",
        RECALL,
    ),
    _mutant(
        "a hidden part asks the partner",
        "bot/services/flags.py",
        "if not is_for_all(marking, head.marking) or not needs_asking(known, partner, now):",
        "if not needs_asking(known, partner, now):",
        LOOKUPS,
    ),
    _mutant(
        "a flag for fewer than its case keeps it open",
        "bot/domain/cases.py",
        "        return part.releases >= case.releases and part.people >= case.people\n",
        "        return True\n",
        MARKINGS,
    ),
    _mutant(
        "a part that those named in a TLP:RED case may not see counts as theirs",
        "bot/domain/cases.py",
        "return strictest(part.tlp, case.tlp) is case.tlp and not case.people",
        "return strictest(part.tlp, case.tlp) is case.tlp",
        MARKINGS,
    ),
    _mutant(
        "a flag that joins the shared case gives way to a stricter one",
        "storage/flags.py",
        "row.there if is_for_more(coming, there_now) else row.id",
        "row.id",
        MARKINGS,
    ),
    _mutant(
        "what an undone flag had released stays released",
        "bot/services/amendments.py",
        "            case = await self._without_its_labels(tx, actor, case, flag, now)\n",
        "",
        "tests/services/test_amendments.py",
    ),
    _mutant(
        "a part marked stricter goes along with its case",
        "storage/cases.py",
        "                ~table.c.apart,\n",
        "",
        "tightened_and_loosened",
    ),
    _mutant(
        "a part that was released to others by itself goes along with its case",
        "storage/cases.py",
        "await self._connection.execute(update(table).where(for_others).values(apart=True))",
        "pass",
        MARKINGS,
    ),
    _mutant(
        "what is said of a part that stands apart goes along with its case",
        "bot/domain/cases.py",
        "apart=part.apart or not is_for_all(part, case)",
        "apart=not is_for_all(part, case)",
        MARKINGS,
    ),
    _mutant(
        "a stricter flag opens a closed case again",
        "storage/cases.py",
        "row.status != Status.CLOSED.value or is_for_all(marking, marking_of(row))",
        "True",
        "opens_no_released_case",
    ),
    _mutant(
        "the ledger tells of who was shut out",
        SHARING,
        "        if not _stands_in_it(case, answer.organisation, reader):\n            continue\n",
        "",
        MARKINGS,
    ),
    _mutant(
        "a hidden part forbids others to ask",
        "storage/cases.py",
        "strictest_pap(pap, head.pap) if is_for_all(marking, wider) else head.pap",
        "strictest_pap(pap, head.pap)",
        TWICE,
    ),
    _mutant(
        "what one circle was told, all are",
        "storage/cases.py",
        "return about if circle == SHARED_CIRCLE else and_(about, cases.c.circle == circle)",
        "return about",
        LOOKUPS,
    ),
    _mutant(
        "what one circle asked, all know",
        "storage/facts.py",
        "() if case.circle == SHARED_CIRCLE else views.get((case.subject_id, case.circle), ()),",
        "tuple(view for known in views.values() for view in known),",
        LOOKUPS,
    ),
    _mutant(
        "the digest leaves out who has flagged in secret",
        "storage/cases.py",
        "            flags.c.marking.in_(OPEN_LABELS),\n",
        "",
        TWICE,
    ),
    _mutant(
        "earlier words stay as wide as they were",
        "bot/services/amendments.py",
        "        await tx.flags.tighten(flag.id, marking)\n",
        "",
        "tests/services/test_amendments.py",
    ),
    _mutant(
        "replies stay when a case is marked otherwise",
        "bot/services/markings.py",
        "        await tx.outbox.take_back([case.id], digests_since, now)\n",
        "",
        RECALL,
    ),
    _mutant(
        "a digest is made anew for a case that it never told of",
        "bot/services/markings.py",
        "digests_since = case.opened_at if case.marking.tlp.is_shared else None",
        "digests_since = case.opened_at",
        RECALL,
    ),
    _mutant(
        "a card is drawn anew because time has passed",
        "bot/services/alerts.py",
        "digest_of(rendered.lasting or rendered.message)",
        "digest_of(rendered.message)",
        RECALL,
    ),
    _mutant(
        "alerts stay with an organisation that has left",
        "storage/outbox.py",
        "        await self._read_again(standing, now)\n",
        "",
        RECALL,
    ),
    _mutant(
        "messages stay with who has left",
        "bot/services/members.py",
        """            await tx.members.decide(now, members=[person.slack_user])
            await tx.outbox.take_back_from(person, now)
""",
        "            await tx.members.decide(now, members=[person.slack_user])\n",
        RECALL,
    ),
    _mutant(
        "hidden flags keep a case from being marked",
        "bot/services/markings.py",
        """        and may_see(flag.marking, flag.organisation, Person(flag.slack_team, flag.slack_user), reader)
""",
        "",
        RECALL,
    ),
    _mutant(
        "a hidden case keeps another from being marked",
        "bot/services/markings.py",
        "    if (await seen_by(tx, actor, target))[1] is not None:\n",
        "    if target:\n",
        RECALL,
    ),
    _mutant(
        "a flag releases its case further without a trace",
        "bot/services/flags.py",
        "        if head.is_marked:\n",
        "        if False:\n",
        RECALL,
    ),
    _mutant(
        "anybody's channel is tried again",
        "bot/services/alerts.py",
        "            if not (manages or await _concerns(tx, actor, address)):\n",
        "            if False:\n",
        ALERTS,
    ),
    _mutant(
        "others read what does not arrive",
        RENDERINGS,
        "        if delivery.organisation is None or delivery.organisation == actor.organisation:\n",
        "        if True:\n",
        ALERTS,
    ),
    _mutant(
        "the register tells who hears of a case",
        "bot/messages/disclosures.py",
        "        if not fields or says_nothing or _tells_of_a_flag(entry, view):\n",
        "        if not fields or says_nothing:\n",
        TWICE,
    ),
    _mutant(
        "the register tells of what came because of hidden parts",
        "bot/messages/disclosures.py",
        "or entry.through in HINTS\n",
        "\n",
        "tests/services/test_deconfliction.py",
    ),
    _mutant(
        "the register says by which deed a card came",
        "bot/messages/disclosures.py",
        'means = MEANS.get(entry.through, "card")',
        "means = entry.through",
        TWICE,
    ),
    _mutant(
        "a coordinator admits to any organisation",
        "bot/services/access_requests.py",
        "            if not may_admit_to(actor, organisation.key, draft.roles):\n",
        "            if False:\n",
        "tests/services/test_members.py",
    ),
    _mutant(
        "a start puts back who was taken off the list",
        "bot/services/members.py",
        "taking=False, decided=await tx.members.decided())",
        "taking=False)",
        "tests/services/test_members.py",
    ),
    _mutant(
        "a partner is asked what a later PAP:RED forbids",
        "storage/facts.py",
        "        await self._drop_forbidden(partner)\n",
        "",
        RECALL,
    ),
)
