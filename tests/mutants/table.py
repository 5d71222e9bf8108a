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
        "    ledger = _ledger(case, flags, names)\n",
        "    ledger = _ledger(case, flags, names) + tuple(\n"
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
        "            .where(flags.c.marking.in_(OPEN_LABELS))\n        )\n        return int(",
        "        )\n        return int(",
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
        "    if others_in(audience, home):\n",
        "    if False:\n",
        "others_come_into",
    ),
    _mutant(
        "a channel counts as its organisation's, whoever is in it",
        "bot/services/audiences.py",
        "        return reader_of(known, home)\n",
        "        return Reader(frozenset({home}), home=home)\n",
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
        '            raise NothingToTell("the reader has left")\n',
        '            return Actor(person.slack_team, person.slack_user, "dhl", "", frozenset())\n',
        "a_card_still_on_its_way",
    ),
    _mutant(
        "anybody closes",
        "bot/services/cases.py",
        "                if not view.may_close:\n",
        "                if False:\n",
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
        "drafts.c.id == key, drafts.c.slack_team == slack_team, drafts.c.slack_user == slack_user",
        "drafts.c.id == key",
        "a_question_about_a_check_digit",
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
        "a partner is asked about what is PAP:RED",
        "bot/services/flags.py",
        "            and case.pap is not Pap.RED\n",
        "",
        "nothing_of_a_pap_red",
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
        "storage/keys.py",
        "api_keys.c.digest == digest, api_keys.c.revoked_at.is_(None)",
        "api_keys.c.digest == digest",
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
        "        if may_see(case.marking, case.owner, None, Reader(frozenset({organisation.key})))\n",
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
        ' if field.split()[0] not in ("flag", "entry") or field in known',
        "",
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
)
